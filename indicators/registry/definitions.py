"""Indicator definitions: one reviewed YAML file each, checked when it is read. No database.

A definition says what is counted over what, in concepts; which data elements carry a concept is a matter of the rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from indicators.bilingual import Bilingual

FOLDER = Path(__file__).parent / "definitions"
UNITS = frozenset({"percent", "children", "doses", "visits", "reports", "days"})
DIRECTIONS = frozenset({"up", "down", "neutral"})
ANNUALISATIONS = frozenset({"none", "twelfths"})
POPULATIONS = frozenset({"surviving_infants", "live_births"})
_CONCEPT = re.compile(r"[A-Z][A-Z0-9_]*")


class BadDefinition(ValueError):
    """A definition file does not hold what a definition needs; the text names file and field."""


@dataclass(frozen=True, slots=False)
class Definition:
    """An indicator: `factor × Σ(sign × numerator) ÷ Σ(sign × denominator)`, or the numerator alone.

    `numerator` and `denominator` map a concept (`DTP1`) or a kind of population (`surviving_infants`) to its sign.
    `denominator` is empty for counts. `annualisation` says how a yearly population becomes a month's or a quarter's
    target: `twelfths` takes as many twelfths as the period has months. `direction`: whether more is better.
    """

    code: str
    name_fr: str
    name_en: str
    short_fr: str
    short_en: str
    numerator: Mapping[str, int]
    denominator: Mapping[str, int]
    factor: float
    unit: str
    direction: str
    annualisation: str
    source_fr: str
    source_en: str
    note_fr: str
    note_en: str

    name = Bilingual("name")
    short = Bilingual("short")
    note = Bilingual("note")
    source = Bilingual("source")

    @property
    def concepts(self) -> tuple[str, ...]:
        """Concepts of data elements, each once, in order of appearance."""
        return tuple(term for term in dict.fromkeys([*self.numerator, *self.denominator]) if term not in POPULATIONS)

    @property
    def populations(self) -> tuple[str, ...]:
        """Kinds of denominators that it needs."""
        return tuple(term for term in dict.fromkeys([*self.numerator, *self.denominator]) if term in POPULATIONS)

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)


def definition(code: str) -> Definition:
    """The definition of that code; KeyError where there is none."""
    return definitions()[code]


@cache
def definitions() -> dict[str, Definition]:
    """All definitions by code, in the order of their files' names. Raises BadDefinition."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def read(path: Path) -> Definition:
    """One definition file; BadDefinition names the file and the field."""
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(fields, dict):
        raise BadDefinition(f"{path.name}: not a mapping")
    expected = set(Definition.__dataclass_fields__)
    if wrong := expected ^ set(fields):
        raise BadDefinition(f"{path.name}: missing or unknown: {', '.join(sorted(map(str, wrong)))}")
    if fields["code"] != path.stem:
        raise BadDefinition(f"{path.name}: code is {fields['code']!r}")
    for field in ("name_fr", "name_en", "short_fr", "short_en", "source_fr", "source_en", "note_fr", "note_en"):
        if not isinstance(fields[field], str) or not fields[field].strip():
            raise BadDefinition(f"{path.name}: {field} is blank")
    for field, allowed in (("unit", UNITS), ("direction", DIRECTIONS), ("annualisation", ANNUALISATIONS)):
        if fields[field] not in allowed:
            raise BadDefinition(f"{path.name}: {field} must be one of {', '.join(sorted(allowed))}")
    if not isinstance(fields["factor"], int | float) or isinstance(fields["factor"], bool) or fields["factor"] <= 0:
        raise BadDefinition(f"{path.name}: factor must be a positive number")
    numerator = _terms(path, "numerator", fields["numerator"])
    denominator = _terms(path, "denominator", fields["denominator"] or {})
    if not numerator:
        raise BadDefinition(f"{path.name}: numerator is empty")
    found = Definition(
        **{**fields, "numerator": numerator, "denominator": denominator, "factor": float(fields["factor"])}
    )
    if bool(found.populations) != (found.annualisation != "none"):
        raise BadDefinition(f"{path.name}: annualisation goes with a population, and only with one")
    return found


def _terms(path: Path, field: str, terms: Any) -> dict[str, int]:
    if not isinstance(terms, dict):
        raise BadDefinition(f"{path.name}: {field} must map concepts to 1 or -1")
    for term, sign in terms.items():
        if not isinstance(term, str) or not (_CONCEPT.fullmatch(term) or term in POPULATIONS):
            raise BadDefinition(f"{path.name}: {field} names {term!r}, neither a concept nor a population")
        if sign not in (1, -1) or isinstance(sign, bool):
            raise BadDefinition(f"{path.name}: {field} gives {term} the sign {sign!r}")
    return terms
