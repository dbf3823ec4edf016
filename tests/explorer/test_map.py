"""The explorer's map: what is drawn and how, what stands in the list, and what it says where nothing can be drawn."""

import gzip
import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.boundary_actions import save_boundaries
from indicators.geography.outlines import Outline, parse
from indicators.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership, UnitBoundary
from indicators.pages import explorer_map
from tests.builders import a_source, a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor
from tests.exchange.shared_data import FOLDER

pytestmark = pytest.mark.django_db

EXPLORER = "/explorer/"
CERCLES = FOLDER / "mali_cercles_adm2.geojson"


def a_viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def square(west: float) -> Outline:
    ring = [(west, 12.0), (west + 1, 12.0), (west + 1, 13.0), (west, 13.0), (west, 12.0)]
    return Outline(polygons=((ring,),))


def on_the_map(**outlines: Outline) -> None:
    found = {OrgUnit.objects.get(name=name.replace("_", " ")).pk: outline for name, outline in outlines.items()}
    save_boundaries(found, source=a_source(title_en="OCHA"), file_name="places.geojson")


def five_posts() -> OrgUnit:
    """130 %, 0 %, one without a denominator, one that did not report, one closed; a sixth nobody knows the place of."""
    district = a_unit("Secteur", a_unit("Pays"))
    high, zero, bare, silent = (a_unit(f"Poste {name}", district) for name in ("Haut", "Nul", "Nu", "Muet"))
    a_unit("Poste Clos", district, closed_date=date(2020, 1, 1))
    a_unit("Poste Perdu", district)
    for unit in (high, zero, silent):
        given_infants(unit, 120, 2025)
    given_values("DTP1", quarter_of(high, "2025Q1", 13) | quarter_of(zero, "2025Q1", 0) | quarter_of(bare, "2025Q1", 4))
    refreshed()
    names = ("Poste_Haut", "Poste_Nul", "Poste_Nu", "Poste_Muet", "Poste_Clos")
    on_the_map(**{name: square(-8 + number) for number, name in enumerate(names)})
    return district


def ask(client: Client, unit: OrgUnit, **asked: Any) -> Any:
    wanted: dict[str, Any] = {"view": "map", "unit": unit.pk, "from": "2025Q1", "to": "2025Q1"}
    return client.get(EXPLORER, wanted | {key.rstrip("_"): value for key, value in asked.items()})


def areas(page: Any) -> dict[str, tuple[str, str]]:
    return {area.place.name: (area.place.fill, area.place.mark) for area in page.context["map"].areas}


def test_each_state_has_its_shade_or_pattern_and_every_area_opens_its_number() -> None:
    district, client = five_posts(), a_viewer()
    page = ask(client, district)
    assert areas(page) == {
        "Poste Haut": ("m5", "▲"), "Poste Nul": ("m1", ""), "Poste Nu": ("uncomputable", ""),
        "Poste Muet": ("missing", ""), "Poste Clos": ("unexpected", ""),
    }  # fmt: skip
    text = page.content.decode()
    svg = text[text.index('<svg viewBox="0 0 1440') :].partition("</svg>")[0]
    for unit in district.children.exclude(name="Poste Perdu"):
        url = reverse("number-detail", args=["dtp1_coverage", unit.pk, "2025Q1"])
        assert svg.count(f'<a href="{url}"><title>{unit.name}: ') == 1
        assert client.get(url).status_code == 200
    assert "<title>Poste Haut: 130.0% (reported; Above 100%" in svg
    assert "<title>Poste Clos: not expected: the place was not open</title>" in svg
    assert 'role="img"' not in svg  # what is inside can be followed
    for pattern in ("missing", "uncomputable", "unexpected"):
        assert f'<pattern id="map-{pattern}"' in svg
        assert f'fill="url(#map-{pattern})"' in svg
    assert "style=" not in text
    assert 'href="/static/css/map.css' in text
    assert "/static/css/map.css" not in client.get(EXPLORER).content.decode()


