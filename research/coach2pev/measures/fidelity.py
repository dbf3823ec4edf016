"""Was a visit carried out as it is meant to be? Pure.

    fidelity = steps carried out / steps planned

Steps of a visit: its checklist is answered; the four parts of the GROW conversation are written down (goal, reality,
options, and what was agreed); where an item failed, an action is agreed (with an owner and a due date), or one that was
agreed earlier for the same item still runs; where the visit before left an agreed action, somebody took it up in
between (a comment, a claim or the closing). A step that a visit does not call for is not planned. The definition is
this system's own: none for the tool is published.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Steps(NamedTuple):
    planned: int
    done: int


@dataclass(frozen=True, slots=True)
class Conducted:
    """What is known of a done visit. `item_failed` and `left_before` say which steps it calls for besides the five."""

    checklist_answered: bool
    conversation: tuple[str, str, str, str]
    item_failed: bool = False
    action_agreed: bool = False
    left_before: bool = False
    followed_up: bool = False


def steps(visit: Conducted) -> Steps:
    """How many steps the visit calls for (five to seven), and how many of them were carried out."""
    called = [visit.checklist_answered, *(bool(part.strip()) for part in visit.conversation)]
    if visit.item_failed:
        called.append(visit.action_agreed)
    if visit.left_before:
        called.append(visit.followed_up)
    return Steps(len(called), sum(called))


def taken_up(days: Iterable[date | None], since: date, until: date) -> bool:
    """Whether any of these days (of comments, claims, closings) lies after the visit before, and not after this one."""
    return any(day is not None and since <= day <= until for day in days)
