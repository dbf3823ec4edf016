"""Who was visited and who never is, beside how far away and how difficult the site is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from indicators.geography.models import OrgUnit, UnitBoundary
from indicators.geography.outlines import Position, stored
from research.agenda.models import StudyDistrict, Typology
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.planning.bias import Bias, Reached, easy_road
from research.coach2pev.planning.distance import centre, kilometres
from research.coach2pev.planning.queries import comparison_sites


@dataclass(frozen=True, slots=True)
class Covered:
    """A site: done visits since the first day asked for, the last one ever and the days since then (None: never).

    `distance` in kilometres from the middle of its district, None where either lies nowhere on record; `made_up` where
    an outline is, `visits_made_up` where a visit is. `comparison`: no exposure is recorded, no visit is expected.
    """

    site: OrgUnit
    visits: int
    last: date | None
    days: int | None
    distance: float | None
    made_up: bool
    visits_made_up: bool
    typology: Typology | None
    comparison: bool


@dataclass(frozen=True, slots=True)
class OfTypology:
    """Sites of one kind of place, comparison sites left out: how many, how many of them visited, how often."""

    typology: Typology | None
    sites: int
    visited: int
    visits: int

    @property
    def per_site(self) -> float:
        return self.visits / self.sites


def coverage(sites: QuerySet[OrgUnit], since: date | None = None) -> list[Covered]:
    """Each of the sites; those never visited first, then those whose last visit lies longest ago. Four queries."""
    visits = SupervisionVisit.objects.filter(state=SupervisionVisit.State.DONE, site=OuterRef("pk"))
    recent = visits.filter(done_on__gte=since) if since else visits
    units: list[Any] = list(
        sites.annotate(
            visits_since=Subquery(recent.order_by().values("site").annotate(total=Count("pk")).values("total")),
            # The key of site and day holds it: the others are not read.
            last_done=Subquery(visits.order_by("-done_on").values("done_on")[:1]),
            visits_made_up=Exists(visits.filter(demonstration=True)),
        )
    )
    places, made_up = _places(units)
    typologies = _typologies()
    comparison, today = comparison_sites(), timezone.localdate()
    found = []
    for unit in units:
        here, middle = places.get(unit.pk), places.get(unit.parent_id or 0)
        last: date | None = unit.last_done
        found.append(
            Covered(
                site=unit,
                visits=unit.visits_since or 0,
                last=last,
                days=(today - last).days if last else None,
                distance=kilometres(here, middle) if here and middle else None,
                made_up=bool(made_up & {unit.pk, unit.parent_id}),
                visits_made_up=unit.visits_made_up,
                typology=next((typologies[pk] for pk in unit.ancestor_ids if pk in typologies), None),
                comparison=unit.pk in comparison,
            )
        )
    return sorted(found, key=lambda one: (one.comparison, one.last or date.min))


def bias_of(covered: Iterable[Covered]) -> Bias | None:
    """The easy-road bias among the sites with a distance, comparison sites left out. See `bias.easy_road`."""
    counted = (one for one in covered if not one.comparison)
    return easy_road([Reached(one.distance, one.visits) for one in counted if one.distance is not None])


def by_typology(covered: Iterable[Covered]) -> list[OfTypology]:
    """In the order of the typologies; places of which none is recorded stand last."""
    groups: dict[Any, list[Covered]] = {}
    for one in covered:
        if not one.comparison:
            groups.setdefault(one.typology, []).append(one)
    order = sorted(groups, key=lambda typology: (typology is None, typology.order if typology else 0))
    return [
        OfTypology(
            typology,
            len(groups[typology]),
            sum(one.visits > 0 for one in groups[typology]),
            sum(one.visits for one in groups[typology]),
        )
        for typology in order
    ]


def _places(units: list[OrgUnit]) -> tuple[dict[int, Position], set[int]]:
    """Where the units and their districts lie, by primary key, and of which of them that is made up. One query."""
    keys = {unit.pk for unit in units} | {unit.parent_id for unit in units if unit.parent_id}
    rows = UnitBoundary.objects.filter(unit__in=keys).values_list("unit", "geometry", "demonstration")
    found = list(rows)
    return (
        {unit: centre(stored(geometry)) for unit, geometry, _made_up in found},
        {unit for unit, _geometry, made_up in found if made_up},
    )


def _typologies() -> dict[int, Typology]:
    """By primary key of the study district's unit. One query."""
    return {row.unit_id: row.typology for row in StudyDistrict.objects.select_related("typology")}
