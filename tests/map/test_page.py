"""The map: what is drawn and how, what stands in the list alone, and who meets which name, place and link."""

import gzip
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import UnitBoundary
from research.map.stages import Exposure
from research.map.stock import Stock
from tests.builders import a_clerk_of, a_followed_site, a_product, a_study_district, a_study_site, a_user
from tests.evaluations.given import given_infants, given_values, refreshed, visitor
from tests.map.given import MONTH, a_line, a_stage, square, the_scene

pytestmark = [pytest.mark.django_db, pytest.mark.by_django_alone]

MAP = reverse("site-map")


def ask(client: Client, **asked: Any) -> Any:
    answer = client.get(MAP, asked)
    assert answer.status_code == 200
    return answer


def marks(page: Any) -> dict[str, tuple[str, str]]:
    return {spot.row.name: (spot.row.exposure.value, spot.row.stock.value) for spot in page.context["shown"].spots}


def listed(page: Any) -> dict[str, tuple[str, str]]:
    return {row.name: (row.exposure.value, row.stock.value) for row in page.context["shown"].sites}


def test_every_site_has_the_form_of_its_exposure_and_the_fill_of_its_stock() -> None:
    scene = the_scene()
    page = ask(visitor(a_user(Role.LEAD)))
    assert page.context["chosen"].month.id == MONTH
    assert marks(page) == {
        "Poste Actif": ("active", "some-days"), "Poste Formé": ("trained", "in-stock"),
        "Poste Gardé": ("outside", "silent"),
    }  # fmt: skip
    assert listed(page) == marks(page) | {"Poste Perdu": ("none", "not-offered")}
    text = page.content.decode()
    for form in Exposure:
        assert text.count(f'id="form-{form}"') == 1
    for fill in Stock:
        assert text.count(f'id="stock-{fill}"') == 1
    assert "active since Aug. 1, 2025" in text
    assert "Penta – 5 days without stock" in text
    assert "1 CSCom stands in the list only" in text
    assert scene.lost.name in text


def test_a_number_above_100_is_flagged_and_a_missing_one_is_hatched() -> None:
    scene = the_scene()
    page = ask(visitor(a_user(Role.VIEWER)))
    areas = {area.place.name: area.place for area in page.context["shown"].areas}
    assert areas[scene.high.name].mark == "▲*" or areas[scene.high.name].mark == "▲"
    assert "150" in areas[scene.high.name].words
    assert (areas[scene.silent.name].fill, areas[scene.silent.name].patterned) == ("missing", True)
    assert "above 100%: 1" in page.content.decode()
    assert 'fill="url(#map-missing)"' in page.content.decode()


def test_zero_is_a_shade_and_no_hatching() -> None:
    scene = the_scene()
    given_infants(scene.kept, 120, 2025)
    given_values("DTP1", {(scene.kept, MONTH): 0})
    refreshed()
    page = ask(visitor(a_user(Role.VIEWER)))
    fills = {area.place.name: area.place.fill for area in page.context["shown"].areas}
    assert fills[scene.silent.name] == "m1"


def test_a_district_is_the_quotient_of_its_sums_and_no_mean_of_its_sites() -> None:
    scene = the_scene()
    given_infants(scene.trained, 1200, 2025)
    given_values("DTP1", {(scene.trained, MONTH): 50})
    refreshed()
    page = ask(visitor(a_user(Role.VIEWER)))
    (row,) = [row for row in page.context["shown"].districts if row.line.name == scene.high.name]
    # 65 doses for 1,320 infants a year, 110 a month; the mean of 150 % and 50 % would be 100 %.
    assert row.cell.part.reading.value == pytest.approx(100 * 65 / 110)


def test_another_month_another_stage() -> None:
    the_scene()
    client = visitor(a_user(Role.LEAD))
    assert marks(ask(client, mois="202507"))["Poste Actif"] == ("trained", "silent")
    assert marks(ask(client, mois="202506"))["Poste Actif"] == ("none", "silent")
    assert marks(ask(client, evaluation="medexis"))["Poste Actif"] == ("outside", "some-days")


def test_what_is_not_offered_falls_back_to_the_usual() -> None:
    the_scene()
    page = ask(visitor(a_user(Role.LEAD)), mois="209912", indicator="x", evaluation="x", product="x", district="0x")
    chosen = page.context["chosen"]
    assert (chosen.month.id, chosen.measure.code, chosen.evaluation.code) == (MONTH, "dtp1_coverage", "coach2pev")
    assert (chosen.product, chosen.district) == (None, None)


def test_one_district_alone() -> None:
    scene = the_scene()
    page = ask(visitor(a_user(Role.LEAD)), district=scene.silent.pk)
    assert list(listed(page)) == ["Poste Gardé"]
    assert [area.place.name for area in page.context["shown"].areas] == [scene.silent.name]


def test_a_stranger_meets_neither_name_nor_place_of_a_site_in_conflict(settings: Any) -> None:
    settings.HIDE_CONFLICT_SITE_NAMES = True
    scene = the_scene()
    page = ask(visitor())
    text = page.content.decode()
    assert scene.kept.name not in text
    assert "Site 4 (Secteur Muet)" in text
    assert list(marks(page)) == ["Poste Actif", "Poste Formé"]
    assert "1 CSCom has neither name nor place here" in text
    settings.HIDE_CONFLICT_SITE_NAMES = False
    assert scene.kept.name in marks(ask(visitor()))


