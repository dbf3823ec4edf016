"""The writer of names set aside: what a file calls a unit, until a person says which unit that is."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from indicators.geography.matching import Doubt
from indicators.geography.models import NameSetAside, OrgUnit, OrgUnitAlias
from indicators.geography.names import normalise
from indicators.geography.queries import units_by_identifier

MOST = 1000
"""Names that one file may set aside; a file that is wrong from end to end would flood the list."""
_AT_ONCE = 500
name_assigned = Signal()
"""Sent within the transaction once a person has said which unit a name means: `name`, `unit`, `by`. Whoever keeps
records under that name listens; this room knows nothing of them."""


class Left(NamedTuple):
    """Normalised names that wait for a person, and those that one has said to leave out."""

    waiting: frozenset[str]
    ignored: frozenset[str]


@transaction.atomic
def set_aside(names: Mapping[str, Doubt], *, purpose: str, origin: str) -> Left:
    """Notes names for which no unit was found, with the file that they stood in; at most MOST of them.

    A name that was set aside before is counted once more. One whose unit is no longer found under it waits again.
    """
    now = timezone.now()
    wanted = {normalise(name): name for name in list(names)[:MOST]}
    there: dict[str, NameSetAside] = {}
    for part in _parts(list(wanted)):
        there |= {row.normalised: row for row in NameSetAside.objects.filter(purpose=purpose, normalised__in=part)}
    new = []
    for key, name in wanted.items():
        row = there.get(key)
        if row is None:
            row = NameSetAside(name=name, normalised=key, purpose=purpose, first_seen=now, count=0)
            new.append(row)
        elif row.state == NameSetAside.State.ASSIGNED:
            row.state, row.unit = NameSetAside.State.OPEN, None
        row.origin, row.last_seen, row.reason, row.count = origin[:300], now, names[name], row.count + 1
    bulk_create_with_history(new, NameSetAside, batch_size=_AT_ONCE)
    changed = ["origin", "last_seen", "reason", "count", "state", "unit"]
    bulk_update_with_history(list(there.values()), NameSetAside, changed, batch_size=_AT_ONCE)
    ignored = frozenset(key for key, row in there.items() if row.state == NameSetAside.State.IGNORED)
    return Left(frozenset(wanted) - ignored, ignored)


@transaction.atomic
def settle(found: Mapping[str, int], *, purpose: str) -> None:
    """Closes waiting names that a file's units were found under in the meantime: normalised name → unit id."""
    for part in _parts(list(found)):
        rows = list(NameSetAside.objects.filter(purpose=purpose, state=NameSetAside.State.OPEN, normalised__in=part))
        for row in rows:
            row.state, row.unit_id = NameSetAside.State.ASSIGNED, found[row.normalised]
        bulk_update_with_history(rows, NameSetAside, ["state", "unit"])


def settle_identifiers() -> None:
    """As `settle`, for whatever values were refused for that is known by now, by an import of units for instance."""
    waiting = NameSetAside.objects.filter(purpose=NameSetAside.Purpose.VALUES, state=NameSetAside.State.OPEN)
    names = list(waiting.values_list("normalised", "name"))
    known = units_by_identifier() if names else {}
    settle({key: known[name] for key, name in names if name in known}, purpose=NameSetAside.Purpose.VALUES)


@transaction.atomic
def assign(*, name: NameSetAside, unit: OrgUnit, by: User | None) -> OrgUnitAlias:
    """Says which unit the name means, and writes it as an alias, so that the next import finds the unit.

    Raises ValidationError (`unit`) where another unit has the name as an alias: a name means one unit.
    """
    alias = OrgUnitAlias.objects.filter(normalised=name.normalised).select_related("unit").first()
    if alias and alias.unit_id != unit.pk:
        raise ValidationError(
            {"unit": _("“%(name)s” is an alias of %(unit)s already.") % {"name": alias.name, "unit": alias.unit}}
        )
    if alias is None:
        alias = OrgUnitAlias(unit=unit, name=name.name, demonstration=unit.demonstration)
        alias._history_user = by  # type: ignore[attr-defined]
        alias.save()
    _close(name, NameSetAside.State.ASSIGNED, unit, by)
    name_assigned.send(NameSetAside, name=name, unit=unit, by=by)
    return alias


def ignore(*, names: Collection[NameSetAside], by: User | None) -> int:
    """Says that these names are of no unit of ours; returns how many waited. They stay, and are counted when met."""
    return _all(names, NameSetAside.State.OPEN, NameSetAside.State.IGNORED, by)


def reopen(*, names: Collection[NameSetAside], by: User | None) -> int:
    """Lets names wait again that were to be left out; returns how many were."""
    return _all(names, NameSetAside.State.IGNORED, NameSetAside.State.OPEN, by)


@transaction.atomic
def _all(names: Collection[NameSetAside], before: str, after: str, by: User | None) -> int:
    rows = NameSetAside.objects.select_for_update().filter(Q(pk__in=[name.pk for name in names]), state=before)
    for row in (changed := list(rows)):
        _close(row, after, None, by)
    return len(changed)


def _close(row: NameSetAside, state: str, unit: OrgUnit | None, by: User | None) -> None:
    row.state, row.unit = state, unit
    row._history_user = by  # type: ignore[attr-defined]
    row.save()


def _parts(keys: list[str]) -> list[list[str]]:
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]
