"""Dose and reach of each site over all its visits so far: the same rules as the monthly measures, without months."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from research.coach2pev.measures.reach import Attendance, Coached, coached
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
    """By site, every one asked for, of the visits done until the day. Three queries."""
    units = [site.pk for site in sites]
    done = SupervisionVisit.objects.filter(site__in=units, state=SupervisionVisit.State.DONE, done_on__lte=until)
    people: dict[int, set[int]] = defaultdict(set)
    for visit, person in done.filter(people__isnull=False).order_by().values_list("pk", "people"):
        people[visit].add(person)
    visits: dict[int, list[tuple[int, int | None, int | None, bool]]] = defaultdict(list)
    for site, *rest in done.order_by().values_list("site", "pk", "coachees", "minutes", "demonstration"):
        visits[site].append(tuple(rest))  # type: ignore[arg-type]
    counts: dict[int, StaffCount] = {}
    for count in StaffCount.objects.filter(site__in=units, counted_on__lte=until).order_by("counted_on"):
        counts[count.site_id] = count
    found = {}
    for unit in units:
        of_it, count = visits[unit], counts.get(unit)  # type: ignore[assignment]
        minutes = [visit[2] for visit in of_it if visit[2] is not None]
        found[unit] = Dose(
            visits=len(of_it),
            minutes=sum(minutes) if minutes or not of_it else None,
            timed=len(minutes),
            coached=coached(Attendance(people[visit[0]], visit[1]) for visit in of_it) if of_it else Coached(0, False),
            staff=count.staff if count else None,
            counted_on=count.counted_on if count else None,
            demonstration=any(visit[3] for visit in of_it) or bool(count and count.demonstration),
        )
    return found
