"""Texts of a file → rows of the database. Each different text is looked at once; reads only.

What a file may name things by is the scheme of each: `uid` (the rule), `code`, `name`, or `any` of them, the uid first.
A unit's aliases are as good as its uid, under every scheme: a person has said what they mean.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.exchange.numbers import NUMERIC_TYPES, BadNumber, parse_number
from indicators.geography.matching import UnitIndex
from indicators.geography.models import OrgUnitAlias
from indicators.geography.names import normalise
from indicators.geography.queries import unit_index
from indicators.geography.uids import is_uid
from indicators.periods import BadPeriod, Frequency, Period
from indicators.registry.models import DataElement, DataSet, OptionCombo

UNKNOWN, AMBIGUOUS, BLANK = -1, -2, -3
"""Instead of an id: nothing is called so, several are, nothing is said."""
SCHEMES = ("uid", "code", "name", "any")
BAD_PERIOD, FUTURE_PERIOD, LONG_PERIOD = -1, -2, -4
Ids = NDArray[np.int64]


class _Type(NamedTuple):
    """What decides how an element's values are read."""

    value_type: str
    is_count: bool


class Lookups:
    """What a file may name, read once (six queries); `schemes` by `data_element`, `org_unit`, `option`, `data_set`."""

    def __init__(self, *, today: date, schemes: Mapping[str, str] | None = None) -> None:
        self.today = today
        self.schemes = dict(schemes or {})
        self.types: list[_Type] = []
        self.type_of: dict[int, int] = {}
        rows = []
        known: dict[_Type, int] = {}
        reported = DataElement.objects.filter(derivation=DataElement.Derivation.REPORTED).order_by()
        for pk, uid, code, name_fr, name_en, value_type, concept in reported.values_list(
            "pk", "uid", "code", "name_fr", "name_en", "value_type", "concept"
        ):
            rows.append((pk, uid, code or "", {name_fr, name_en}))
            self.type_of[pk] = known.setdefault(_Type(value_type, bool(concept)), len(known))
        self.types = list(known)
        self._elements = _finder(rows, self._scheme("data_element"))
        self.units: UnitIndex = unit_index()
        self._aliases_as_written = dict(OrgUnitAlias.objects.values_list("name", "unit_id"))
        combos = OptionCombo.objects.order_by().values_list("pk", "uid", "code", "name")
        self._options = _finder(
            [(pk, uid, code, {name}) for pk, uid, code, name in combos], self._scheme("option"), OptionCombo.DEFAULT_UID
        )
        self._numbers: dict[tuple[str, int], float | str] = {}

    def _scheme(self, of: str) -> str:
        return self.schemes.get(of, "uid")

    def elements(self, texts: Sequence[str]) -> Ids:
        return _ids(map(self._elements, texts), len(texts))

    def options(self, texts: Sequence[str]) -> Ids:
        """A blank one is DHIS2's default."""
        return _ids(map(self._options, texts), len(texts))

    def org_units(self, texts: Sequence[str]) -> Ids:
        return _ids(map(self.org_unit, texts), len(texts))

    def org_unit(self, text: str) -> int:
        if not text:
            return BLANK
        scheme = self._scheme("org_unit")
        if scheme in ("uid", "any") and text in self.units.by_uid:
            return self.units.by_uid[text]
        if text in self._aliases_as_written:
            return self._aliases_as_written[text]
        if scheme in ("code", "any") and text in self.units.by_code:
            return self.units.by_code[text]
        name = normalise(text)
        # Two uids may differ in case alone, names never.
        if name in self.units.by_alias and not (scheme == "uid" and is_uid(text)):
            return self.units.by_alias[name]
        called = self.units.by_name.get(name, set()) if scheme in ("name", "any") else set()
        return next(iter(called)) if len(called) == 1 else AMBIGUOUS if called else UNKNOWN

    def data_sets(self, texts: Sequence[str]) -> Ids:
        rows = DataSet.objects.order_by().values_list("pk", "uid", "code", "name_fr", "name_en")
        found = [(pk, uid, code, {name_fr, name_en}) for pk, uid, code, name_fr, name_en in rows]
        return _ids(map(_finder(found, self._scheme("data_set")), texts), len(texts))

    def periods(self, texts: Sequence[str], *, only_months: bool = False) -> Ids:
        """Codes of periods; less than zero for what is none, or has not begun."""
        return _ids((self._period(text, only_months) for text in texts), len(texts))

    def _period(self, text: str, only_months: bool) -> int:
        if not text:
            return BLANK
        try:
            period = Period.parse(text)
        except BadPeriod:
            return BAD_PERIOD
        if only_months and period.frequency is not Frequency.MONTH:
            return LONG_PERIOD
        return FUTURE_PERIOD if period.start > self.today else period.code

    def number(self, text: str, kind: int) -> float | str:
        """The number, or the code of what is wrong with it, as an element of `types[kind]` takes it."""
        key = text, kind
        if (known := self._numbers.get(key)) is None:
            if len(self._numbers) > 200_000:  # of very long files with very many numbers
                self._numbers.clear()
            known = self._numbers[key] = self._read(text, self.types[kind])
        return known

    def _read(self, text: str, kind: _Type) -> float | str:
        if kind.value_type not in NUMERIC_TYPES:
            return "not_numeric_element"
        if not text.strip():
            return "blank_value"
        try:
            return parse_number(text, kind.value_type, count=kind.is_count)
        except BadNumber as error:
            return str(error.args[0])


def _ids(found: Iterable[int], count: int) -> Ids:
    return np.fromiter(found, np.int64, count)


def _finder(rows: Iterable[tuple[int, str, str, set[str]]], scheme: str, blank: str = "") -> Callable[[str], int]:
    """(id, uid, code, names) → a text's id. A name or code of several is none."""
    by_uid: dict[str, int] = {}
    by_code: dict[str, int] = {}
    by_name: dict[str, int] = {}
    for pk, uid, code, names in rows:
        by_uid[uid] = pk
        if code:
            by_code[code] = AMBIGUOUS if code in by_code else pk
        for name in {normalise(name) for name in names}:
            by_name[name] = AMBIGUOUS if by_name.get(name, pk) != pk else pk
    default = by_uid.get(blank, BLANK)

    def find(text: str) -> int:
        if not text:
            return default
        found: Any = None
        if scheme in ("uid", "any"):
            found = by_uid.get(text)
        if found is None and scheme in ("code", "any"):
            found = by_code.get(text)
        if found is None and scheme in ("name", "any"):
            found = by_name.get(normalise(text))
        return UNKNOWN if found is None else found

    return find
