"""What was told and is known otherwise now: which value, old, new, when, why."""

import json

import pytest

from research.editions.drawing import draw
from research.editions.drawing.span import Span
from research.editions.models import Edition
from research.editions.restatements import live, restatements
from tests.builders import the_hub
from tests.editions.given import S2, an_author, an_edition, followed_from, frozen, the_numbers
from tests.evaluations.given import given_values, refreshed

pytestmark = pytest.mark.django_db


def test_nothing_is_restated_while_nothing_has_changed() -> None:
    followed_from(the_numbers()["site"], "coach2pev")
    edition = frozen()
    told = json.loads(edition.content)["values"]
    assert len(told) > 50
    assert {key: one["value"] for key, one in told.items()} == {key: live(told).get(key) for key in told}
    assert restatements(edition) == []


def test_an_import_restates_each_value_that_it_moved() -> None:
    places = the_numbers()
    edition = frozen()
    given_values("DTP1", {(places["site"], "202502"): 45}, label="février.json")
    refreshed()
    found = {one.key: one for one in restatements(Edition.objects.get(pk=edition.pk))}
    one = found[f"dtp1_doses/{places['country'].pk}/2025Q1"]
    assert (one.old, one.new, one.why, one.label) == (90, 105, "import", "février.json")
    assert one.since
    assert found["dtp1_doses/group:hub-districts/2025Q1"].new == 105
    assert f"dtp1_doses/{places['country'].pk}/2025Q2" not in found


def test_a_target_that_changed_is_told_as_such_and_a_definition_too() -> None:
    places = the_numbers()
    edition = frozen()
    for row in places["district"].denominators.all():
        row.value = 500
        row.save()
    refreshed()
    found = {one.key: one for one in restatements(edition)}
    assert found[f"dtp1_coverage/{places['district'].pk}/2025Q1"].why == "other"
    content = json.loads(edition.content)
    content["definitions"]["dtp1_coverage"]["formula"]["en"] = "another one"
    edition.content = json.dumps(content)
    found = {one.key: one for one in restatements(edition)}
    assert found[f"dtp1_coverage/{places['district'].pk}/2025Q1"].why == "definition"


def test_the_next_edition_lists_them() -> None:
    places = the_numbers()
    frozen()
    given_values("DTP1", {(places["site"], "202502"): 45})
    refreshed()
    (section,) = an_edition(an_author(), first=S2, last=S2).sections.filter(kind="restatements")
    (table,) = section.drawn["blocks"]
    said = [[cell["text"]["en"] for cell in row] for row in table["rows"]]
    assert any(row[1] == "Pays" and row[3:5] == ["90", "105"] for row in said)
    assert all("values came in" in row[5] for row in said)


def test_the_first_edition_says_that_there_is_none_before() -> None:
    the_numbers()
    from indicators.periods import Period

    half = Period.parse("2025S1")
    drawn = draw("restatements", the_hub(), Span(half, half))
    assert [block["kind"] for block in drawn["blocks"]] == ["text"]
