"""Reads of coaches, coachees and counts of staff in post."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from indicators.geography.scopes import limit_to_scope
from research.coach2pev.models import Coach, Coachee, StaffCount, SupervisionVisit
from research.coach2pev.policies import can_read

_DONE = Q(visits__state=SupervisionVisit.State.DONE)


def coaches_for(user: Any) -> QuerySet[Coach]:
    """The coaches, with `done`: how many visits each has done as the (first) coach."""
    coaches = Coach.objects.all() if can_read(user) else Coach.objects.none()
    done = Count("visits", filter=_DONE, distinct=True)
    return coaches.select_related("account").annotate(done=done).order_by("-active", "code")


def coachees_for(user: Any) -> QuerySet[Coachee]:
    """The coachees of the sites that the person may meet, with `done`: on how many done visits each was coached."""
    coachees = limit_to_scope(Coachee.objects.all(), user, unit="site") if can_read(user) else Coachee.objects.none()
    coachees = coachees.select_related("site__parent").annotate(done=Count("visits", filter=_DONE, distinct=True))
    return coachees.order_by("site__path", "code")


def staff_counts_for(user: Any) -> QuerySet[StaffCount]:
    """The counts of the sites that the person may meet: by site, the newest first."""
    counts = limit_to_scope(StaffCount.objects.all(), user, unit="site") if can_read(user) else None
    if counts is None:
        return StaffCount.objects.none()
    return counts.select_related("site__parent").order_by("site__path", "-counted_on")
