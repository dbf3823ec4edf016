"""Whose ratings a person gives on a visit, and whose they may see: two coaches rate independently.

The account of the second coach rates as the second. A second coach without an account is typed in by those who enter
visits, once the visit is done. Who rates as the second never sees the first's levels on the form.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import can_enter

State = SupervisionVisit.State
OPEN = (State.IN_PROGRESS, State.DONE)


def is_second(user: Any, visit: SupervisionVisit) -> bool:
    """Whether the visit's second coach signs in with this account."""
    return visit.second_coach is not None and user.pk is not None and visit.second_coach.account_id == user.pk


def can_rate(user: Any, visit: SupervisionVisit, assessor: int) -> bool:
    """Whether the person may give these ratings now."""
    if visit.state not in OPEN or not can_enter(user, visit.site):
        return False
    if assessor == Assessor.FIRST:
        return not is_second(user, visit)
    if visit.second_coach is None:
        return False
    return is_second(user, visit) if visit.second_coach.account_id else visit.state == State.DONE


def check_rate(user: Any, visit: SupervisionVisit, assessor: int) -> None:
    if not can_rate(user, visit, assessor):
        raise PermissionDenied(_("These ratings are not open to you, or not now."))


def can_see(user: Any, visit: SupervisionVisit, assessor: int) -> bool:
    """Whether the person, who may read the visit, sees these ratings: all once it is done, before that one's own."""
    if visit.state in (State.DONE, State.CANCELLED) or visit.second_coach is None:
        return True
    return (assessor == Assessor.SECOND) == is_second(user, visit)
