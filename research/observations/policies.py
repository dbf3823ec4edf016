"""Who may log, read and edit observations. Informants may be colleagues of a clerk, so a clerk reads none.

Only researchers and leads meet observations at all. They read: what they wrote themselves; what is normal; what is
restricted, where its site lies in one of their own districts. Numbers of observations are no secret; texts are.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.accounts.permissions import anybodys, may
from research.observations.models import Observation

RESTRICTED = Observation.Sensitivity.RESTRICTED
State = Observation.State


def can_log(user: Any) -> bool:
    """Whether the person may log an observation, and so open the pages of observations."""
    return bool(may(user, "observation.log"))


def check_log(user: Any) -> None:
    if not can_log(user):
        raise PermissionDenied(_("Only researchers and evaluation leads log and read observations."))


def what_is_readable(user: Any) -> Q:
    """The condition on observations that `can_read` states for one; matches nothing for whoever reads none.

    A draft is its author's alone. What was withdrawn is left to its author and, where they may read it, to leads.
    """
    if not may(user, "observation.read"):
        return Q(pk__in=[])
    own = Q(created_by=user)
    readable = ~Q(sensitivity=RESTRICTED)
    if may(user, "observation.read_restricted"):
        for district in user.districts.all():
            readable |= Q(site__path__startswith=district.path)
    hidden = [State.DRAFT] if can_review(user) else [State.DRAFT, State.WITHDRAWN]
    return own | readable & ~Q(state__in=hidden)


def can_read(user: Any, observation: Observation) -> bool:
    return Observation.objects.filter(what_is_readable(user), pk=observation.pk).exists()


def can_edit(user: Any, observation: Observation) -> bool:
    """Its author edits it, and a lead who may read it. What was withdrawn is opened again first."""
    if observation.state == State.WITHDRAWN:
        return False
    if observation.created_by_id == getattr(user, "pk", None):
        return bool(may(user, "observation.edit"))
    return anybodys(user, "observation.edit") and can_read(user, observation)


def check_edit(user: Any, observation: Observation) -> None:
    if not can_edit(user, observation):
        raise PermissionDenied(_("Only its author or an evaluation lead changes an observation."))


def can_discard(user: Any, observation: Observation) -> bool:
    """Its author, while nobody else has read it: a draft that was never submitted."""
    unread = observation.state == State.DRAFT and observation.submitted_at is None
    return unread and can_log(user) and observation.created_by_id == user.pk


def check_discard(user: Any, observation: Observation) -> None:
    if not can_discard(user, observation):
        raise PermissionDenied(_("Only a draft that was never submitted is deleted, by its author."))


def can_lower_sensitivity(user: Any) -> bool:
    """Whether the person may call an observation normal that the rule or its author restricted."""
    return bool(may(user, "observation.lower"))


def can_review(user: Any) -> bool:
    """Whether the person approves and returns observations: leads, and never their own (`research/review.py`)."""
    return bool(may(user, "observation.review"))