def test_a_stranger_follows_no_link_and_reads_coverage_alone() -> None:
    the_scene()
    page = ask(visitor(), indicator="zero_dose")
    assert page.context["chosen"].measure.code == "dtp1_coverage"
    main = re.search(r"<main.*</main>", page.content.decode(), re.S)
    assert main
    links = set(re.findall(r'href="([^"#]+)"', main[0])) - {MAP}
    assert {link for link in links if not link.startswith("?")} == {reverse("home")}
    assert [value for value, _name in page.context["form"].fields["product"].choices] == [""]


def test_links_lead_where_the_reader_may_go() -> None:
    scene = the_scene()
    pages = {role: ask(visitor(a_user(role))) for role in (Role.VIEWER, Role.LEAD)}
    rows = {role: {row.name: row for row in page.context["shown"].sites} for role, page in pages.items()}
    detail = reverse("site-detail", args=[scene.used.pk])
    assert rows[Role.VIEWER]["Poste Actif"].url == rows[Role.LEAD]["Poste Actif"].url == detail
    assert rows[Role.VIEWER]["Poste Actif"].stock_url == ""
    stock_url = rows[Role.LEAD]["Poste Actif"].stock_url
    assert visitor(a_user(Role.LEAD)).get(stock_url).status_code == 200
    for line in [one.line for one in pages[Role.LEAD].context["shown"].districts]:
        assert visitor(a_user(Role.LEAD)).get(line.cells[0].part.url).status_code == 200


def test_a_clerk_follows_links_of_their_own_district_alone() -> None:
    scene = the_scene()
    page = ask(visitor(a_clerk_of(scene.used)))
    shown = page.context["shown"]
    assert {row.name for row in shown.sites if row.url} == {"Poste Actif", "Poste Formé", "Poste Perdu"}
    assert {row.line.name for row in shown.districts if row.line.url} == {scene.high.name}
    assert [value for value, _name in page.context["form"].fields["product"].choices] == [""]


def test_one_product_for_whoever_reads_the_stock_of_all() -> None:
    scene = the_scene()
    other = a_product(tracer=True, name_en="BCG", name_fr="BCG")
    page = ask(visitor(a_user(Role.RESEARCHER)), product=other.pk)
    assert marks(page)["Poste Actif"] == ("active", "silent")
    assert marks(ask(visitor(a_user(Role.RESEARCHER)), product=scene.product.pk))["Poste Actif"][1] == "some-days"


def test_as_many_queries_for_many_places_as_for_few() -> None:
    scene = the_scene()
    client = visitor(a_user(Role.LEAD))
    ask(client)

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(client)
        return len(queries)

    few = counted()
    for number in range(12):
        site = a_study_site(f"Poste {number}", district=a_study_district(f"Secteur {number}"))
        a_stage(a_followed_site(unit=site.unit), "trained", "2025-09-01")
        a_line(site.unit, scene.product, days_out=2)
    refreshed()
    ask(client)  # what is kept until the next refresh is read once
    assert counted() == few


def test_a_page_of_sites_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research.map.views.SITES_A_PAGE", 2)
    the_scene()
    client = visitor(a_user(Role.LEAD))
    assert len(listed(ask(client))) == 2
    second = ask(client, page=2)
    assert list(listed(second)) == ["Poste Perdu", "Poste Gardé"]
    assert "Map and list show CSCom 3 to 4 of 4" in second.content.decode()


def test_the_page_is_light_and_obeys_the_policy_of_contents() -> None:
    scene = the_scene()
    for number in range(60):
        district = a_study_district(f"Secteur numéro {number}")
        UnitBoundary.objects.create(unit=district.unit, geometry=square(number - 8).as_geojson())
    page = ask(visitor(a_user(Role.LEAD)))
    assert len(page.context["shown"].areas) == 62
    assert len(gzip.compress(page.content)) < 50_000
    text = page.content.decode()
    assert scene.high.name in text
    assert " style=" not in text
    assert "<script>" not in text
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text)


def test_a_page_that_has_not_changed_is_not_sent_again() -> None:
    scene = the_scene()
    client = visitor(a_user(Role.LEAD))
    first = ask(client)
    tag = ask(client).headers["ETag"]
    again = client.get(MAP, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache" or "no-cache" in first.headers["Cache-Control"]
    a_line(scene.kept, scene.product, days_out=3)
    changed = client.get(MAP, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert visitor(a_user(Role.VIEWER)).get(MAP, headers={"If-None-Match": tag}).status_code == 200


def test_before_the_study_and_before_any_boundary() -> None:
    assert "No place to show" in ask(visitor()).content.decode()
    the_scene()
    UnitBoundary.objects.all().delete()
    page = ask(visitor(a_user(Role.LEAD)))
    assert "No boundaries are known here" in page.content.decode()
    assert "4 CSCom stand in the list only" in page.content.decode()
    assert len(listed(page)) == 4


def test_in_french() -> None:
    the_scene()
    text = ask(visitor(a_user(Role.LEAD), language="fr")).content.decode()
    assert "150" in text
    assert "Poste Actif" in text
