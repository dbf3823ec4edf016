"""Made-up improvement plans: actions in all states, comments between visits. They follow from the made-up answers."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from indicators.models import User
from research.coach2pev.models import ActionComment, ChecklistAnswer, ChecklistItem, ImprovementAction, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.study.demonstration.conversations import COMMENTS
from research.study.demonstration.doses import SEED
from research.study.demonstration.people import ensure_account
from research.study.demonstration.visits import demonstration_uuid

State = ImprovementAction.State
_OWNERS = ("Directeur technique du centre", "Infirmier vaccinateur", "Matrone", "Relais communautaire")
_Comments = list[tuple[ImprovementAction, date, str]]


def ensure_actions() -> tuple[int, int]:
    """How many actions and how many comments were made now."""
    account = ensure_account()
    actions: list[ImprovementAction] = []
    comments: _Comments = []
    for visits in _visits_by_site():
        _walk(visits, account, actions, comments)
    uuids = [action.client_uuid for action in actions]
    there = set(ImprovementAction.objects.filter(client_uuid__in=uuids).values_list("client_uuid", flat=True))
    new = [action for action in actions if action.client_uuid not in there]
    bulk_create_with_history(new, ImprovementAction)
    stored = {one.client_uuid: one for one in ImprovementAction.objects.filter(client_uuid__in=uuids)}
    return len(new), _write_comments(stored, [one for one in comments if one[0].client_uuid not in there])


def _write_comments(stored: dict[UUID, ImprovementAction], comments: _Comments) -> int:
    rows = [
        ActionComment(
            client_uuid=demonstration_uuid(f"comment:{action.client_uuid}:{day}"), action=stored[action.client_uuid],
            text=text, demonstration=True,
        )
        for action, day, text in comments
    ]  # fmt: skip
    for row, (_action, day, _text) in zip(bulk_create_with_history(rows, ActionComment), comments, strict=True):
        said = timezone.make_aware(datetime.combine(day, time(10)))
        ActionComment.objects.filter(pk=row.pk).update(created_at=said, updated_at=said)
    return len(rows)


def _visits_by_site() -> Iterator[list[tuple[SupervisionVisit, dict[ChecklistItem, str]]]]:
    """The made-up done visits of each site, oldest first, with their answers."""
    answers: dict[int, dict[ChecklistItem, str]] = {}
    rows = ChecklistAnswer.objects.filter(visit__demonstration=True, assessor=Assessor.FIRST).select_related("item")
    for row in rows.order_by("item__section__order", "item__order"):
        answers.setdefault(row.visit_id, {})[row.item] = row.answer
    visits = SupervisionVisit.objects.filter(demonstration=True, state=SupervisionVisit.State.DONE)
    by_site: dict[int, list[tuple[SupervisionVisit, dict[ChecklistItem, str]]]] = {}
    for visit in visits.select_related("site").order_by("site__uid", "done_on", "client_uuid"):
        by_site.setdefault(visit.site_id, []).append((visit, answers.get(visit.pk, {})))
    yield from by_site.values()


def _walk(
    visits: list[tuple[SupervisionVisit, dict[ChecklistItem, str]]],
    account: User,
    actions: list[ImprovementAction],
    comments: _Comments,
) -> None:
    """From visit to visit: what failed is proposed and mostly agreed, what is mended is verified on the next visit,
    what fails again is opened again."""
    running: dict[str, ImprovementAction] = {}
    for number, (visit, answers) in enumerate(visits):
        random = Random(f"{SEED}:actions:{visit.client_uuid}")
        for item, answer in answers.items():
            action = running.get(item.code)
            if answer == ChecklistAnswer.Answer.NO:
                if action is None or action.state == State.DROPPED:
                    running[item.code] = _proposed(visit, item, random)
                    actions.append(running[item.code])
                else:
                    _failed_again(action, visit)
            elif action and action.state in (State.OPEN, State.CLAIMED) and random.random() < 0.7:
                _close(action, visit, account, random)
        after = visits[number + 1][0].done_on if number + 1 < len(visits) else date(2025, 12, 31)
        _between(visit, after, running, random, comments)


def _proposed(visit: SupervisionVisit, item: ChecklistItem, random: Random) -> ImprovementAction:
    assert visit.done_on is not None
    action = ImprovementAction(
        client_uuid=demonstration_uuid(f"action:{visit.client_uuid}:{item.code}"), site=visit.site, visit=visit,
        item=item, text=item.action_fr or item.text_fr, demonstration=True,
    )  # fmt: skip
    luck = random.random()
    if luck < 0.08:
        action.state, action.dropped_reason = State.DROPPED, "Dépend du district, pas du centre"
    elif luck > 0.2:
        action.state = State.OPEN
        action.due_on = visit.done_on + timedelta(days=random.choice((21, 30, 45, 60)))
        action.owner_role = random.choice(_OWNERS)
    return action


def _failed_again(action: ImprovementAction, visit: SupervisionVisit) -> None:
    assert visit.done_on is not None
    action.failed_again += 1
    action.reopened_by = visit
    if action.state in (State.CLAIMED, State.CLOSED):
        action.state = State.OPEN
        action.claimed_on = action.closed_on = action.closed_by = None
        action.closing_note = ""
        action.due_on = visit.done_on + timedelta(days=30)


def _close(action: ImprovementAction, visit: SupervisionVisit, account: User, random: Random) -> None:
    action.state, action.closed_on, action.closed_by = State.CLOSED, visit.done_on, account
    action.claimed_on = action.claimed_on or visit.done_on
    action.closing_note = random.choice(("Vu sur place à la visite suivante", "Vérifié sur le registre et la fiche"))


def _between(
    visit: SupervisionVisit, after: date | None, running: dict[str, ImprovementAction], random: Random, said: _Comments
) -> None:
    """What happens until the next visit: some actions are commented on, some are said to be done."""
    assert visit.done_on is not None
    span = ((after or visit.done_on) - visit.done_on).days
    if span < 3:
        return
    for action in running.values():
        if action.state != State.OPEN:
            continue
        day = visit.done_on + timedelta(days=random.randint(1, span - 1))
        if random.random() < 0.35:
            said.append((action, day, random.choice(COMMENTS)))
        if random.random() < 0.3:
            action.state, action.claimed_on = State.CLAIMED, day
