"""The writer of org units."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history

from indicators.geography.eras import Move, broken
from indicators.geography.models import FormerParent, OrgUnit
from indicators.geography.queries import moves
from indicators.geography.records import UnitRecord, parents_first


@transaction.atomic
def save_unit(unit: OrgUnit) -> OrgUnit:
    """Saves the unit with the level and path that follow from its parent, and those of everything below it.

    A parent changed here is a correction: the unit is taken to have stood below the new one as long as below the old.
    `move_actions.move_unit` keeps the past. Raises ValueError where the parent lies below the unit itself.
    """
    if unit.pk and unit.parent and unit.path and unit.parent.path.startswith(unit.path):
        raise ValueError(f"{unit.parent} lies below {unit}")
    unit.level = unit.parent.level + 1 if unit.parent else 1
    if not unit.pk:
        unit.path = ""
        unit.save()
    unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    unit.save()
    for child in unit.children.all():
        child.parent = unit
        if child.path != f"{unit.path}{child.pk}/":
            save_unit(child)
    return unit


class UnitProblem(NamedTuple):
    """Why a record cannot be a unit: `duplicate_uid`, `missing_parent`, `tree_cycle`, `code_taken`; `parent_changed`
    (nobody said when), `root_moved` or `moved_before` (the unit moved on that day, or later, already)."""

    code: str
    record: UnitRecord
    value: str


class Upserted(NamedTuple):
    created: int
    updated: int
    unchanged: int
    moved: int
    redated: int = 0


@transaction.atomic
def upsert_units(
    records: Sequence[UnitRecord], *, moved_on: date | None = None, correct_tree: bool = False
) -> tuple[Upserted, list[UnitProblem]]:
    """Creates or updates units by uid, parents before children; what another system no longer names is left alone.

    A known unit with another parent needs a word on the past: it moved on the day `moved_on` and keeps its former
    parent for the time before, or its parent was wrong and is corrected for all time (`correct_tree`). With any problem
    nothing is written and the counts are zero. `moved` counts the units that got another parent, `redated` those known
    to be open at other times: what was reported or expected above them is then out of date.
    """
    known = {unit.uid: unit for unit in OrgUnit.objects.select_related("parent")}
    ordered, cyclic = parents_first(list(records))
    past = moves()
    problems = _unit_problems(records, known, cyclic) or _tree_problems(records, known, past, moved_on, correct_tree)
    if problems:
        return Upserted(0, 0, 0, 0), problems
    if moved_on and not correct_tree:
        _keep_former_parents(_moving(records, known), moved_on - timedelta(days=1))
    created: list[OrgUnit] = []
    updated: list[OrgUnit] = []
    moved = redated = 0
    for generation in _generations(ordered):
        new = []
        for record in generation:
            unit = known.get(record.uid)
            parent = known[record.parent] if record.parent else None
            if unit is None:
                unit = known[record.uid] = OrgUnit(uid=record.uid, path="", level=1)
                new.append(unit)
            elif _says(unit, parent) == record:
                continue
            else:
                moved += (unit.parent.uid if unit.parent else None) != record.parent
                redated += (unit.opening_date, unit.closed_date) != (record.opening_date, record.closed_date)
                updated.append(unit)
            unit.name, unit.code, unit.parent = record.name, record.code, parent
            unit.opening_date, unit.closed_date = record.opening_date, record.closed_date
            unit.level = parent.level + 1 if parent else 1
        OrgUnit.objects.bulk_create(new)
        for unit in new:
            unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        _store_paths(new)
        created += new
    OrgUnit.history.bulk_history_create(created, batch_size=500)
    # Two units may swap codes: none of them may stand in the other's way.
    OrgUnit.objects.filter(pk__in=[unit.pk for unit in updated]).update(code=None)
    for unit in updated:
        save_unit(unit)
    return Upserted(len(created), len(updated), len(records) - len(created) - len(updated), moved, redated), []


def _store_paths(units: Sequence[OrgUnit]) -> None:
    """As `bulk_update`, twenty times faster: a path needs the key that the database has just given."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {OrgUnit._meta.db_table} SET path = %s WHERE id = %s", [(unit.path, unit.pk) for unit in units]
        )


