"""Reads of checklists: all versions by key, and one with its parts."""

from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, QuerySet

from research.coach2pev.checklists.policies import can_build
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList

State = Checklist.State


class Versions(NamedTuple):
    """The versions of one key, the newest first; `current` is the one in use, else the newest."""

    current: Checklist
    all: list[Checklist]


def checklists_for(user: Any) -> QuerySet[Checklist]:
    """Drafts are read by those who build them, everything else by all who read visits."""
    rows = Checklist.objects.all()
    return rows if can_build(user) else rows.exclude(state=State.DRAFT)


def checklists(user: Any) -> list[Versions]:
    """By name. One query; each checklist has `asked` (items) and `filled` (visits)."""
    rows = (
        checklists_for(user)
        .annotate(asked=Count("items", distinct=True), filled=Count("visits", distinct=True))
        .order_by("key", "-version")
    )
    found = []
    for _key, group in groupby(rows, lambda row: row.key):
        versions: list[Checklist] = list(group)
        found.append(Versions(next((v for v in versions if v.state == State.PUBLISHED), versions[0]), versions))
    return sorted(found, key=lambda one: one.current.name)


def versions_of(checklist: Checklist, user: Any) -> list[Checklist]:
    return list(checklists_for(user).filter(key=checklist.key).order_by("-version"))


def sections_of(checklist: Checklist) -> list[ChecklistSection]:
    """With their items, and the items with their lists of choices, all in order. Three queries."""
    items = ChecklistItem.objects.select_related("choice_list").order_by("order", "pk")
    return list(checklist.sections.order_by("order", "pk").prefetch_related(Prefetch("items", queryset=items)))


def choice_lists_of(checklist: Checklist) -> list[ChoiceList]:
    """With their choices in order, and `used`: by how many items. Two queries."""
    choices = Prefetch("choices", queryset=Choice.objects.order_by("order", "pk"))
    return list(checklist.choice_lists.annotate(used=Count("items")).order_by("code").prefetch_related(choices))
