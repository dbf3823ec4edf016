"""What the tests of the explorer's views have in common."""

from typing import Any

from django.test import Client

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.periods import Period
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor

EXPLORER = "/explorer/"
RISING = [20.0, 23, 31, 22, 25, 27, 33, 26, 27, 31, 39, 30]
"""Three years of quarters."""


def a_viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def ask(client: Client, path: str = EXPLORER, **asked: Any) -> Any:
    """The answer to that query; `from_` stands for `from`."""
    return client.get(path, {key.rstrip("_"): value for key, value in asked.items()})


def given_quarters(unit: OrgUnit, values: list[float | None], first: str = "2023Q1") -> None:
    """First doses of consecutive quarters, each reported in three equal months; None is not reported."""
    start = Period.parse(first)
    given_values(
        "DTP1",
        {
            (unit, month.id): value / 3
            for i, value in enumerate(values)
            if value is not None
            for month in start.shift(i).months()
        },
    )


def a_district(*series: list[float | None], infants: float = 120) -> tuple[OrgUnit, list[OrgUnit]]:
    """A district with one place for each series of quarters from 2023 on, refreshed."""
    district = a_unit("Secteur", a_unit("Pays"))
    places = []
    for number, values in enumerate(series):
        place = a_unit(f"Poste {number}", district)
        given_infants(place, infants, 2023, 2024, 2025)
        given_quarters(place, values)
        places.append(place)
    refreshed()
    return district, places


def two_posts() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    district = a_unit("Secteur", a_unit("Pays"))
    return district, a_unit("Poste A", district), a_unit("Poste B", district)


def with_doses() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    """Poste A at 130 % in the first quarter of 2025 and with one month of the second; Poste B at 0 in January."""
    district, first, second = two_posts()
    given_infants(first, 120, 2025)
    given_values("DTP1", quarter_of(first, "2025Q1", 13) | {(first, "202504"): 5.0, (second, "202501"): 0.0})
    refreshed()
    return district, first, second


def numbers(page: Any) -> dict[str, list[float | None]]:
    return {line.name: [cell.part.reading.value for cell in line.cells] for line in page.context["lines"]}
