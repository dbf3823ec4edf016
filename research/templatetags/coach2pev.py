"""What the templates of Coach2PEV ask about the person who reads."""

from typing import Any

from django import template

from research.coach2pev.policies import can_enter

register = template.Library()


@register.simple_tag
def may_enter(user: Any) -> bool:
    """Whether the person plans and records visits anywhere."""
    return can_enter(user)