def test_the_title_says_the_finding_and_the_list_has_every_place() -> None:
    page = ask(a_viewer(), five_posts())
    assert page.context["title"] == "DTP1 coverage, Q1 2025: from 0.0% in Poste Nul to 130.0% in Poste Haut"
    names = [row.line.name for row in page.context["rows"]]
    assert names[:2] == ["Poste Nul", "Poste Haut"]  # more is better: the lowest first
    assert set(names[2:]) == {"Poste Nu", "Poste Muet", "Poste Clos", "Poste Perdu"}
    text = page.content.decode()
    assert "1 place stands in the list only" in text
    assert "Boundaries: OCHA" in text
    assert [(swatch.name, swatch.places) for swatch in page.context["legend"]] == [
        ("Low: below 70%", 1), ("Middle: 70% to below 80%", 0), ("High: 80% to below 90%", 0),
        ("Highest: 90% to below 100%", 0), ("Target reached or exceeded: 100% and more", 1),
        ("missing: no number", 2), ("not computable or not applicable", 1), ("not expected", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "no number for any place"),
        ({"A": 5.0}, "15 in Poste A"),
        ({"A": 5.0, "B": 5.0}, "15 in every place with a number"),
        ({"A": 5.0, "B": 6.0}, "from 15 in Poste A to 18 in Poste B"),
    ],
)
def test_findings(values: dict[str, float], title: str) -> None:
    district = a_unit("Secteur", a_unit("Pays"))
    posts = {name: a_unit(f"Poste {name}", district) for name in ("A", "B")}
    given_values(
        "DTP1", {key: each for name, each in values.items() for key in quarter_of(posts[name], "2025Q1", each)}
    )
    refreshed()
    page = ask(a_viewer(), district, indicator="dtp1_doses")
    assert page.context["title"] == f"DTP1, Q1 2025: {title}"


def test_less_than_zero_is_marked_and_counts_have_classes_of_equal_size() -> None:
    district = five_posts()
    page = ask(a_viewer(), district, indicator="zero_dose")
    assert areas(page)["Poste Haut"] == ("m1", "▼")
    assert areas(page)["Poste Nul"] == ("m5", "")
    assert page.context["title"] == "Zero-dose, Q1 2025: from -9 in Poste Haut to 30 in Poste Nul"
    assert [row.line.name for row in page.context["rows"]][:2] == ["Poste Nul", "Poste Haut"]  # fewer is better
    assert "▼ below zero" in page.content.decode()
    assert [swatch.name for swatch in page.context["legend"]][:2] == ["-9", "30"]


def test_classes_may_hold_equal_numbers_of_places_instead_of_the_bands() -> None:
    page = ask(a_viewer(), five_posts(), classes="equal")
    assert [swatch.name for swatch in page.context["legend"]][:2] == ["0%", "130%"]


def test_a_period_is_one_of_those_chosen_and_leads_to_the_others() -> None:
    district, client = five_posts(), a_viewer()
    page = ask(client, district, from_="2025Q1", to="2025Q3")
    assert page.context["title"].startswith("DTP1 coverage, Q3 2025")
    (_text, address, _here), *_others = page.context["times"]
    earlier = client.get(address)
    assert earlier.context["title"].startswith("DTP1 coverage, Q1 2025: from 0.0%")
    assert [here for _, _, here in earlier.context["times"]] == [True, False, False]
    assert client.get(address.replace("at=2025Q1", "at=nothing")).context["title"].startswith("DTP1 coverage, Q3")


def test_points_stand_for_places_of_which_no_more_is_known() -> None:
    district = five_posts()
    on_the_map(Secteur=square(-8), Poste_Perdu=Outline(point=(-7.5, 12.5)))
    page = ask(a_viewer(), district)
    assert page.context["map"].points
    assert page.context["map"].ground
    text = page.content.decode()
    assert re.search(
        r'<circle class="map-area map-point map-none" fill="url\(#map-missing\)" cx="\d+" cy="\d+" r="14"/>', text
    )
    assert "in the list only" not in text


def test_without_boundaries_the_page_says_how_to_add_them_and_lists_the_numbers() -> None:
    district = five_posts()
    UnitBoundary.objects.all().delete()
    page = ask(a_viewer(), district)
    assert page.context["map"] is None
    text = page.content.decode()
    assert "No boundaries are known here" in text
    assert "import_boundaries" in text
    assert "Poste Haut" in text


