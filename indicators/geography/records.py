"""Org units as another system gives them. Pure."""

from datetime import date
from typing import NamedTuple


class UnitRecord(NamedTuple):
    """`parent` is the parent's uid, None at a root; `code` None where the system has none."""

    uid: str
    name: str
    code: str | None
    parent: str | None
    opening_date: date | None
    closed_date: date | None


class GroupRecord(NamedTuple):
    """A group of units; `units` are the members' uids, empty where the system says nothing of them."""

    uid: str
    name_fr: str
    name_en: str
    units: tuple[str, ...]


def parents_first(records: list[UnitRecord]) -> tuple[list[UnitRecord], list[UnitRecord]]:
    """The records with parents before their children, and those that lie below themselves."""
    inside = {record.uid for record in records}
    children: dict[str | None, list[UnitRecord]] = {}
    for record in records:
        children.setdefault(record.parent if record.parent in inside else None, []).append(record)
    ordered = list(children.get(None, []))
    for record in ordered:
        ordered.extend(children.get(record.uid, []))
    reached = {record.uid for record in ordered}
    return ordered, [record for record in records if record.uid not in reached]