def _says(unit: OrgUnit, parent: OrgUnit | None) -> UnitRecord:
    same = (unit.parent_id or None) == (parent.pk if parent else None)
    above = (parent.uid if parent else None) if same else ""
    return UnitRecord(unit.uid, unit.name, unit.code, above, unit.opening_date, unit.closed_date)


def _generations(ordered: Sequence[UnitRecord]) -> list[list[UnitRecord]]:
    """Records by their depth within the list."""
    depth: dict[str, int] = {}
    levels: list[list[UnitRecord]] = []
    for record in ordered:
        depth[record.uid] = depth.get(record.parent or "", -1) + 1
        if depth[record.uid] == len(levels):
            levels.append([])
        levels[depth[record.uid]].append(record)
    return levels


def _unit_problems(
    records: Sequence[UnitRecord], known: dict[str, OrgUnit], cyclic: Sequence[UnitRecord]
) -> list[UnitProblem]:
    inside = Counter(record.uid for record in records)
    problems = [UnitProblem("duplicate_uid", record, record.uid) for record in records if inside[record.uid] > 1]
    problems += [UnitProblem("tree_cycle", record, record.uid) for record in cyclic if inside[record.uid] == 1]
    problems += [
        UnitProblem("missing_parent", record, record.parent)
        for record in records
        if record.parent and record.parent not in inside and record.parent not in known
    ]
    problems += [
        UnitProblem("tree_cycle", record, record.uid)
        for record in records
        if record.parent
        and record.parent not in inside
        and _lies_below(known.get(record.parent), known.get(record.uid))
    ]
    owner = {unit.code: unit.uid for unit in known.values() if unit.code and unit.uid not in inside}
    for record in records:
        if record.code and owner.setdefault(record.code, record.uid) != record.uid:
            problems.append(UnitProblem("code_taken", record, record.code))
    return problems


def _moving(records: Sequence[UnitRecord], known: dict[str, OrgUnit]) -> list[tuple[UnitRecord, OrgUnit]]:
    """The records that name another parent than the one stored."""
    pairs = [(record, known[record.uid]) for record in records if record.uid in known]
    return [(record, unit) for record, unit in pairs if (unit.parent.uid if unit.parent else None) != record.parent]


def _tree_problems(
    records: Sequence[UnitRecord], known: dict[str, OrgUnit], past: list[Move], moved_on: date | None, correct: bool
) -> list[UnitProblem]:
    """What is wrong with the other parents that the records name, in the tree of today or in those before."""
    moving = _moving(records, known)
    if not moving:
        return []
    if moved_on is None and not correct:
        return [UnitProblem("parent_changed", record, record.uid) for record, _unit in moving]
    parents: dict[int, int | None] = {unit.pk: unit.parent_id for unit in known.values()}
    # A unit that comes with this file has no key yet; it cannot be part of the past, only of today.
    new = {record.uid: -place for place, record in enumerate(records, 1) if record.uid not in known}
    key = {uid: unit.pk for uid, unit in known.items()} | new
    parents |= {key[record.uid]: key[record.parent] if record.parent else None for record in records}
    if moved_on and not correct:
        latest = {move.unit: move.until for move in past}  # in order of time: the last one stays
        until = moved_on - timedelta(days=1)
        roots = [UnitProblem("root_moved", record, record.uid) for record, unit in moving if not unit.parent_id]
        early = [
            UnitProblem("moved_before", record, record.uid)
            for record, unit in moving
            if unit.pk in latest and until <= latest[unit.pk]
        ]
        if roots or early:
            return roots + early
        past = past + [Move(unit.pk, unit.path, unit.parent_id or 0, "", until) for _record, unit in moving]
    in_circles = broken(parents, past)
    return [UnitProblem("tree_cycle", record, record.uid) for record, unit in moving if unit.pk in in_circles]


def _keep_former_parents(moving: Sequence[tuple[UnitRecord, OrgUnit]], until: date) -> None:
    rows = [FormerParent(unit=unit, parent=unit.parent, until=until) for _record, unit in moving if unit.parent]
    for row in rows:
        row.demonstration = row.unit.demonstration or row.parent.demonstration
    bulk_create_with_history(rows, FormerParent)


def _lies_below(unit: OrgUnit | None, other: OrgUnit | None) -> bool:
    return unit is not None and other is not None and unit.path.startswith(other.path)