def test_the_nearest_level_with_boundaries_is_drawn_unless_another_is_asked_for() -> None:
    district, client = five_posts(), a_viewer()
    country = district.parent
    assert country
    assert len(areas(ask(client, country))) == 5
    assert [row.line.name for row in ask(client, country, depth="1").context["rows"]] == ["Secteur"]
    assert len(areas(ask(client, country, depth="2"))) == 5
    post = OrgUnit.objects.get(name="Poste Haut")
    assert list(areas(ask(client, post))) == ["Poste Haut"]  # nothing lies below it
    assert ask(client, country, depth="9").status_code == 400


def test_the_members_of_a_group_have_a_map_too() -> None:
    district = five_posts()
    group = OrgUnitGroup.objects.create(key="arm", name_fr="Bras", name_en="Arm")
    for name in ("Poste Haut", "Poste Muet"):
        OrgUnitGroupMembership.objects.create(group=group, unit=OrgUnit.objects.get(name=name))
    page = ask(a_viewer(), district, show="members", group=group.pk)
    assert set(areas(page)) == {"Poste Haut", "Poste Muet"}


def test_a_clerk_sees_the_own_districts_and_no_other_place() -> None:
    district = five_posts()
    clerk = visitor(a_user(Role.CLERK, districts=[OrgUnit.objects.get(name="Poste Haut")]))
    assert ask(clerk, district).status_code == 400
    assert list(areas(ask(clerk, OrgUnit.objects.get(name="Poste Haut")))) == ["Poste Haut"]


def test_too_many_places_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer_map, "MOST_PLACES", 5)
    page = ask(a_viewer(), five_posts())
    assert "Too many places for one map" in page.content.decode()
    assert "map" not in page.context


def test_the_file_holds_the_places_of_the_map_in_its_period() -> None:
    district, client = five_posts(), a_viewer()
    page = ask(client, district, from_="2024Q1", to="2025Q1")
    lines = client.get(page.context["files"]["csv"]).content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 1 + 1 + 6
    assert all("2025Q1" in line for line in lines[1:])


def test_made_up_boundaries_say_so() -> None:
    district = five_posts()
    UnitBoundary.objects.update(demonstration=True)
    page = ask(a_viewer(), district)
    assert "The boundaries are made up" in page.content.decode()
    assert len(areas(page)) == 5


def test_made_up_boundaries_do_not_lie_across_real_ones() -> None:
    district = five_posts()
    UnitBoundary.objects.exclude(unit__name="Poste Haut").update(demonstration=True)
    page = ask(a_viewer(), district)
    assert list(areas(page)) == ["Poste Haut"]
    assert "5 places stand in the list only" in page.content.decode()
    assert "The boundaries are made up" not in page.content.decode()


def test_a_map_of_six_places_costs_the_queries_of_one_of_sixty() -> None:
    district, client, costs = five_posts(), a_viewer(), []
    for _time in range(2):
        ask(client, district)
        with CaptureQueriesContext(connection) as queries:
            assert ask(client, district).status_code == 200
        costs.append(len(queries))
        more = [a_unit(f"Autre {number}", district) for number in range(54)]
        given_values("DTP1", {key: 5.0 for unit in more for key in quarter_of(unit, "2025Q1", 5)})
        refreshed()
        save_boundaries({unit.pk: square(-8 + n / 10) for n, unit in enumerate(more)}, source=None, file_name="more")
    assert costs[0] == costs[1] <= 30


@pytest.mark.skipif(not CERCLES.exists(), reason=f"the trial data are not at {FOLDER}")
def test_the_map_of_mali_is_light() -> None:
    country = a_unit("Mali")
    features = json.loads(CERCLES.read_text())["features"]
    units = [a_unit(feature["properties"]["adm2"], country) for feature in features]
    outlines = {unit.pk: parse(one["geometry"]) for unit, one in zip(units, features, strict=True)}
    save_boundaries(outlines, source=a_source(), file_name=CERCLES.name)
    given_values("DTP1", {key: float(n) for n, unit in enumerate(units) for key in quarter_of(unit, "2025Q1", n)})
    refreshed()
    page = ask(a_viewer(), country, indicator="dtp1_doses")
    assert len(areas(page)) == 50
    assert len(gzip.compress(page.content)) < 30_000
    named = [area.place.name for area in page.context["map"].areas if area.named]
    assert {"Tombouctou", "Kayes", "Goundam"} <= set(named)
    assert 15 < len(named) < 50
