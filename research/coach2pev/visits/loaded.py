"""A finished visit as a file or a program hands it over, many at a time. See `loading.load_visits`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from research.coach2pev.visits.answers import Given


@dataclass(frozen=True, slots=True)
class LoadedVisit:
    """Keys are primary keys. `answers` (and those of a second coach) stand by the code of their item, as `read_answer`
    gives them. `client_uuid` names the visit for good: loaded again it is the same visit."""

    client_uuid: UUID
    site: int
    done_on: date
    checklist: int | None = None
    answers: Mapping[str, Given] = field(default_factory=dict)
    second_answers: Mapping[str, Given] = field(default_factory=dict)
    planned_on: date | None = None
    selection: str = "direct"
    plan: int | None = None
    coach: int | None = None
    second_coach: int | None = None
    coach_role: str = ""
    coachees: int | None = None
    people: tuple[int, ...] = ()
    minutes: int | None = None
    goal: str = ""
    reality: str = ""
    options: str = ""
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """`conflicts` are the names of visits that are stored already with other content: they stay as they are."""

    created: int = 0
    unchanged: int = 0
    conflicts: tuple[UUID, ...] = ()
