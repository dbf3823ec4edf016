"""Tells the ground floor what rests on a number: findings, and the way to its chain."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.pages.uses import Use
from research.evidence.policies import can_write
from research.evidence.queries import resting_on


def uses_of_number(code: str, unit: int, period: str, user: Any) -> list[Use]:
    """The findings that rest on the number, its chain, and for whoever writes findings its use as evidence."""
    key = f"{code}/{unit}/{period}"
    found = [
        Use(_("Finding"), str(finding.statement), reverse("finding-detail", args=[finding.pk]))
        for finding in resting_on("reading", key, user)
    ]
    found.append(Use(_("Evidence"), _("Chain of evidence"), reverse("chain", args=["reading", key])))
    if can_write(user):
        found.append(Use(_("Evidence"), _("Use as evidence"), reverse("evidence-use", args=["reading", key])))
    return found
