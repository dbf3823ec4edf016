"""How far a piece of the plan and a question are, read from what is on record. Nobody types a status. Pure."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """Of an activity, of a decision that waits for an answer, of a dissemination."""

    UNDATED = "undated"  # no date says when
    PLANNED = "planned"  # still to come
    UNDER_WAY = "under_way"
    LATE = "late"  # its day has passed and it is not done
    DONE = "done"
    CANCELLED = "cancelled"


def of_activity(
    *,
    starts: date | None,
    ends: date | None,
    began: date | None,
    done: date | None,
    cancelled: date | None,
    today: date,
) -> Standing:
    """Late: the planned end has passed without it being done, or the planned start without it having begun."""
    if cancelled:
        return Standing.CANCELLED
    if done:
        return Standing.DONE
    if ends and ends < today:
        return Standing.LATE
    if began:
        return Standing.UNDER_WAY
    if starts and starts < today:
        return Standing.LATE
    return Standing.PLANNED if starts or ends else Standing.UNDATED


def of_use_case(*, needed: date | None, uses: int, today: date) -> Standing:
    """Done: at least one use of a finding is logged for the decision. Late: its day passed without one."""
    if uses:
        return Standing.DONE
    if needed is None:
        return Standing.UNDATED
    return Standing.LATE if needed < today else Standing.PLANNED


def of_dissemination(*, planned: date | None, held: date | None, cancelled: date | None, today: date) -> Standing:
    """Late: its day has passed and nobody recorded that it was held."""
    if cancelled:
        return Standing.CANCELLED
    if held:
        return Standing.DONE
    if planned is None:
        return Standing.UNDATED
    return Standing.LATE if planned < today else Standing.PLANNED


class Answer(StrEnum):
    """How far a question is answered."""

    NOT_BEGUN = "not_begun"  # nothing is planned, nothing is on record
    PLANNED = "planned"  # an activity is planned
    COLLECTING = "collecting"  # an activity has begun, or there are records
    DRAFTED = "drafted"  # a finding is written, none is approved
    REVISIT = "revisit"  # what was approved has to be looked at again
    ANSWERED = "answered"  # an approved finding stands
    USED = "used"  # and was used for a decision


class OnRecord(NamedTuple):
    """What there is for a question. `standing`: approved findings that nothing has cast doubt on since; `stale`:
    approved ones that have to be looked at again; `uses`: logged uses of any of its approved findings."""

    activities: int = 0
    begun: int = 0
    records: int = 0
    drafts: int = 0
    standing: int = 0
    stale: int = 0
    uses: int = 0


def of_question(on_record: OnRecord) -> Answer:
    """The furthest that the records bear. A stale finding answers nothing until somebody has looked at it again."""
    if on_record.standing:
        return Answer.USED if on_record.uses else Answer.ANSWERED
    if on_record.stale:
        return Answer.REVISIT
    if on_record.drafts:
        return Answer.DRAFTED
    if on_record.begun or on_record.records:
        return Answer.COLLECTING
    return Answer.PLANNED if on_record.activities else Answer.NOT_BEGUN
