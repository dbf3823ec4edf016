"""Whether vaccines are managed in Medexis at a site: recorded, dated, and never taken for granted."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from research.medexis.models import VaccineAssumption

Answer = VaccineAssumption.Answer


class Assumed(NamedTuple):
    """How many of the sites have which answer on a day; who has no entry is not established."""

    yes: int
    no: int
    unknown: int
    demonstration: bool

    @property
    def sites(self) -> int:
        return self.yes + self.no + self.unknown


def assumption_at(sites: Collection[int] | QuerySet[Any, int], day: date) -> dict[int, VaccineAssumption | None]:
    """What holds at each site on that day; None where nothing is recorded. Every site has an entry. One query,
    and one for a queryset of keys, of which there may be many."""
    found: dict[int, VaccineAssumption | None] = dict.fromkeys(sites)
    these = sites if isinstance(sites, QuerySet) else list(found)
    for row in VaccineAssumption.objects.filter(site__in=these, since__lte=day).order_by("since"):
        found[row.site_id] = row
    return found


def assumption_of(site: int, day: date) -> VaccineAssumption | None:
    """The same of one site."""
    return assumption_at([site], day)[site]


def assumed(sites: Collection[int] | QuerySet[Any, int], day: date) -> Assumed:
    """The same, counted. As many queries."""
    entries = assumption_at(sites, day).values()
    answers = Counter(row.answer if row else Answer.UNKNOWN for row in entries)
    made_up = any(row.demonstration for row in entries if row)
    return Assumed(answers[Answer.YES], answers[Answer.NO], answers[Answer.UNKNOWN], made_up)
