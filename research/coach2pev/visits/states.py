"""What may follow what, and what must hold for a visit in each state, said to the person who types it."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

PLANNED, SCHEDULED, IN_PROGRESS, DONE, CANCELLED = ALL = (
    "planned", "scheduled", "in_progress", "done", "cancelled",
)  # fmt: skip
EARLIEST = date(2000, 1, 1)
"""Before this a year is a slip of the finger."""
FARTHEST = timedelta(days=730)
"""Nobody plans a visit later than this."""
BEGINS = (PLANNED, SCHEDULED, IN_PROGRESS, DONE)
"""The states in which a visit may be entered; cancelled is what one becomes."""
FOLLOWS = {
    PLANNED: (SCHEDULED, IN_PROGRESS, DONE, CANCELLED),
    SCHEDULED: (PLANNED, IN_PROGRESS, DONE, CANCELLED),
    IN_PROGRESS: (DONE, CANCELLED),
    DONE: (CANCELLED,),
    CANCELLED: (PLANNED, SCHEDULED),
}
"""What a visit may become. A done visit is corrected as it is; one that was cancelled is planned again first."""


def may_follow(before: str, after: str) -> bool:
    """Whether a visit may become that, or stay so."""
    return before == after or after in FOLLOWS[before]


def problems(
    state: str, *, planned_on: date | None, done_on: date | None, cancelled_reason: str, today: date
) -> dict[str, str]:
    """A sentence by name of the field that is wrong; empty where the visit may be stored."""
    found: dict[str, str] = {}
    if state in (PLANNED, SCHEDULED) and planned_on is None:
        found["planned_on"] = _("Give the day for which the visit is planned.")
    if state in (IN_PROGRESS, DONE) and done_on is None:
        found["done_on"] = _("Give the day of the visit.")
    if done_on is not None and done_on > today:
        found["done_on"] = _("This day has not come yet. Plan the visit, and record it once it is done.")
    if state == CANCELLED and not cancelled_reason.strip():
        found["cancelled_reason"] = _("Say why the visit was cancelled.")
    if planned_on is not None and planned_on > today + FARTHEST:
        found["planned_on"] = _("This is more than two years away. Check the year.")
    for field, day in (("planned_on", planned_on), ("done_on", done_on)):
        if day is not None and day < EARLIEST:
            found[field] = _("This is too long ago. Check the year.")
    return found
