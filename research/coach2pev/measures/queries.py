"""The monthly measures of a site, made of its visits and of what follows from them."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from datetime import date

from django.utils import timezone

from indicators.periods import Period, between
from research.coach2pev.measures import codes
from research.coach2pev.measures.facts import AGREED, Action, Site, Visit, facts
from research.coach2pev.measures.fidelity import Conducted, Steps, steps, taken_up
from research.coach2pev.measures.reach import Attendance, coached
from research.coach2pev.measures.repeats import Gain, Repeats, gains, repeats
from research.coach2pev.models import ImprovementAction, SupervisionVisit
from research.evaluations.models import EvaluationSite
from research.measures import Measured, SiteMonth

Values = dict[str, float | None]


def measures(site_months: Collection[SiteMonth], *, today: date | None = None) -> dict[SiteMonth, Measured]:
    """The measures of each site-month (`codes.ALL`). Every site-month asked for has an entry. Fifteen queries at most.

    A value is None where it is missing, which is not 0. Both parts of a ratio are there or neither is.

    - PLANNED and DONE: visits planned for a day of the month, whatever became of them, and visits done in it, planned
      or not; missing in a month without any visit. POINTS and POSSIBLE: sums over the done visits' scores.
    - MINUTES of the visits whose duration is known, and how many these are (TIMED); missing where visits were done and
      none was timed.
    - EXPECTED is 1 in a month that the evaluation's plan covers and that has begun; there VISITED is 1 where a visit
      was done, USING is 1 from the first use on, also after a stop: it says that the site took the tool up.
    - COACHED of STAFF in post, by the last count up to the month's end; see `reach`. STEPS: see `fidelity`.
    - DUE: agreed actions whose due date lies in the month and has passed, or that are closed already; ON_TIME: those
      closed on or before it.
    - ASKED_AGAIN, FAILED_AGAIN, RATED_AGAIN, LEVELS_GAINED: see `repeats`.
    """
    wanted: dict[int, set[Period]] = defaultdict(set)
    for site, month in site_months:
        wanted[site].add(month)
    if not wanted:
        return {}
    today = today or timezone.localdate()
    found = facts(wanted, max(month.end for months in wanted.values() for month in months))
    return {
        (site, month): measured
        for site, months in wanted.items()
        for month, measured in _of_site(found[site], months, today).items()
    }


def months_of(visit: SupervisionVisit) -> set[SiteMonth]:
    """The site-months whose measures the visit enters: of the day planned and of the day done."""
    days = [visit.planned_on, visit.done_on if visit.state == SupervisionVisit.State.DONE else None]
    return {(visit.site_id, Period.month_of(day)) for day in days if day}


def months_of_action(action: ImprovementAction) -> set[SiteMonth]:
    """The site-months whose measures the action enters: of its visit (was it agreed?) and of its due date."""
    visit = action.visit.done_on if action.visit else None
    return {(action.site_id, Period.month_of(day)) for day in (visit, action.due_on) if day}


def months_of_plan(site: EvaluationSite, today: date) -> set[SiteMonth]:
    """The site-months, up to the present one, that the evaluation's plan covers."""
    if site.expected_from is None or site.expected_from > today:
        return set()
    first, last = site.expected_from, min(site.expected_to or today, today)
    return {(site.unit_id, month) for month in between(Period.month_of(first), Period.month_of(last))}


def later_months(site_months: Collection[SiteMonth]) -> set[SiteMonth]:
    """The months of later visits to the same sites, which are compared with what these months hold. One query."""
    first: dict[int, date] = {}
    for site, month in site_months:
        first[site] = min(month.end, first.get(site, month.end))
    if not first:
        return set()
    rows = SupervisionVisit.objects.filter(
        site__in=first, state=SupervisionVisit.State.DONE, done_on__gt=min(first.values())
    )
    days = rows.order_by().values_list("site", "done_on").distinct()
    return {(site, Period.month_of(day)) for site, day in days if day and day > first[site]}


class _History:
    """What each done visit of a site says when it is held against the visits before it."""

    def __init__(self, site: Site) -> None:
        again = repeats(visit.outcomes for visit in site.done)
        gained = gains(visit.levels for visit in site.done)
        self.repeats = dict(zip((visit.pk for visit in site.done), again, strict=True))
        self.gains = dict(zip((visit.pk for visit in site.done), gained, strict=True))
        self.steps = {visit.pk: _steps(site, visit, before) for visit, before in _with_the_one_before(site.done)}


def _with_the_one_before(visits: list[Visit]) -> list[tuple[Visit, Visit | None]]:
    return list(zip(visits, [None, *visits], strict=False))


