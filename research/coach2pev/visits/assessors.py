"""Whose answers a person gives on a visit, and whose they may see: two coaches assess it independently.

The account of the second coach answers as the second. A second coach without an account is typed in by those who enter
visits, once the visit is done. Nobody sees the other's answers before that.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor

State = SupervisionVisit.State


def assessor_of(user: Any, visit: SupervisionVisit, *, second: bool = False) -> int:
    """As whom the person fills in this visit; `second` asks for the second coach's form."""
    is_second = _is_second(user, visit)
    return Assessor.SECOND if is_second or (second and may_assess(user, visit, Assessor.SECOND)) else Assessor.FIRST


def may_assess(user: Any, visit: SupervisionVisit, assessor: int) -> bool:
    """Whether the person may give these answers now. (Whether they may enter at the site is asked apart.)"""
    if assessor == Assessor.FIRST:
        return visit.state == State.IN_PROGRESS and not _is_second(user, visit)
    if visit.second_coach is None or visit.checklist_id is None:
        return False
    if visit.second_coach.account_id is not None:
        return _is_second(user, visit) and visit.state in (State.IN_PROGRESS, State.DONE)
    return visit.state == State.DONE


def check_assess(user: Any, visit: SupervisionVisit, assessor: int) -> None:
    if not may_assess(user, visit, assessor):
        raise PermissionDenied(_("These answers are not open to you, or not now."))


def may_see(user: Any, visit: SupervisionVisit, assessor: int) -> bool:
    """Whether the person, who may read the visit, sees these answers.

    All of them once it is done; before that the second coach one's own, everybody else the first's."""
    if visit.state in (State.DONE, State.CANCELLED) or visit.second_coach is None:
        return True
    return (assessor == Assessor.SECOND) == _is_second(user, visit)


def _is_second(user: Any, visit: SupervisionVisit) -> bool:
    return visit.second_coach is not None and visit.second_coach.account_id == user.pk and user.pk is not None
