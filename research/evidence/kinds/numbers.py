"""Indicator values and series as evidence. Numbers are open to everyone with an account."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.pages.queries import last_period
from indicators.periods import Period, between
from indicators.registry.definitions import Definition, definition
from indicators.rollup.readings import Reading, readings
from research.evidence.kinds.item import Item, hidden

SHOWN_OF_A_SERIES = 4
"""Latest values that are told of a series."""


def values(keys: Collection[str], user: Any) -> dict[str, Item]:
    """`<indicator>/<unit>/<period>`; one read for each indicator among them."""
    asked: dict[str, list[tuple[str, int, Period]]] = defaultdict(list)
    for key in keys:
        code, unit_key, written = key.split("/")
        asked[code].append((key, int(unit_key), Period.parse(written)))
    units, open_to = _units(keys, user)
    found: dict[str, Item] = {}
    for code, cells in asked.items():
        there = [unit for _key, unit, _period in cells if unit in units]
        read = readings(code, there, [period for _key, _unit, period in cells])
        for key, unit, period in cells:
            if unit in units:
                item = _value(key, definition(code), units[unit], period, read[unit, period])
                found[key] = item if unit in open_to else hidden(item)
    return found


def series(keys: Collection[str], user: Any) -> dict[str, Item]:
    """`<indicator>/<unit>/<first>..<last>`. `newer` names the latest period on record where it lies after the last."""
    units, open_to = _units(keys, user)
    found = {}
    for key in keys:
        code, unit_key, span = key.split("/")
        first, last = (Period.parse(text) for text in span.split(".."))
        unit = units.get(int(unit_key))
        if unit is None:
            continue
        rule, periods = definition(code), list(between(first, last))
        read = readings(code, [unit], periods)
        latest = last_period(rule.concepts, [unit], last.frequency)
        newer = {"period": latest.id} if latest and latest > last else {}
        item = _series(key, rule, unit, periods, {one: read[unit.pk, one] for one in periods}, newer)
        found[key] = item if unit.pk in open_to else hidden(item)
    return found


def _units(keys: Collection[str], user: Any) -> tuple[dict[int, OrgUnit], set[int]]:
    """The units that the keys name, and which of them the person may meet."""
    rows = OrgUnit.objects.filter(pk__in={key.split("/")[1] for key in keys})
    units = {unit.pk: unit for unit in rows}
    if user is None:
        return units, set(units)
    return units, set(limit_to_scope(rows, user).values_list("pk", flat=True))


def _told(reading: Reading) -> dict[str, Any]:
    """A value as a link remembers it: to the twelve digits that survive any database's sums."""
    value = None if reading.value is None else float(f"{reading.value:.12g}")
    return {"value": value, "flags": sorted(reading.flags)}


def _value(key: str, rule: Definition, unit: OrgUnit, period: Period, reading: Reading) -> Item:
    flags = ", ".join(_flag(flag) for flag in reading.flags)
    return Item(
        "reading", key, f"{rule.short}: {value_text(reading.value, rule.unit)}",
        f"{unit.name}, {period_text(period)}" + (f" · {flags}" if flags else ""),
        reverse("number-detail", args=[rule.code, unit.pk, period.id]), _told(reading),
        reading.value is None, demonstration=reading.demonstration,
    )  # fmt: skip


def _series(
    key: str, rule: Definition, unit: OrgUnit, periods: list[Period], read: dict[Period, Reading], newer: dict[str, Any]
) -> Item:
    latest = [one for one in periods if read[one].value is not None][-SHOWN_OF_A_SERIES:]
    told = ", ".join(f"{period_text(one)} {value_text(read[one].value, rule.unit)}" for one in latest)
    span = f"{period_text(periods[0])} – {period_text(periods[-1])}"
    address = f"{reverse('explorer')}?indicator={rule.code}&unit={unit.pk}"
    return Item(
        "series", key, f"{rule.short}, {unit.name}, {span}", told, address,
        {"values": {one.id: _told(read[one]) for one in periods}}, not latest, newer,
        any(one.demonstration for one in read.values()),
    )  # fmt: skip


def _flag(flag: str) -> str:
    words = {
        "over_100": _("above 100%"), "negative": _("negative"), "incomplete": _("months without a report"),
        "reports_missing": _("reports are missing"), "elsewhere": _("not all months count"),
    }  # fmt: skip
    return words.get(flag, flag)
