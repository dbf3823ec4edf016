"""What the measures of some sites are made of, read from the records in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import TruncDate

from research.coach2pev.measures.outcomes import outcomes
from research.coach2pev.models import (
    ActionComment,
    ChecklistAnswer,
    CompetencyRating,
    ImprovementAction,
    SectionScore,
    StaffCount,
    SupervisionVisit,
)
from research.coach2pev.models.visits import Assessor
from research.evaluations.models import Evaluation, EvaluationSite

AGREED = (ImprovementAction.State.OPEN, ImprovementAction.State.CLAIMED, ImprovementAction.State.CLOSED)
"""States of an action that has an owner and a due date; proposed is not yet agreed, dropped no longer."""


@dataclass(slots=True)
class Visit:
    """A visit; of a done one `outcomes` by item (whether it failed) and `levels` by person and domain."""

    pk: int
    planned_on: date | None
    done_on: date | None
    coachees: int | None
    minutes: int | None
    conversation: tuple[str, str, str, str]
    demonstration: bool
    points: float | None = None
    possible: float | None = None
    answered: bool = False
    people: set[int] = field(default_factory=set)
    outcomes: dict[Hashable, bool] = field(default_factory=dict)
    levels: dict[Hashable, int] = field(default_factory=dict)
    levels_made_up: bool = False


class Action(NamedTuple):
    """`item` is the failed item's name over all versions, None without one; `touched`: days on which the action was
    commented on, claimed or closed."""

    visit: int | None
    item: Hashable
    state: str
    due_on: date | None
    closed_on: date | None
    touched: list[date | None]
    demonstration: bool


class Staff(NamedTuple):
    counted_on: date
    staff: int
    demonstration: bool


class Plan(NamedTuple):
    """From when to when the evaluation expects visits (`first` None: never), and since when the site uses the tool."""

    first: date | None
    last: date | None
    exposed_from: date | None
    demonstration: bool


@dataclass(slots=True)
class Site:
    """All that is known of a site. `visits` are of every state; `done` are the done ones, oldest first."""

    visits: list[Visit] = field(default_factory=list)
    done: list[Visit] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    plan: Plan | None = None


def facts(sites: Collection[int], until: date) -> dict[int, Site]:
    """Every site asked for, with its visits planned or done up to the day, and all that belongs to them."""
    found = {site: Site() for site in sites}
    visits = _visits(found, until)
    _scores(visits)
    _outcomes(found, visits, until)
    _people(found, visits)
    _ratings(found, visits)
    _actions(found)
    for site, day, staff, made_up in StaffCount.objects.filter(site__in=found, counted_on__lte=until).order_by(
        "counted_on"
    ).values_list("site", "counted_on", "staff", "demonstration"):  # fmt: skip
        found[site].staff.append(Staff(day, staff, made_up))
    for row in EvaluationSite.objects.with_exposure().filter(evaluation__code=Evaluation.COACH2PEV, unit__in=found):
        found[row.unit_id].plan = Plan(row.expected_from, row.expected_to, row.exposed_from, row.demonstration)
    return found


def _visits(found: dict[int, Site], until: date) -> dict[int, Visit]:
    done = SupervisionVisit.State.DONE
    names = ("site", "state", "pk", "planned_on", "done_on", "coachees", "minutes")
    grow = ("goal", "reality", "options", "agreed")
    rows = SupervisionVisit.objects.filter(Q(planned_on__lte=until) | Q(done_on__lte=until), site__in=found).order_by(
        "site", "done_on", "pk"
    )
    visits = {}
    for row in rows.values_list(*names, *grow, "demonstration").iterator():
        site, state, pk, planned_on, done_on, coachees, minutes = row[:7]
        day = done_on if state == done else None
        visits[pk] = Visit(pk, planned_on, day, coachees, minutes, tuple(row[7:11]), row[11])  # type: ignore[arg-type]
        found[site].visits.append(visits[pk])
        if day is not None and day <= until:
            found[site].done.append(visits[pk])
    return visits


def _of_done(found: dict[int, Site]) -> dict[str, Any]:
    return {"visit__site__in": found, "visit__state": SupervisionVisit.State.DONE}


def _scores(visits: dict[int, Visit]) -> None:
    of_these = SectionScore.objects.filter(section=None, visit__state=SupervisionVisit.State.DONE)
    if len(visits) < 500:
        of_these = of_these.filter(visit__in=visits)
    for pk, points, possible in of_these.order_by().values_list("visit", "points", "possible").iterator():
        if visit := visits.get(pk):
            visit.points, visit.possible = points, possible


def _outcomes(found: dict[int, Site], visits: dict[int, Visit], until: date) -> None:
    """Whether each scored item failed. An item is the same in all versions of its checklist, by its code."""
    every = ChecklistAnswer.objects.filter(**_of_done(found), visit__done_on__lte=until, assessor=Assessor.FIRST)
    for pk in every.order_by().values_list("visit", flat=True).distinct().iterator():
        if visit := visits.get(pk):
            visit.answered = True
    for outcome in outcomes(every):
        if visit := visits.get(outcome.visit):
            visit.outcomes[outcome.item] = outcome.failed


def _people(found: dict[int, Site], visits: dict[int, Visit]) -> None:
    through = SupervisionVisit.people.through
    rows = through.objects.filter(supervisionvisit__site__in=found).values_list("supervisionvisit", "coachee")
    for pk, person in rows.iterator():
        if visit := visits.get(pk):
            visit.people.add(person)


def _ratings(found: dict[int, Site], visits: dict[int, Visit]) -> None:
    rows = CompetencyRating.objects.filter(**_of_done(found), assessor=Assessor.FIRST).order_by()
    for pk, person, domain, level, made_up in rows.values_list(
        "visit", "coachee", "domain", "level", "demonstration"
    ).iterator():
        if visit := visits.get(pk):
            visit.levels[person, domain] = level
            visit.levels_made_up |= made_up


def _actions(found: dict[int, Site]) -> None:
    comments: dict[int, list[date | None]] = defaultdict(list)
    rows = ActionComment.objects.filter(action__site__in=found).order_by()
    for action, day in rows.annotate(day=TruncDate("created_at")).values_list("action", "day").iterator():
        comments[action].append(day)
    of_item = ("item__checklist__key", "item__code")
    names = ("site", "pk", "visit", *of_item, "state", "due_on", "claimed_on", "closed_on", "demonstration")
    for row in ImprovementAction.objects.filter(site__in=found).order_by().values_list(*names).iterator():
        site, pk, visit, key, code, state, due_on, claimed_on, closed_on, made_up = row
        item = (key, code) if code else None
        touched = [*comments[pk], claimed_on, closed_on]
        found[site].actions.append(Action(visit, item, state, due_on, closed_on, touched, made_up))
