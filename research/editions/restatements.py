"""What a frozen edition told and is known otherwise now: each frozen value against the live one, by its key."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.periods import Period
from indicators.registry.definitions import Definition, definition
from indicators.registry.models import DataElement
from indicators.rollup.readings import readings, readings_of_groups
from indicators.values.models import Batch, DataValue, ValueChange
from research.editions.defined import described
from research.editions.models import Edition
from research.evaluations.progress import quotient
from research.evaluations.queries import evaluations, followed
from research.evaluations.sums import summed


class Restatement(NamedTuple):
    """One value told, and as it is known now. `why`: `definition` where the formula or its words changed, `import`
    where values came in since (`since`, `label` say which last), `other` for targets, places and whatever else."""

    key: str
    code: str
    where: str
    period: Period
    old: float | None
    new: float | None
    why: str
    since: datetime | None
    label: str


def restatements(edition: Edition) -> list[Restatement]:
    """In the order of the keys; none for what is not frozen. A few queries for each indicator in the edition."""
    if not edition.frozen:
        return []
    content = json.loads(edition.content)
    told: dict[str, Any] = content["values"]
    known = live(told)
    changed = {key: known.get(key) for key, one in told.items() if known.get(key) != one["value"]}
    redefined = {
        code
        for code, words in content["definitions"].items()
        if not _known(code) or described(definition(code)) != words
    }
    came = _came(edition, {key.split("/")[0] for key in changed} - redefined)
    return [_one(key, told[key]["value"], new, redefined, came) for key, new in sorted(changed.items())]


def live(keys: Iterable[str]) -> dict[str, float | None]:
    """Key → its value now; what can no longer be formed is missing."""
    asked: dict[tuple[str, str], set[tuple[str, Period]]] = defaultdict(set)
    for key in keys:
        code, where, period = key.split("/")
        if _known(code):
            kind, _colon, which = where.rpartition(":")
            asked[code, kind].add((which, Period.parse(period)))
    found: dict[str, float | None] = {}
    for (code, kind), cells in asked.items():
        by_length: dict[Any, set[tuple[str, Period]]] = defaultdict(set)
        for which, when in cells:
            by_length[when.frequency].add((which, when))
        for some in by_length.values():
            found |= _READERS[kind](definition(code), {one for one, _p in some}, sorted({p for _w, p in some}))
    return found


def _of_units(measure: Definition, which: Collection[str], periods: list[Period]) -> dict[str, float | None]:
    units = set(OrgUnit.objects.filter(pk__in=which).values_list("pk", flat=True))
    read = readings(measure.code, units, periods)
    return {f"{measure.code}/{unit}/{p.id}": _kept(read[unit, p].value) for unit in units for p in periods}


def _of_groups(measure: Definition, which: Collection[str], periods: list[Period]) -> dict[str, float | None]:
    groups = list(OrgUnitGroup.objects.filter(key__in=which))
    read = readings_of_groups(measure.code, groups, periods)
    return {f"{measure.code}/group:{g.key}/{p.id}": _kept(read[g.pk, p].value) for g in groups for p in periods}


def _of_evaluations(measure: Definition, which: Collection[str], periods: list[Period]) -> dict[str, float | None]:
    found = {}
    for one in evaluations().filter(code__in=which):
        sums = summed([measure], [site.unit_id for site in followed(one)], periods).by_measure[measure.code]
        for period in periods:
            sides = sums[period]
            value = quotient(measure, sides.above, sides.below) if sides.known else None
            found[f"{measure.code}/evaluation:{one.code}/{period.id}"] = _kept(value)
    return found


_READERS = {"": _of_units, "group": _of_groups, "evaluation": _of_evaluations}


def _came(edition: Edition, codes: Collection[str]) -> dict[str, tuple[datetime, str]]:
    """Indicator → when values for it last came in since the edition was drawn, and with what. Four queries."""
    concepts = {concept: code for code in codes for concept in definition(code).concepts}
    if not concepts:
        return {}
    batches = {one.pk: one for one in Batch.objects.filter(at__gt=edition.drawn_at)}
    elements = dict(DataElement.objects.filter(concept__in=concepts).values_list("pk", "concept"))
    last: dict[int, int] = {}
    for rows in (DataValue.objects.all(), ValueChange.objects.all()):
        found = rows.filter(batch__in=batches, element__in=elements).order_by().values_list("element_id")
        for element, batch in found.annotate(Max("batch_id")):
            last[element] = max(batch, last.get(element, 0))
    came: dict[str, tuple[datetime, str]] = {}
    for code in codes:
        ours = [batches[pk] for element, pk in last.items() if elements[element] in definition(code).concepts]
        if ours:
            newest = max(ours, key=lambda batch: batch.at)
            came[code] = newest.at, newest.label
    return came


def _one(
    key: str, old: float | None, new: float | None, redefined: Collection[str],
    came: Mapping[str, tuple[datetime, str]],
) -> Restatement:  # fmt: skip
    code, where, period = key.split("/")
    why = "definition" if code in redefined else "import" if code in came else "other"
    since, label = came[code] if why == "import" else (None, "")
    return Restatement(key, code, where, Period.parse(period), old, new, why, since, label)


def _known(code: str) -> bool:
    try:
        definition(code)
    except KeyError:
        return False
    return True


def _kept(value: float | None) -> float | int | None:
    """As the frozen content holds it."""
    return None if value is None else float(f"{value:.12g}")
