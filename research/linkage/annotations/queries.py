"""Reads of dated annotations."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from indicators.geography.models import OrgUnit
from research.agenda.models import Hub
from research.linkage.annotations.models import DatedAnnotation
from research.linkage.annotations.policies import what_is_readable


class Shown(NamedTuple):
    """Those that the person may read, and how many there are besides."""

    rows: list[DatedAnnotation]
    hidden: int


def readable_by(user: Any) -> QuerySet[DatedAnnotation]:
    """Newest first, with place and source."""
    return DatedAnnotation.objects.filter(what_is_readable(user)).select_related("unit__parent", "source", "created_by")


def annotations_of(units: Collection[OrgUnit], first: date, last: date, user: Any) -> Shown:
    """What applies to the places, because it happened there or at a place above, and touches the days. Withdrawn ones
    are left out. Two queries."""
    paths = {unit.path[: end + 1] for unit in units for end, letter in enumerate(unit.path) if letter == "/"}
    within = DatedAnnotation.objects.filter(
        Q(ends_on__gte=first) | Q(ends_on__isnull=True, starts_on__gte=first),
        starts_on__lte=last, withdrawn_because="",
    ).filter(Q(unit__path__in=[*paths, *(unit.path for unit in units)]))  # fmt: skip
    rows = list(within.filter(what_is_readable(user)).select_related("unit").order_by("starts_on", "pk"))
    return Shown(rows, within.count() - len(rows))


def places_to_choose() -> QuerySet[OrgUnit]:
    """The countries of the hub, the study districts and their sites."""
    countries = Hub.objects.values("country")
    return OrgUnit.objects.filter(
        Q(pk__in=countries) | Q(study_district__isnull=False) | Q(study_site__isnull=False)
    ).order_by("path")
