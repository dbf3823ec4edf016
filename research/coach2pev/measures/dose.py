"""Dose and reach of each site over all its visits so far: the same rules as the monthly measures, without months."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, F, Max, Q, Sum

from indicators.geography.models import OrgUnit
from research.coach2pev.measures.reach import Coached, coached_over
from research.coach2pev.models import StaffCount, SupervisionVisit


class Dose(NamedTuple):
    """What a site got. `minutes` is None where visits were done and none was timed; `timed` is of how many visits.

    `coached.staff` is None where nobody wrote down who was there; `staff` None where staff were never counted.
    """

    visits: int
    minutes: int | None
    timed: int
    coached: Coached
    staff: int | None
    counted_on: date | None
    demonstration: bool

    @property
    def share(self) -> float | None:
        """Staff coached per hundred in post; above 100 where people left or came after the last count."""
        if self.coached.staff is None or not self.staff:
            return None
        return 100 * self.coached.staff / self.staff


def dose_and_reach(sites: Collection[OrgUnit], until: date) -> dict[int, Dose]:
    """By site, every one asked for, of the visits done until the day. Four queries; sums come from the database."""
    units = [site.pk for site in sites]
    done = SupervisionVisit.objects.filter(site__in=units, state=SupervisionVisit.State.DONE, done_on__lte=until)
    done = done.order_by()
    sums = {row["site"]: row for row in done.values("site").annotate(**_SUMS)}
    people = dict(done.filter(people__isnull=False).values_list("site").annotate(Count("people", distinct=True)))
    named = done.annotate(named=Count("people"))
    partly = set(named.filter(coachees__gt=F("named")).values_list("site", flat=True))
    counts: dict[int, StaffCount] = {}
    for count in StaffCount.objects.filter(site__in=units, counted_on__lte=until).order_by("counted_on"):
        counts[count.site_id] = count
    return {unit: _dose(sums.get(unit), people.get(unit, 0), unit in partly, counts.get(unit)) for unit in units}


_SUMS: dict[str, Aggregate] = {
    "visits": Count("pk"),
    "time": Sum("minutes"),
    "timed": Count("minutes"),
    "most": Max("coachees"),
    "made_up": Count("pk", filter=Q(demonstration=True)),
}


def _dose(sums: Mapping[str, Any] | None, people: int, partly: bool, count: StaffCount | None) -> Dose:
    return Dose(
        visits=sums["visits"] if sums else 0,
        minutes=sums["time"] if sums else 0,
        timed=sums["timed"] if sums else 0,
        coached=coached_over(people, sums["most"], partly) if sums else Coached(0, False),
        staff=count.staff if count else None,
        counted_on=count.counted_on if count else None,
        demonstration=bool(sums and sums["made_up"]) or bool(count and count.demonstration),
    )
