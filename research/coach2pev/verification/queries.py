"""Reads of register checks, and of what was reported for the months that they are about."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from indicators.geography.models import OrgUnit
from indicators.models import DataElement, DataValue
from indicators.periods import Period
from research.coach2pev.models import RegisterCheck, SupervisionVisit
from research.coach2pev.verification.factor import Factor, Recount, factor
from research.coach2pev.visits.queries import visits_for

ANTIGENS = (
    "BCG", "HEPB", "OPV", "IPV", "DTP", "PENTA", "PCV", "ROTA", "MCV", "MR", "YF", "MENA", "HPV", "TT", "TD",
)  # fmt: skip
"""Concepts of doses begin so."""
COUNTED_ON = (SupervisionVisit.State.DONE, SupervisionVisit.State.IN_PROGRESS)
"""Registers are read on visits that took place."""
Key = tuple[str, int]
"""Month (`202509`) and primary key of the data element."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Doses reported for a month, over all options; `made_up` where any of them is demonstration data."""

    doses: float
    made_up: bool

    @property
    def whole(self) -> int | None:
        """As a count of doses; None where it is none (a part of a dose, or less than 0)."""
        return int(self.doses) if self.doses >= 0 and self.doses == int(self.doses) else None


@dataclass(frozen=True, slots=True)
class Verified:
    """The factor of a site and an element; `made_up` where a recount is demonstration data."""

    site: OrgUnit
    element: DataElement
    factor: Factor
    made_up: bool


def dose_elements() -> QuerySet[DataElement]:
    """The data elements that count vaccine doses, as far as their concept says so, by concept."""
    wanted = Q()
    for antigen in ANTIGENS:
        wanted |= Q(concept__istartswith=antigen)
    return DataElement.objects.filter(wanted).order_by("concept", "pk")


def checks_of(visit: SupervisionVisit) -> dict[Key, RegisterCheck]:
    """The visit's checks by month and element. One query."""
    rows = RegisterCheck.objects.filter(visit=visit).select_related("data_element")
    return {(row.month, row.data_element_id): row for row in rows}


def reported_at(site: OrgUnit | int, elements: Iterable[int], months: Iterable[Period]) -> dict[Key, Reported]:
    """What is stored for the site; a month and element without any value has no entry. One query."""
    rows = (
        DataValue.objects.filter(
            unit=site, element__in=list(elements), period__in=[month.code for month in months]
        )
        .order_by()
        .values("element_id", "period")
        .annotate(doses=Sum("value"), made_up=Count("value", filter=Q(batch__demonstration=True)))
    )  # fmt: skip
    return {
        (Period.from_code(row["period"]).id, row["element_id"]): Reported(row["doses"], bool(row["made_up"]))
        for row in rows
    }


def factors(
    user: Any, *, district: OrgUnit | None = None, element: DataElement | None = None, site: OrgUnit | None = None
) -> list[Verified]:
    """The verification factor of each site and element that was checked, in the order of the tree. Three queries.

    Where a month was counted on several visits, the latest count stands alone: it would weigh twice otherwise.
    """
    checks = RegisterCheck.objects.filter(
        visit__in=visits_for(user).filter(state__in=COUNTED_ON).order_by().values("pk")
    )
    if district:
        checks = checks.filter(visit__site__path__startswith=district.path)
    if element:
        checks = checks.filter(data_element=element)
    if site:
        checks = checks.filter(visit__site=site)
    return _verified(checks)


def sum_of(verified: Collection[Verified]) -> list[tuple[DataElement, Factor, int]]:
    """By element: the factor over all sites (sums of counts by sums of reports), and how many sites were checked."""
    elements: dict[DataElement, list[Factor]] = defaultdict(list)
    for one in verified:
        elements[one.element].append(one.factor)
    return [
        (
            element,
            Factor(
                sum(one.register for one in of_sites),
                sum(one.reported for one in of_sites),
                sum(one.months for one in of_sites),
                sum(one.unreported for one in of_sites),
            ),
            len(of_sites),
        )
        for element, of_sites in sorted(elements.items(), key=lambda item: (item[0].concept, item[0].pk))
    ]


def _verified(checks: QuerySet[RegisterCheck]) -> list[Verified]:
    rows = checks.annotate(
        site=F("visit__site"), day=Coalesce("visit__done_on", "visit__planned_on")
    ).order_by("day", "visit", "pk").values_list(
        "site", "data_element", "month", "register", "reported", "demonstration"
    )  # fmt: skip
    latest: dict[tuple[int, int], dict[str, tuple[Recount, bool]]] = defaultdict(dict)
    for site, element, month, register, reported, made_up in rows:
        latest[site, element][month] = Recount(register, reported), made_up
    sites = OrgUnit.objects.select_related("parent").in_bulk({site for site, _element in latest})
    elements = DataElement.objects.in_bulk({element for _site, element in latest})
    found = [
        Verified(
            sites[site],
            elements[element],
            factor(recount for recount, _made_up in months.values()),
            any(made_up for _recount, made_up in months.values()),
        )
        for (site, element), months in latest.items()
    ]
    return sorted(found, key=lambda one: (one.site.path, one.element.concept, one.element.pk))
