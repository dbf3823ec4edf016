"""Choosing a place without a list of all of them: the places above it, the places below it, or by name."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from indicators.geography.models import OrgUnit
from indicators.geography.names import normalise

SHOWN_BELOW, FOUND = 100, 20


class Surroundings(NamedTuple):
    """What may be chosen from a place, from the top down; `cut` where more than SHOWN_BELOW places lie below it."""

    choices: list[tuple[int, str]]
    cut: bool


def top_place(scope: QuerySet[OrgUnit]) -> OrgUnit | None:
    """The highest place that the person may meet; None where there is none."""
    return scope.order_by("level", "pk").first()


def surroundings(scope: QuerySet[OrgUnit], place: OrgUnit) -> Surroundings:
    """The place with those above it and next below it; for somebody of several districts their districts too.

    Two queries, however many places there are.
    """
    tops = scope.order_by("level", "pk")[:1].values("level")
    above = scope.filter(Q(pk__in=place.ancestor_ids) | Q(level__in=tops)).order_by("path")
    below = list(scope.filter(parent=place).order_by("name", "pk")[: SHOWN_BELOW + 1])
    listed: list[OrgUnit] = []
    for unit in above[:SHOWN_BELOW]:
        listed.append(unit)
        if unit.pk == place.pk:
            listed += below[:SHOWN_BELOW]
    choices = [(unit.pk, ("↳ " if unit.parent_id == place.pk else "") + unit.name) for unit in listed]
    return Surroundings(choices, len(below) > SHOWN_BELOW)


def places_named(scope: QuerySet[OrgUnit], words: str) -> list[OrgUnit]:
    """Places whose name, or another known name, holds the words; at most FOUND, the higher ones first. One query."""
    match = Q(name__icontains=words) | Q(aliases__normalised__contains=normalise(words))
    rows = scope.filter(match).select_related("parent").order_by("level", "name", "pk").distinct()
    return list(rows[:FOUND])
