"""What may become of an action, and by whom. Pure.

    proposed → open → claimed → closed          dropped from any but closed, with a reason
                 ↑______|__________|            sent back, or reopened

Nothing closes itself: an action is closed by somebody who is neither its owner nor whoever said that it was done.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

PROPOSED, OPEN, CLAIMED, CLOSED, DROPPED = "proposed", "open", "claimed", "closed", "dropped"
STEPS: Mapping[str, tuple[frozenset[str], str]] = {
    "agree": (frozenset({PROPOSED, OPEN}), OPEN),
    "claim": (frozenset({OPEN}), CLAIMED),
    "verify": (frozenset({CLAIMED}), CLOSED),
    "send_back": (frozenset({CLAIMED}), OPEN),
    "drop": (frozenset({PROPOSED, OPEN, CLAIMED}), DROPPED),
    "reopen": (frozenset({CLOSED, DROPPED}), PROPOSED),
}
"""From which states a step leads to which. What is reopened has to be agreed again, with a new due date."""
FARTHEST = timedelta(days=730)


def may(step: str, state: str) -> bool:
    return state in STEPS[step][0]


def days_late(state: str, due_on: date | None, today: date) -> int:
    """Days since the due date of what is still to be done; 0 where it is not late, or nobody has agreed on a day."""
    return max((today - due_on).days, 0) if state == OPEN and due_on else 0


def problems_of_agreement(
    *, text: str, has_owner: bool, due_on: date | None, today: date, was_due: date | None
) -> dict[str, str]:
    """A sentence by field. A due date that has passed is refused, unless it stood there already."""
    found: dict[str, str] = {}
    if not text.strip():
        found["text"] = _("Say what will be done.")
    if not has_owner:
        found["owner_role"] = _("Say who will do it: a role, or an account.")
    if due_on is None:
        found["due_on"] = _("Say until when.")
    elif due_on < today and due_on != was_due:
        found["due_on"] = _("This day has passed.")
    elif due_on > today + FARTHEST:
        found["due_on"] = _("This is more than two years away. Check the year.")
    return found
