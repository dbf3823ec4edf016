"""What is drawn from the data: numbers counted by hand, nothing that a stranger may not read."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.periods import Period
from research.editions.drawing import draw, draw_all
from research.editions.drawing.span import Span
from research.editions.order import ORDER
from research.models import FindingUse, LearningActivity
from tests.builders import (
    a_finding,
    a_learning_question,
    a_quote,
    a_study_district,
    a_study_site,
    an_observation,
    the_hub,
    the_process_elements,
)
from tests.editions.given import followed_from, the_numbers

pytestmark = pytest.mark.django_db
HALF = Period.parse("2025S1")
SPAN = Span(HALF, HALF)


def test_a_half_year_has_its_months_quarters_and_the_year_before() -> None:
    assert [one.id for one in SPAN.months] == ["202501", "202506"]
    assert [one.id for one in SPAN.quarters] == ["2025Q1", "2025Q2"]
    assert (SPAN.trend[0].id, SPAN.trend[-1].id, len(SPAN.trend)) == ("2022Q3", "2025Q2", 12)
    assert SPAN.year.id == "2024"
    assert Span(HALF, HALF.next()).year.id == "2025"


def test_trends_hold_the_sums_and_the_fractions_behind_them() -> None:
    places = the_numbers()
    drawn = draw("trends", the_hub(), SPAN)
    country, district = places["country"].pk, places["district"].pk
    assert drawn["values"][f"dtp1_doses/{country}/2025Q1"]["value"] == 90
    assert drawn["values"]["dtp1_doses/group:hub-districts/2025Q2"]["value"] == 60
    assert drawn["values"][f"dtp1_doses/{country}/2024Q4"]["value"] is None  # missing, not 0
    coverage = drawn["values"][f"dtp1_coverage/{district}/2025Q1"]
    assert coverage["value"] == pytest.approx(100 * coverage["numerator"] / coverage["denominator"])
    assert coverage["numerator"] == 90
    charts = [block for block in drawn["blocks"] if block["kind"] == "chart"]
    beside = charts[1]
    assert beside["shared"]
    assert [one["name"]["en"] for one in beside["series"]] == ["Pays", "Niono"]
    assert all(set(block["title"]) == {"fr", "en"} for block in charts)


def test_zero_dose_keeps_its_sign() -> None:
    places = the_numbers()
    drawn = draw("trends", the_hub(), Span(HALF, HALF.next()))
    value = drawn["values"][f"zero_dose/{places['country'].pk}/2025"]
    assert value["value"] == 400 - 150
    assert "incomplete" in value["flags"]


def test_only_what_was_approved_and_not_changed_since_is_told() -> None:
    question = a_learning_question()
    kept = a_finding(approved=True, learning_question=question, statement_fr="Tenu.", statement_en="Kept.")
    a_finding(approved=True, learning_question=question, statement_en="Changed.", version=3, approved_version=2)
    a_finding(state="submitted", learning_question=question, statement_en="Waiting.")
    FindingUse.objects.create(
        finding=kept, used_by="DGS", used_on=date(2025, 3, 1), decision_en="More visits", finding_version=1
    )
    FindingUse.objects.create(
        finding=kept, used_by="DGS", used_on=date(2024, 3, 1), decision_en="Too early", finding_version=1
    )
    told = json.dumps([draw(kind, the_hub(), SPAN) for kind in ("findings", "uses")])
    assert "Kept." in told
    assert "More visits" in told
    assert not any(word in told for word in ("Changed.", "Waiting.", "Too early"))


def test_what_was_observed_is_counted_and_never_quoted() -> None:
    site = followed_from(the_numbers(conflict=True)["site"], "coach2pev").unit
    note = an_observation(site=site, state="approved", seen="Une chose secrète.")
    a_quote(note, text="Une parole secrète.")
    told = json.dumps(draw_all(the_hub(), SPAN), ensure_ascii=False)
    assert "secrète" not in told


def test_a_site_in_a_conflict_district_has_no_name(settings: Any) -> None:
    settings.HIDE_CONFLICT_SITE_NAMES = True
    followed_from(the_numbers(conflict=True)["site"], "coach2pev")
    told = json.dumps(draw("coach2pev", the_hub(), SPAN), ensure_ascii=False)
    assert "Ndebougou" not in told
    assert "Niono" in told


def test_what_comes_next_has_a_date_after_the_half_year() -> None:
    question = a_learning_question()
    for title, day, done in (("Ahead", date(2025, 9, 1), None), ("Past", date(2025, 2, 1), None)):
        LearningActivity.objects.create(
            question=question, title_en=title, method="interviews", starts_on=day, done_on=done
        )
    told = json.dumps(draw("next_steps", the_hub(), SPAN))
    assert "Ahead" in told
    assert "Past" not in told


def test_an_empty_database_draws_every_part() -> None:
    the_process_elements()
    found = draw_all(the_hub(), SPAN)
    assert tuple(found) == ORDER


def test_more_sites_cost_no_more_queries() -> None:
    def another() -> None:
        site = a_study_site(district=a_study_district())
        followed_from(site.unit, "coach2pev")
        followed_from(site.unit, "medexis")
        a_finding(approved=True, learning_question=a_learning_question())

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            draw_all(the_hub(), SPAN)
        return len(asked)

    the_numbers()
    another()
    few = queries()
    for _ in range(4):
        another()
    assert queries() == few
