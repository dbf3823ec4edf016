"""A definition's YAML file, checked when it is read; what is wrong is named by file, line and field. No database."""

import re
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from indicators.registry.definition import POPULATIONS, Band, Definition

FOLDER = Path(__file__).parent / "definitions"
RIVALS = FOLDER / "rivals"
UNITS = frozenset({"percent", "children", "doses", "visits", "reports", "days", "minutes", "levels", "months"})
DIRECTIONS = frozenset({"up", "down", "neutral"})
ANNUALISATIONS = frozenset({"none", "twelfths", "days", "rolling"})
_CHOICES = (("unit", UNITS), ("direction", DIRECTIONS), ("annualisation", ANNUALISATIONS))
_TEXTS = ("name_fr", "name_en", "short_fr", "short_en", "source_fr", "source_en", "note_fr", "note_en")
_CONCEPT = re.compile(r"[A-Z][A-Z0-9_]*")
_REQUIRED = frozenset(field.name for field in fields(Definition) if field.default is MISSING)
_KNOWN = frozenset(field.name for field in fields(Definition))


class BadDefinition(ValueError):
    """A definition file does not hold what a definition needs; the text is `file:line: field …`."""


def read(path: Path) -> Definition:
    """One definition file. Raises BadDefinition, whose text names file, line and field."""
    return _File(path).definition()


class _File:
    """The file's fields, and for each the line it stands on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        text = path.read_text(encoding="utf-8")
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.fields: Any = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise BadDefinition(f"{path.name}:{mark.line + 1 if mark else 1}: {error.problem}") from error
        except (yaml.YAMLError, ValueError) as error:  # a character or a date that cannot be
            raise BadDefinition(f"{path.name}:1: {error}") from error
        if not isinstance(root, yaml.MappingNode):
            self.refuse("", "not a mapping")
        for key, _ in root.value:
            if key.value in self.lines:
                raise BadDefinition(f"{path.name}:{key.start_mark.line + 1}: {key.value} stands twice")
            self.lines[key.value] = key.start_mark.line + 1

    def refuse(self, field: str, what: str) -> NoReturn:
        raise BadDefinition(f"{self.path.name}:{self.lines.get(field, 1)}: {f'{field} ' if field else ''}{what}")

    def definition(self) -> Definition:
        given = self.fields
        for field in given:
            if field not in _KNOWN:
                self.refuse(str(field), "is not a field of a definition")
        if missing := _REQUIRED - set(given):
            self.refuse("", f"missing: {', '.join(sorted(missing))}")
        if given["code"] != self.path.stem:
            self.refuse("code", f"is {given['code']!r}, the file is called {self.path.stem!r}")
        for field in _TEXTS:
            if not isinstance(given[field], str) or not given[field].strip():
                self.refuse(field, "is blank")
        for field, allowed in _CHOICES:
            if not isinstance(given[field], str) or given[field] not in allowed:
                self.refuse(field, f"must be one of {', '.join(sorted(allowed))}")
        factor = given["factor"]
        if not isinstance(factor, int | float) or isinstance(factor, bool) or not 0 < factor < float("inf"):
            self.refuse("factor", "must be a positive number")
        self._review()
        if (self.path.parent == RIVALS) != bool(given.get("rival_of")):
            self.refuse("rival_of", "is for the files of rivals/, and they need it")
        found = Definition(
            **{
                **given,
                "numerator": self._terms("numerator"),
                "denominator": self._terms("denominator"),
                "factor": float(factor),
                "bands": self._bands(),
            }
        )
        if not found.numerator:
            self.refuse("numerator", "is empty")
        if bool(found.populations) != (found.annualisation != "none"):
            self.refuse("annualisation", "goes with a population, and only with one")
        return found

    def _terms(self, field: str) -> dict[str, int]:
        terms = self.fields[field] or {}
        if not isinstance(terms, dict):
            self.refuse(field, "must map concepts to 1 or -1")
        for term, sign in terms.items():
            if not isinstance(term, str) or not (_CONCEPT.fullmatch(term) or term in POPULATIONS):
                self.refuse(field, f"names {term!r}, neither a concept nor a population")
            if sign not in (1, -1) or isinstance(sign, bool):
                self.refuse(field, f"gives {term} the sign {sign!r}")
        return terms

    def _review(self) -> None:
        """Who wrote it and who checked it: two people, and a check has a day."""
        for field in ("author", "checked_by", "rival_of"):
            if not isinstance(self.fields.get(field, ""), str):
                self.refuse(field, "must be a text")
        checked, reviewed = self.fields.get("checked_by", ""), self.fields.get("reviewed")
        if reviewed is not None and type(reviewed) is not date:
            self.refuse("reviewed", "must be a day such as 2025-11-22")
        if bool(checked) != (reviewed is not None):
            self.refuse("checked_by" if checked else "reviewed", "needs both a person and a day (reviewed)")
        if checked and checked == self.fields.get("author"):
            self.refuse("checked_by", "is the author")

    def _bands(self) -> tuple[Band, ...]:
        """`[{from: 0, name_fr: …, name_en: …}, …]`, from low to high; only the first may lack `from`."""
        rows = self.fields.get("bands") or []
        if not isinstance(rows, list):
            self.refuse("bands", "must be a list")
        bands: list[Band] = []
        for row in rows:
            if not isinstance(row, dict) or set(row) - {"from"} != {"name_fr", "name_en"}:
                self.refuse("bands", "need from, name_fr and name_en")
            start = row.get("from")
            if (start is None and bands) or isinstance(start, bool) or not isinstance(start, int | float | None):
                self.refuse("bands", f"cannot start from {start!r}")
            if bands and start is not None and bands[-1].start is not None and start <= bands[-1].start:
                self.refuse("bands", "must go from low to high")
            if not all(isinstance(row[name], str) and row[name].strip() for name in ("name_fr", "name_en")):
                self.refuse("bands", "have a blank name")
            bands.append(Band(None if start is None else float(start), row["name_fr"], row["name_en"]))
        return tuple(bands)
