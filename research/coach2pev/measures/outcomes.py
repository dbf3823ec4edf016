"""Whether each scored item of some visits failed: stored answers in, outcomes out."""

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from research.coach2pev.models import ChecklistAnswer, ChecklistItem
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.scores import share_of
from research.coach2pev.visits.sheets import Item, Option


class Outcome(NamedTuple):
    """`item` is the item's name over all versions of its checklist: the checklist's key and the item's code."""

    visit: int
    item: Hashable
    failed: bool


class Judged(NamedTuple):
    """An item as `share_of` wants it; it fails below the share `below`."""

    name: Hashable
    item: Item
    below: float


def judged(items: QuerySet[ChecklistItem]) -> dict[int, Judged]:
    """By primary key. Three queries at most."""
    found: dict[int, Judged] = {}
    rows = items.order_by().select_related("checklist", "choice_list").prefetch_related("choice_list__choices")
    for row in rows:
        choices = row.choice_list.choices.all() if row.choice_list else ()
        options = tuple(Option(one.code, share=None if one.share is None else float(one.share)) for one in choices)
        item = Item(row.code, row.kind, weight=row.weight, target=row.target, options=options)
        found[row.pk] = Judged((row.checklist.key, row.code), item, float(row.checklist.fails_below))
    return found


def outcomes(answers: QuerySet[ChecklistAnswer], items: dict[int, Judged] | None = None) -> Iterator[Outcome]:
    """Of the coach's own answers among these, to items that weigh something and can be scored; in no order.

    Without `items` those of the answers' checklists are read, if there is any answer.
    """
    own = answers.filter(assessor=Assessor.FIRST, item__weight__gt=0)
    shares: dict[tuple[Any, ...], float | None] = {}
    rows = own.exclude(answer=ChecklistAnswer.Answer.NOT_APPLICABLE).order_by()
    for pk, item_id, answer, number, text in rows.values_list("visit", "item", "answer", "number", "text").iterator():
        if items is None:
            checklists = own.order_by().values("item__checklist").distinct()
            items = judged(ChecklistItem.objects.filter(checklist__in=checklists))
        one, asked = items[item_id], (item_id, answer, number, text)
        if asked not in shares:
            shares[asked] = share_of(one.item, Given(answer, number, text))
        share = shares[asked]
        if share is not None:
            yield Outcome(pk, one.name, share < one.below)
