"""What must hold for a visit that is planned, done or cancelled, said to the person who types it."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

PLANNED, DONE, CANCELLED = ALL = ("planned", "done", "cancelled")
EARLIEST = date(2000, 1, 1)
"""Before this a year is a slip of the finger."""
FARTHEST = timedelta(days=730)
"""Nobody plans a visit later than this."""


def problems(
    state: str, *, planned_on: date | None, done_on: date | None, cancelled_reason: str, today: date
) -> dict[str, str]:
    """A sentence by name of the field that is wrong; empty where the visit may be stored."""
    found: dict[str, str] = {}
    if state == PLANNED and planned_on is None:
        found["planned_on"] = _("Give the day for which the visit is planned.")
    if state == DONE and done_on is None:
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