def _steps(site: Site, visit: Visit, before: Visit | None) -> Steps:
    agreed = [action for action in site.actions if action.state in AGREED]
    left = [action for action in agreed if before and action.visit == before.pk]
    failed = {item for item, fails in visit.outcomes.items() if fails}
    days = {one.pk: one.done_on for one in site.done}
    assert visit.done_on is not None
    return steps(
        Conducted(
            checklist_answered=visit.answered,
            conversation=visit.conversation,
            item_failed=bool(failed),
            action_agreed=any(_answers(action, visit, failed, days) for action in agreed),
            left_before=bool(left),
            followed_up=any(
                taken_up(action.touched, before.done_on, visit.done_on) for action in left if before and before.done_on
            ),
        )
    )


def _answers(action: Action, visit: Visit, failed: set[Hashable], days: Mapping[int, date | None]) -> bool:
    """Whether the action is this visit's own, or an earlier one for the same failed item that was not yet closed."""
    if action.visit == visit.pk:
        return True
    since = days.get(action.visit) if action.visit else None
    if action.item not in failed or since is None or visit.done_on is None or since > visit.done_on:
        return False
    return action.closed_on is None or action.closed_on >= visit.done_on


def _of_site(site: Site, months: Collection[Period], today: date) -> dict[Period, Measured]:
    history = _History(site)
    return {month: _of_month(site, history, month, today) for month in months}


def _of_month(site: Site, history: _History, month: Period, today: date) -> Measured:
    done = [visit for visit in site.done if _in(visit.done_on, month)]
    planned = [visit for visit in site.visits if _in(visit.planned_on, month)]
    values: Values = dict.fromkeys(codes.ALL)
    if done or planned:
        values |= {codes.PLANNED: len(planned), codes.DONE: len(done)}
    values |= _scores(done) | _minutes(done, planned) | _sum_steps([history.steps[visit.pk] for visit in done])
    values |= _again([history.repeats[v.pk] for v in done], [history.gains[v.pk] for v in done])
    expected = _expected(site, month, today)
    if expected:
        using = site.plan is not None and site.plan.exposed_from is not None and site.plan.exposed_from <= month.end
        values |= {codes.EXPECTED: 1, codes.VISITED: int(bool(done)), codes.USING: int(using)}
    staff = [count for count in site.staff if count.counted_on <= month.end][-1:]
    if staff and (expected or done or planned) and month.start <= today:
        reached = coached(Attendance(visit.people, visit.coachees) for visit in done).staff if done else 0
        values |= {codes.COACHED: reached, codes.STAFF: staff[0].staff if reached is not None else None}
    due = [action for action in site.actions if action.state in AGREED and _in(action.due_on, month)]
    due = [action for action in due if action.closed_on or (action.due_on and action.due_on < today)]
    if due:
        on_time = sum(bool(a.closed_on and a.due_on and a.closed_on <= a.due_on) for a in due)
        values |= {codes.DUE: len(due), codes.ON_TIME: on_time}
    earlier = any(v.demonstration or v.levels_made_up for v in site.done if v.done_on and v.done_on <= month.end)
    made_up: set[str] = set(codes.OF_WHAT_WENT_BEFORE) if earlier else set()
    if site.plan and site.plan.demonstration:
        made_up |= set(codes.OF_THE_PLAN)
    if staff and staff[0].demonstration:
        made_up |= set(codes.OF_STAFF)
    if any(action.demonstration for action in due):
        made_up |= set(codes.OF_ACTIONS)
    return Measured(values, any(visit.demonstration for visit in [*done, *planned]), frozenset(made_up))


def _scores(done: list[Visit]) -> Values:
    scored = [visit for visit in done if visit.points is not None]
    if not scored:
        return {}
    return {
        codes.POINTS: sum(visit.points or 0 for visit in scored),
        codes.POSSIBLE: sum(visit.possible or 0 for visit in scored),
    }


def _minutes(done: list[Visit], planned: list[Visit]) -> Values:
    timed = [visit.minutes for visit in done if visit.minutes is not None]
    if timed or (planned and not done):
        return {codes.MINUTES: sum(timed), codes.TIMED: len(timed)}
    return {}


def _sum_steps(of: list[Steps]) -> Values:
    if not of:
        return {}
    return {codes.STEPS_PLANNED: sum(one.planned for one in of), codes.STEPS_DONE: sum(one.done for one in of)}


def _again(items: list[Repeats], levels: list[Gain]) -> Values:
    values: Values = {}
    if asked := sum(one.asked for one in items):
        values |= {codes.ASKED_AGAIN: asked, codes.FAILED_AGAIN: sum(one.failed for one in items)}
    if pairs := sum(one.pairs for one in levels):
        values |= {codes.RATED_AGAIN: pairs, codes.LEVELS_GAINED: sum(one.levels for one in levels)}
    return values


def _expected(site: Site, month: Period, today: date) -> bool:
    """Whether the plan covers any day of the month, and the month has begun."""
    plan = site.plan
    if plan is None or plan.first is None or month.start > today:
        return False
    return plan.first <= month.end and (plan.last is None or plan.last >= month.start)


def _in(day: date | None, month: Period) -> bool:
    return day is not None and month.start <= day <= month.end
