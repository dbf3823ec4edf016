"""How far plans and questions are, read from dates and counts."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.agenda.standing import (
    Answer,
    OnRecord,
    Standing,
    of_activity,
    of_dissemination,
    of_question,
    of_use_case,
)

TODAY = date(2026, 3, 15)
BEFORE, AFTER = TODAY - timedelta(days=10), TODAY + timedelta(days=10)
NOTHING: dict[str, Any] = {"starts": None, "ends": None, "began": None, "done": None, "cancelled": None}


@pytest.mark.parametrize(
    ("dates", "standing"),
    [
        ({}, Standing.UNDATED),
        ({"starts": AFTER}, Standing.PLANNED),
        ({"starts": TODAY}, Standing.PLANNED),
        ({"ends": TODAY}, Standing.PLANNED),
        ({"starts": BEFORE}, Standing.LATE),
        ({"starts": BEFORE, "began": BEFORE}, Standing.UNDER_WAY),
        ({"starts": BEFORE, "began": BEFORE, "ends": TODAY}, Standing.UNDER_WAY),
        ({"starts": BEFORE, "began": BEFORE, "ends": TODAY - timedelta(days=1)}, Standing.LATE),
        ({"began": BEFORE}, Standing.UNDER_WAY),
        ({"ends": BEFORE, "began": BEFORE, "done": TODAY}, Standing.DONE),
        ({"starts": BEFORE, "cancelled": TODAY}, Standing.CANCELLED),
    ],
)
def test_an_activity_is_where_its_dates_say(dates: dict[str, Any], standing: Standing) -> None:
    assert of_activity(**(NOTHING | dates), today=TODAY) is standing


def test_a_decision_is_served_by_a_logged_use_and_by_nothing_else() -> None:
    assert of_use_case(needed=BEFORE, uses=0, today=TODAY) is Standing.LATE
    assert of_use_case(needed=TODAY, uses=0, today=TODAY) is Standing.PLANNED
    assert of_use_case(needed=None, uses=0, today=TODAY) is Standing.UNDATED
    assert of_use_case(needed=BEFORE, uses=1, today=TODAY) is Standing.DONE


def test_an_event_is_held_when_somebody_recorded_that_it_was() -> None:
    assert of_dissemination(planned=BEFORE, held=None, cancelled=None, today=TODAY) is Standing.LATE
    assert of_dissemination(planned=BEFORE, held=TODAY, cancelled=None, today=TODAY) is Standing.DONE
    assert of_dissemination(planned=AFTER, held=None, cancelled=TODAY, today=TODAY) is Standing.CANCELLED
    assert of_dissemination(planned=None, held=None, cancelled=None, today=TODAY) is Standing.UNDATED


@pytest.mark.parametrize(
    ("on_record", "answer"),
    [
        (OnRecord(), Answer.NOT_BEGUN),
        (OnRecord(activities=1), Answer.PLANNED),
        (OnRecord(activities=1, begun=1), Answer.COLLECTING),
        (OnRecord(records=4), Answer.COLLECTING),
        (OnRecord(records=4, drafts=1), Answer.DRAFTED),
        (OnRecord(records=4, stale=1), Answer.REVISIT),
        (OnRecord(stale=1, uses=2), Answer.REVISIT),
        (OnRecord(standing=1, stale=1), Answer.ANSWERED),
        (OnRecord(standing=1, uses=1), Answer.USED),
    ],
)
def test_a_question_is_as_far_as_its_records_bear(on_record: OnRecord, answer: Answer) -> None:
    assert of_question(on_record) is answer


@given(st.builds(OnRecord, *[st.integers(0, 3)] * 7))
def test_no_question_is_answered_without_a_finding_that_stands(on_record: OnRecord) -> None:
    assert (of_question(on_record) in {Answer.ANSWERED, Answer.USED}) == (on_record.standing > 0)
