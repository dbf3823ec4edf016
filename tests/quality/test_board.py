"""The data-quality board: what it counts, where its cells lead, and who may look."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.quality.board import RULES, Cells
from indicators.quality.views import Row
from tests.builders import a_source, a_unit, a_user
from tests.evaluations.given import given_infants, given_values, refreshed, visitor, worked_off

pytestmark = pytest.mark.django_db

MONTHS = [f"2025{month:02d}" for month in range(1, 13)]
BOARD = reverse("quality-board")


def monthly(unit: OrgUnit, *values: float | None) -> dict[tuple[OrgUnit, str], float]:
    return {(unit, month): value for month, value in zip(MONTHS, values, strict=False) if value is not None}


def a_region_with_two_districts() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    """The first district's post has an outlier, one negative month and one missing month; the second's is flat."""
    country = a_unit("Pays")
    first, second = a_unit("Nord", country), a_unit("Sud", country)
    post, flat = a_unit("Poste N", first), a_unit("Poste S", second)
    given_values("DTP1", monthly(post, 10, 12, 11, 9, None, 10, 12, 11, 10, 9, 10, 90) | monthly(flat, *[10] * 12))
    given_values("DTP3", monthly(post, 9, 13, 10, 9, 8, 10, 11, 10, 9, 8, 10, 20) | monthly(flat, *[10] * 12))
    refreshed()
    return country, first, second


def viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def row(page: object, name: str) -> Row:
    return next(it for it in page.context["rows"] if it.place.name == name)  # type: ignore[attr-defined]


def counts(cells: Cells) -> dict[str, tuple[int, int, int]]:
    return {rule: (cell.flags, cell.tested, cell.untested_values) for rule, cell in cells.items()}


def test_counts_stand_by_unit_and_rule() -> None:
    a_region_with_two_districts()
    page = viewer().get(BOARD)
    north, south = counts(row(page, "Nord").cells), counts(row(page, "Sud").cells)
    assert north["missing"] == (1, 24, 0)
    assert north["dtp3_over_dtp1"] == (1, 11, 1)
    assert north["modified_z"] == (2, 23, 0)
    assert north["sd_extreme"] == (2, 23, 0)
    assert south["modified_z"] == south["sd_extreme"] == (0, 0, 24)
    assert south["missing"] == (0, 24, 0)
    assert counts(page.context["everything"])["dtp3_over_dtp1"] == (1, 23, 1)
    text = page.content.decode()
    assert "cannot be tested here" in text
    assert "3.5 or more either way" in text
    assert "95.8% complete" in text


def test_a_cell_leads_to_its_values_and_each_to_where_it_comes_from() -> None:
    _, north, south = a_region_with_two_districts()
    client = viewer()
    page = client.get(
        reverse("quality-flags", args=["modified_z"]), {"unit": str(north.pk), "from": "202501", "to": "202512"}
    )
    post = OrgUnit.objects.get(name="Poste N")
    assert {(line.place.name, line.flag.value, line.url) for line in page.context["lines"]} == {
        ("Poste N", 90, reverse("number-detail", args=["dtp1_doses", post.pk, "202512"])),
        ("Poste N", 20, reverse("number-detail", args=["dtp3_doses", post.pk, "202512"])),
    }
    for line in page.context["lines"]:
        assert client.get(line.url).status_code == 200
    flat = client.get(reverse("quality-flags", args=["modified_z"]), {"unit": str(south.pk)})
    assert flat.context["lines"] == []
    assert "24 values: more than half of the months are the same" in flat.content.decode()


def test_ratios_are_examined_by_whole_quarter() -> None:
    country, north, _ = a_region_with_two_districts()
    given_infants(OrgUnit.objects.get(name="Poste N"), 160, 2025)
    refreshed()
    asked = {"unit": str(north.pk), "from": "2025-02", "to": "2025-12"}
    page = viewer().get(BOARD, {"unit": str(country.pk), "from": "2025-02", "to": "2025-12"})
    assert counts(row(page, "Nord").cells)["over_100"] == (1, 6, 0)  # Q2 to Q4 of DTP1 and DTP3; 109 of 40 in Q4
    assert counts(row(page, "Sud").cells)["over_100"] == (0, 0, 6)  # no target
    (line,) = viewer().get(reverse("quality-flags", args=["over_100"]), asked).context["lines"]
    assert (line.flag.period.id, line.figures) == ("2025Q4", [109, 40, 272.5])
    assert counts(row(page, "Nord").cells)["negative_dropout"] == (0, 2, 1)  # no DTP1 in May


def test_a_quarter_with_more_third_doses_is_a_negative_dropout() -> None:
    unit = a_unit("Poste", a_unit("Pays"))
    given_values("DTP1", monthly(unit, 10, 10, 10, 0, 0, 0, 5))
    given_values("DTP3", monthly(unit, 12, 10, 10, 2, 0, 0))
    refreshed()
    page = viewer().get(reverse("quality-flags", args=["negative_dropout"]), {"from": "2025-01", "to": "2025-09"})
    assert [(line.flag.period.id, *line.figures) for line in page.context["lines"]] == [
        ("2025Q1", 32, 30, pytest.approx(-100 / 15)),
        ("2025Q2", 2, 0, None),
    ]
    assert "1 value: in a month of the quarter one of the two doses was not reported" in page.content.decode()


def test_targets_are_examined_at_every_level() -> None:
    country, north, _ = a_region_with_two_districts()
    given_infants(country, 1000, 2024, 2025)
    given_infants(north, 500, 2024)
    given_infants(north, 560, 2025)
    country.denominators.create(year=2025, kind="surviving_infants", value=1200, source=a_source(), preferred=False)
    refreshed()
    page = viewer().get(BOARD)
    everything, itself, *_below = page.context["rows"]
    assert (everything.itself, itself.itself) == (False, True)
    own = counts(itself.cells)
    assert own["target_sources"] == (1, 1, 0)
    assert own["target_parts"] == (0, 0, 1)  # the south has no target
    assert own["target_change"] == (0, 1, 0)
    assert counts(row(page, "Nord").cells)["target_change"] == (1, 1, 0)
    asked = {"unit": str(country.pk), "itself": "1"}
    assert len(viewer().get(reverse("quality-flags", args=["target_sources"]), asked).context["lines"]) == 1
    assert viewer().get(reverse("quality-flags", args=["target_change"]), asked).context["lines"] == []


def test_a_clerk_meets_their_districts_only() -> None:
    country, north, south = a_region_with_two_districts()
    client = visitor(a_user(Role.CLERK, districts=[north]))
    page = client.get(BOARD)
    assert page.context["unit"] == north
    assert [it.place.name for it in page.context["rows"]] == ["Poste N"]
    for other in (country, south):
        assert client.get(BOARD, {"unit": other.pk}).status_code == 404
        assert client.get(reverse("quality-flags", args=["missing"]), {"unit": other.pk}).status_code == 404


def test_somebody_without_a_role_is_refused() -> None:
    assert visitor(a_user()).get(BOARD).status_code == 403
    assert visitor(a_user()).get(reverse("quality-flags", args=["missing"])).status_code == 403


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"from": "soon"}, "“soon” is no month"),
        ({"from": "2025"}, "“2025” is no month"),
        ({"from": "2025-06", "to": "2025-01"}, "The last month lies before the first one."),
        ({"from": "2000-01"}, "More than 36 months"),
        ({"from": "1900-01", "to": "1900-12"}, "The first month lies before 1903."),
    ],
)
def test_a_bad_range_is_answered_with_a_sentence(asked: dict[str, str], answer: str) -> None:
    a_region_with_two_districts()
    for url in (BOARD, reverse("quality-flags", args=["missing"])):
        page = viewer().get(url, asked)
        assert page.status_code == 200
        assert answer in page.content.decode()


def test_an_unknown_unit_or_rule_is_not_found() -> None:
    a_region_with_two_districts()
    for unit in ("999999", "nord", "-1", "٣", "9" * 30):
        assert viewer().get(BOARD, {"unit": unit}).status_code == 404
    assert viewer().get(reverse("quality-flags", args=["taste"])).status_code == 404


def test_made_up_numbers_carry_their_mark() -> None:
    unit = a_unit("Poste", a_unit("Pays"))
    given_values("DTP1", monthly(unit, 5, 5), demonstration=True)
    given_values("DTP3", monthly(unit, 6, 5))
    refreshed()
    assert viewer().get(BOARD).context["demonstration"]
    (line,) = viewer().get(reverse("quality-flags", args=["dtp3_over_dtp1"])).context["lines"]
    assert line.flag.demonstration


def test_an_empty_installation_says_what_belongs_here() -> None:
    for url in (BOARD, reverse("quality-flags", args=["missing"])):
        assert "Nothing to examine yet" in viewer().get(url).content.decode()


def test_a_place_that_reports_beside_those_below_is_examined_by_itself() -> None:
    country, north, _ = a_region_with_two_districts()
    given_values("DTP1", monthly(north, *[30] * 12))
    given_infants(north, 160, 2025)
    refreshed()
    asked = {"unit": str(north.pk), "itself": "1"}
    page = viewer().get(reverse("quality-flags", args=["beside"]), asked)
    assert [(line.flag.period.id, line.figures[:2]) for line in page.context["lines"]][-1] == ("202501", [30, 10])
    assert len(page.context["lines"]) == 11  # no report of the post in May
    own = counts(viewer().get(BOARD, {"unit": str(north.pk)}).context["rows"][1].cells)
    assert own["modified_z"] == (0, 0, 12)
    assert own["over_100"] == (0, 0, 4)
    assert (
        "places below report as well"
        in viewer().get(reverse("quality-flags", args=["over_100"]), asked).content.decode()
    )
    assert counts(row(viewer().get(BOARD, {"unit": str(country.pk)}), "Nord").cells)["beside"] == (11, 12, 0)


def reads_values(client: Client, url: str) -> bool:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return any("SELECT v.element_id" in query["sql"] for query in queries)


def test_what_was_counted_is_kept_until_the_next_refresh() -> None:
    a_region_with_two_districts()
    client = viewer()
    assert [reads_values(client, BOARD), reads_values(client, BOARD)] == [True, True]  # a refresh waits
    worked_off()
    assert [reads_values(client, BOARD), reads_values(client, BOARD)] == [True, False]
    before = counts(client.get(BOARD).context["everything"])
    given_values("DTP1", {(OrgUnit.objects.get(name="Poste N"), "202505"): 9.0})
    waiting = counts(client.get(BOARD).context["everything"])
    assert (before["missing"][0], waiting["missing"][0]) == (1, 0)
    worked_off()
    assert counts(client.get(BOARD).context["everything"]) == waiting
    assert not reads_values(client, BOARD)


def test_queries_do_not_grow_with_units_or_values() -> None:
    country, *_ = a_region_with_two_districts()
    client = viewer()
    urls = [BOARD, *(reverse("quality-flags", args=[rule]) for rule in RULES)]
    for url in urls:
        client.get(url)
    costs = []
    for posts in (0, 8):
        for number in range(posts):
            post = a_unit(f"Poste {number}", a_unit(f"District {number}", country))
            given_values("DTP1", monthly(post, *range(1, 13)))
            given_values("DTP3", monthly(post, *range(12, 0, -1)))
            given_infants(post, 100, 2025)
        refreshed()
        cache.clear()
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            costs.append(len(queries))
    # A list without a line has no names to look up.
    assert all(many - few in (0, 1) for few, many in zip(costs[: len(urls)], costs[len(urls) :], strict=True))
    assert costs[0] == costs[len(urls)] <= 22
