"""A site that moved on 1 July 2024: the pages show it where it stood, say so, and count each month where it belongs."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.geography.move_actions import move_unit
from indicators.pages.denominator_table import kinds
from indicators.pages.move_words import months_text, moves_told
from indicators.periods import Period
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db


class Country:
    """The site goes from the north to the south; a post stays in the north."""

    def __init__(self) -> None:
        self.country = a_unit("Pays")
        self.north, self.south = a_unit("Nord", self.country), a_unit("Sud", self.country)
        self.site, self.post = a_unit("Boura", self.north), a_unit("Poste", self.north)
        for unit in (self.site, self.post):
            given_infants(unit, 120, 2024)
            given_values("DTP1", {key: 5.0 for n in (1, 2, 3, 4) for key in quarter_of(unit, f"2024Q{n}", 5)})
        move_unit(unit=self.site, parent=self.south, on=date(2024, 7, 1), by=None)
        refreshed()


def shown(path: str, **asked: Any) -> Any:
    response = visitor(a_user(Role.VIEWER)).get(path, asked)
    assert response.status_code == 200
    return response


def number(unit: OrgUnit, period: str, code: str = "dtp1_coverage") -> Any:
    return shown(f"/nombres/{code}/{unit.pk}/{period}/")


@pytest.mark.parametrize(
    ("period", "north", "south"),
    [
        ("202406", {"Boura": 5, "Poste": 5}, {}),
        ("202407", {"Poste": 5}, {"Boura": 5}),
        ("2024", {"Boura": 30, "Poste": 60}, {"Boura": 30}),
    ],
)
def test_the_places_below_a_number_are_those_of_its_months(
    period: str, north: dict[str, float], south: dict[str, float]
) -> None:
    it = Country()
    for unit, expected in ((it.north, north), (it.south, south)):
        parts = number(unit, period).context["children"]
        assert {part.label: part.reading.numerator for part in parts} == expected
        assert all(part.reading.value == pytest.approx(50) for part in parts), "its target is of the same months"


def test_a_place_that_was_there_for_a_part_of_the_time_says_which() -> None:
    it = Country()
    page = number(it.north, "2024")
    assert {part.label: part.note for part in page.context["children"]} == {
        "Boura": "only Jan 2024 – Jun 2024",
        "Poste": "",
    }
    assert '2024 <span class="small muted">(Jan 2024 – Jun 2024)</span>' in page.content.decode()
    assert "only" not in number(it.north, "2024Q1").context["children"][0].note


def test_moves_are_told_where_they_matter_and_the_way_up_is_that_of_the_time() -> None:
    it = Country()
    site = number(it.site, "202406")
    assert "On July 1, 2024 it moved from Nord to Sud." in site.content.decode()
    assert site.context["above"] == it.north
    assert number(it.site, "202407").context["above"] == it.south
    assert "On July 1, 2024 Boura came here from Nord." in number(it.south, "2024Q3").content.decode()
    assert "On July 1, 2024 Boura went from here to Sud." in number(it.north, "2024").content.decode()
    assert "Boura went" not in number(it.north, "2024Q2").content.decode()


def test_a_clerk_is_not_led_to_a_place_of_another_district() -> None:
    """Who meets the south today meets the site; the north, where it stood, stays closed."""
    it = Country()
    clerk = visitor(a_user(Role.CLERK, districts=[OrgUnit.objects.get(pk=it.south.pk)]))
    page = clerk.get(f"/nombres/dtp1_doses/{it.site.pk}/202406/")
    assert page.status_code == 200
    assert page.context["above"] is None
    assert clerk.get(f"/nombres/dtp1_doses/{it.north.pk}/202406/").status_code == 404


@pytest.mark.usefixtures("in_english")
def test_many_moves_are_counted_not_listed() -> None:
    north = a_unit("Nord", a_unit("Pays"))
    south = a_unit("Sud", north.parent)
    for n in range(11):
        move_unit(unit=a_unit(f"Poste {n:02d}", north), parent=south, on=date(2024, 7, 1), by=None)
    told = moves_told(south, [Period.parse("2024")])
    assert (len(told), told[-1]) == (9, "And 3 more moves.")
    assert moves_told(south, [Period.parse("2023")]) == []


def explorer(place: OrgUnit, **asked: Any) -> Any:
    choice = {"indicator": "dtp1_coverage", "unit": place.pk, "show": "below", "frequency": "quarter"}
    return shown("/explorer/", **choice | {"from": "2024-01", "to": "2024-12"} | asked)


def test_the_explorer_has_the_places_of_all_its_periods_and_says_when_one_lay_elsewhere() -> None:
    it = Country()
    rows: list[tuple[OrgUnit, str, list[int | None]]] = [
        (it.north, "Boura", [15, 15, None, None]),
        (it.north, "Poste", [15, 15, 15, 15]),
        (it.south, "Boura", [None, None, 15, 15]),
    ]
    for place, name, expected in rows:
        [line] = [line for line in explorer(place).context["lines"] if line.name == name]
        assert [cell.part.reading.numerator for cell in line.cells] == expected
        assert [cell.words for cell in line.cells if cell.part.reading.numerator is None] == [
            "not expected: the place lay elsewhere at that time"
        ] * expected.count(None)
    assert "Boura went from here to Sud" in explorer(it.north).content.decode()
    [line] = [line for line in explorer(it.north, frequency="year").context["lines"] if line.name == "Boura"]
    assert "Only the months in which the place lay below" in line.cells[0].notes[0]
    assert line.cells[0].part.reading.denominator == 60


def test_the_file_of_the_explorer_holds_the_same_places_and_states() -> None:
    it = Country()
    choice = {"indicator": "dtp1_coverage", "unit": it.north.pk, "show": "below", "frequency": "quarter"}
    rows = shown("/explorer/csv/", **choice | {"from": "2024-01", "to": "2024-12"}).content.decode().splitlines()
    assert [("elsewhere" in row) for row in rows if "Boura" in row] == [False, False, True, True]


def test_the_denominators_page_counts_the_months_and_says_that_places_moved() -> None:
    it = Country()
    [north], [south], [country] = kinds(it.north), kinds(it.south), kinds(it.country)
    assert [(kind.years[0].used, kind.years[0].cut) for kind in (north, south, country)] == [
        (180, True), (60, True), (240, False),
    ]  # fmt: skip
    below = [kind.years[0].below for kind in (north, south, country)]
    assert [part and (part.value, part.known, part.places) for part in below] == [(180, 2, 2), (60, 1, 1), (240, 2, 2)]
    assert "mean of the months: places moved" in shown("/denominateurs/", unit=it.north.pk).content.decode()


def test_the_cost_of_a_page_does_not_grow_with_the_moves() -> None:
    it = Country()
    client, costs = visitor(a_user(Role.VIEWER)), []
    for _ in range(2):
        client.get(f"/nombres/dtp1_coverage/{it.north.pk}/2024/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/nombres/dtp1_coverage/{it.north.pk}/2024/")
            explorer(it.north)
        costs.append(len(queries))
        for n in range(12):
            post = a_unit(f"P{n}", it.north)
            given_infants(post, 60, 2024)
            move_unit(unit=post, parent=it.south, on=date(2024, 3 + n // 2, 1), by=None)
        refreshed()
    assert costs[0] == costs[1]


def test_months_are_written_as_runs() -> None:
    months = [Period.parse(text) for text in ("202412", "202403", "202401", "202402", "202410")]
    assert "2024" in months_text(months)
    assert months_text(months).count("–") == 1
    assert months_text([]) == ""


@pytest.mark.parametrize(
    ("months", "north", "south"),
    [
        # A unit with nothing so deep below it is shown by itself.
        (("2024Q2", "2024Q2"), {"Village": 15.0, "Hameau": 15.0}, {"Sud": None}),
        (("2024Q3", "2024Q3"), {"Hameau": 15.0}, {"Village": 15.0}),
        (("2024", "2024"), {"Village": 30.0, "Hameau": 60.0}, {"Village": 30.0}),
    ],
)
def test_the_deeper_levels_of_a_map_are_those_of_the_period(
    months: tuple[str, str], north: dict[str, float], south: dict[str, float | None]
) -> None:
    it = Country()
    for name, above in (("Village", it.site), ("Hameau", it.post)):
        unit = a_unit(name, above)
        given_values("DTP1", {key: 5.0 for n in (1, 2, 3, 4) for key in quarter_of(unit, f"2024Q{n}", 5)})
    refreshed()
    frequency = "year" if months[0] == "2024" else "quarter"
    for unit, expected in ((it.north, north), (it.south, south)):
        asked = {"view": "map", "indicator": "dtp1_doses", "depth": "2", "from": months[0], "to": months[1]}
        page = shown("/explorer/", unit=unit.pk, frequency=frequency, **asked)
        rows = {row.line.name: row.cell.part.reading.value for row in page.context["rows"]}
        assert rows == expected
