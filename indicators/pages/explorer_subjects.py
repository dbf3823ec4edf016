"""Whom a line of the explorer is about: a place, or a group of places as far as its members lie at the chosen place."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from indicators.geography.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership
from indicators.pages.explorer_choice import Choice
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.rollup.readings import Reading, readings, readings_of_groups

Subject = OrgUnit | OrgUnitGroup


def key_of(subject: Subject) -> str:
    """What a line is called in the address: `12` is a place, `g12` a group."""
    return f"g{subject.pk}" if isinstance(subject, OrgUnitGroup) else str(subject.pk)


def read(choice: Choice, subjects: Collection[Subject]) -> dict[tuple[str, Period], Reading]:
    """(key of the subject, period) → reading. Two queries for places, three for groups, none for none.

    A group is read month by month by those who were members then, at or below the chosen place: nobody learns
    numbers of places beyond it. So is a place that lay below the chosen one for a part of the time.
    """
    places = [subject for subject in subjects if isinstance(subject, OrgUnit)]
    groups = [subject for subject in subjects if isinstance(subject, OrgUnitGroup)]
    found: dict[tuple[str, Period], Reading] = {}
    if places:
        only = choice.children.only if choice.below or choice.depth > 1 else {}
        of_places = readings(choice.measure.code, places, choice.periods, only)
        found |= {(str(unit), when): reading for (unit, when), reading in of_places.items()}
    if groups:
        of_groups = readings_of_groups(choice.measure.code, groups, choice.periods, choice.place)
        found |= {(f"g{group}", when): reading for (group, when), reading in of_groups.items()}
    return found


def groups_at(place: OrgUnit) -> QuerySet[OrgUnitGroup]:
    """The groups that have or had members at or below the place."""
    members = OrgUnitGroupMembership.objects.filter(group=OuterRef("pk"), unit__path__startswith=place.path)
    return OrgUnitGroup.objects.filter(Exists(members)).order_by("key")


def groups_without_members() -> QuerySet[OrgUnitGroup]:
    """The groups of which nobody has said yet who belongs to them."""
    return OrgUnitGroup.objects.filter(memberships=None).order_by("key")


def members_of(group: OrgUnitGroup, choice: Choice, scope: QuerySet[OrgUnit]) -> QuerySet[OrgUnit]:
    """The places of the scope, at or below the chosen one, that belonged to the group within the months counted."""
    first = months_counted(choice.measure.annualisation, choice.periods[0])[0].start
    last = choice.periods[-1].end
    then = OrgUnitGroupMembership.objects.filter(
        Q(start=None) | Q(start__lte=last), Q(end=None) | Q(end__gte=first), group=group, unit=OuterRef("pk")
    )
    return scope.filter(Exists(then), path__startswith=choice.place.path).order_by("name", "pk")
