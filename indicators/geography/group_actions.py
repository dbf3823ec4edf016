"""The writer of groups of units that another system names."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from indicators.geography.models import OrgUnitGroup, OrgUnitGroupMembership
from indicators.geography.queries import units_by_identifier
from indicators.geography.records import GroupRecord
from indicators.sources.models import Source


class UnknownMember(NamedTuple):
    """A unit that a group names and nobody knows here; `place` counts the groups from 1."""

    place: int
    uid: str


class GroupsTaken(NamedTuple):
    """`twice`: the uids that stand more than once, and then nothing was written."""

    created: int
    updated: int
    unchanged: int
    set_aside: list[UnknownMember]
    twice: list[str]


@transaction.atomic
def upsert_groups(records: Sequence[GroupRecord], *, by: User | None, source: Source | None = None) -> GroupsTaken:
    """Creates or updates groups by uid, which is their key; groups that the file does not name are left alone.

    A list of members replaces the one that was there; an empty list says nothing. Members that a person gave a first or
    last day keep it, and stay even where the file no longer names them. Unknown members are set aside, never created.
    """
    twice = [uid for uid, times in Counter(record.uid for record in records).items() if times > 1]
    if twice:
        return GroupsTaken(0, 0, 0, [], twice)
    keys = [record.uid for record in records]
    known = {row.key: row for row in OrgUnitGroup.objects.select_for_update().filter(key__in=keys)}
    units = units_by_identifier() if records else {}
    set_aside: list[UnknownMember] = []
    created = updated = 0
    for place, record in enumerate(records, 1):
        set_aside += [UnknownMember(place, uid) for uid in record.units if uid not in units]
        row = known.get(record.uid) or OrgUnitGroup(key=record.uid, source=source)
        new = row.pk is None
        changed = _name(row, record)
        changed |= _fill(row, {units[uid] for uid in record.units if uid in units}, by)
        created, updated = created + new, updated + (changed and not new)
    return GroupsTaken(created, updated, len(records) - created - updated, set_aside, [])


def _name(row: OrgUnitGroup, record: GroupRecord) -> bool:
    names = {"name_fr": record.name_fr, "name_en": record.name_en}
    if row.pk and all(getattr(row, field) == name for field, name in names.items()):
        return False
    for field, name in names.items():
        setattr(row, field, name)
    row.save()
    return True


def _fill(group: OrgUnitGroup, units: Collection[int], by: User | None) -> bool:
    if not units:
        return False
    there = list(group.memberships.all())
    gone = [one for one in there if one.start is None and one.end is None and one.unit_id not in units]
    for one in gone:
        one.delete()
    missing = sorted(set(units) - {one.unit_id for one in there})
    members = [OrgUnitGroupMembership(group=group, unit_id=unit) for unit in missing]
    bulk_create_with_history(members, OrgUnitGroupMembership, default_user=by)
    return bool(gone or missing)
