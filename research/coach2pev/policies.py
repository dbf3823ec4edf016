"""Who meets supervision visits: clerks in their own districts, researchers and leads everywhere. Texts of what was
agreed name weaknesses of a place, so partners (viewers) see counts and scores elsewhere, not the records."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import is_in_scope


def can_read(user: Any) -> bool:
    """Whether the person may open the pages of visits; which of them, `queries.visits_for` says."""
    return bool(may(user, "visit.read"))


def check_read(user: Any) -> None:
    if not can_read(user):
        raise PermissionDenied(_("Clerks, researchers and evaluation leads read supervision visits."))


def can_enter(user: Any, site: OrgUnit | None = None) -> bool:
    """Whether the person may plan, record and edit visits: anywhere they are let, or at this site."""
    allowed = bool(may(user, "visit.enter"))
    return allowed and (site is None or is_in_scope(user, site))


def check_enter(user: Any, site: OrgUnit | None = None) -> None:
    if not can_enter(user, site):
        raise PermissionDenied(_("Clerks enter visits of their own districts, evaluation leads of all."))


def can_see_history(user: Any) -> bool:
    """Whether the person sees who changed what and when."""
    return bool(may(user, "visit.read_history"))


def can_manage_people(user: Any) -> bool:
    """Whether the person gives coaches their codes and roles. Coachees are entered by whoever enters visits there."""
    return bool(may(user, "coach.keep"))


def check_manage_people(user: Any) -> None:
    if not can_manage_people(user):
        raise PermissionDenied(_("Evaluation leads give coaches their codes."))
