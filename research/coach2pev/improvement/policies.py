"""Who does what with an improvement plan. Whoever enters visits at the site may agree, comment and claim."""

from typing import Any

from indicators.accounts.models import User
from indicators.accounts.permissions import may
from research.coach2pev.models import ImprovementAction
from research.coach2pev.policies import can_enter


def can_verify(user: Any, action: ImprovementAction) -> bool:
    """Nobody verifies what they own or said to be done."""
    own = isinstance(user, User) and user.pk in (action.owner_id, action.claimed_by_id)
    return bool(may(user, "improvement.verify")) and can_enter(user, action.site) and not own
