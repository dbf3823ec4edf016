"""Checks all files before a row is written: types, lengths, choices, both languages, references, sources, doubles."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from indicators.geography.names import normalise
from indicators.geography.uids import uid_for
from indicators.models import DataElement, OrgUnit, OrgUnitAlias, PublishedFigure
from indicators.periods import BadPeriod, Period
from research.coding.models import Code, Codebook
from research.study.files import Record, read_records
from research.study.kinds import KINDS, Kind, fields_of
from research.study.problems import StudyFileError

_CODES = uuid.uuid5(uuid.NAMESPACE_DNS, "codebooks.capev")


@dataclass
class Checked:
    """A record that can be written: plain values as the model holds them, references still as names."""

    kind: Kind
    file: str
    name: str
    values: dict[str, Any]
    references: dict[str, str]
    many: dict[str, list[str]] = field(default_factory=dict)
    parts: list["Checked"] = field(default_factory=list)


def unit_uid(key: str) -> str:
    """The uid of the study's place of that key."""
    return uid_for(f"org-unit:{key}")


def guid_for(key: str) -> uuid.UUID:
    """The same in every installation, so that coded text that comes and goes finds the shipped codes again."""
    return uuid.uuid5(_CODES, key)


def element_uid(code: str) -> str:
    """The uid of the study's data element of that code."""
    return uid_for(f"data-element:{code}")


def check_files(directory: Path) -> list[Checked]:
    """The records of all files in the order of `KINDS`. Raises StudyFileError for the first thing that is wrong."""
    names: dict[str, set[str]] = {}
    found: list[Checked] = []
    for file, kind in KINDS.items():
        own = names.setdefault(Path(file).stem, set())
        for number, record in enumerate(read_records(directory / file), 1):
            found.append(_check(kind, file, record, number, names))
            _refuse_double(file, found[-1].name, own)
    return found


def _refuse_double(file: str, name: str, seen: set[str]) -> None:
    if name in seen:
        raise StudyFileError(file, name, "", _("this record stands twice."))
    seen.add(name)


def _check(kind: Kind, file: str, record: Record, number: int, names: dict[str, set[str]]) -> Checked:
    name = str(record.get(kind.name, number))
    fail = _Fail(file, name)
    values = {key: value for key, value in record.items() if key not in kind.parts}
    references = {key: str(values.pop(key)) for key in kind.references if key in values}
    many = {key: _list(values.pop(key, []), key, fail) for key in kind.many}
    source = str(values.pop("source", ""))
    if kind.model is not _source_model() and not (source or kind.parent == "group"):
        raise fail("source", _("the record names no source."))
    if source and kind.has_source:
        references["source"] = source
    for key, target in [*kind.references.items(), ("source", "sources")]:
        if (wanted := references.get(key, source if key == "source" else "")) and wanted not in names[target]:
            raise fail(key, _("there is no «%(name)s» in the file %(file)s.") % {"name": wanted, "file": target})
    for key, target in kind.many.items():
        for wanted in many[key]:
            if wanted not in names[target]:
                raise fail(key, _("there is no «%(name)s» in the file %(file)s.") % {"name": wanted, "file": target})
    for f in fields_of(kind):
        if f.is_relation and not f.null and f.name not in references:
            raise fail(f.name, _("this field is missing."))
    checked = Checked(kind, file, name, _plain(kind, values, fail), references, many)
    for key, part in kind.parts.items():
        seen: set[str] = set()
        for part_number, part_record in enumerate(_list(record.get(key, []), key, fail), 1):
            if not isinstance(part_record, dict):
                raise fail(key, _("a record must be a list of fields."))
            checked.parts.append(_check(part, f"{file} {name}/{key}", part_record, part_number, names))
            _refuse_double(checked.parts[-1].file, checked.parts[-1].name, seen)
    return checked


def _plain(kind: Kind, values: Record, fail: "_Fail") -> dict[str, Any]:
    """The values as the model's fields hold them. Absent ones get the model's default, so a removed note goes away."""
    fields = {f.name: f for f in fields_of(kind) if not f.is_relation}
    extra = _derive(kind.model, values, fail)
    if unknown := values.keys() - fields.keys() - extra.keys():
        raise fail(min(unknown), _("this field is not known here."))
    for stem in {key[:-3] for key in fields if key.endswith(("_fr", "_en"))}:
        if bool(values.get(f"{stem}_fr")) != bool(values.get(f"{stem}_en")):
            raise fail(stem, _("the text stands in one language only."))
    row = kind.model(**{key: value for key, value in values.items() if key in fields} | extra)
    try:
        row.clean_fields(exclude={f.name for f in kind.model._meta.fields} - fields.keys())
    except ValidationError as error:
        key, problems = next(iter(error.message_dict.items()))
        raise fail(key, " ".join(problems)) from error
    return {key: getattr(row, key) for key in fields} | extra


def _derive(model: type[Model], values: Record, fail: "_Fail") -> Record:
    """What follows from the record; takes the file's own names out of `values` where the model has no such field."""
    if model is OrgUnit:
        return {"uid": unit_uid(str(values.pop("key", "")))}
    if model is DataElement:
        return {"uid": element_uid(str(values.get("code", "")))}
    if model is Codebook:
        return {"shipped": True, "guid": guid_for(f"{values.get('key')}:{values.get('edition')}")}
    if model is Code:
        return {"guid": guid_for(str(values.get("key")))}
    if model is OrgUnitAlias:
        return {"normalised": normalise(str(values.get("name", "")))}
    if model is PublishedFigure and "period" in values:
        try:
            return {"period": Period.parse_added_up(str(values.pop("period"))).code}
        except BadPeriod as error:
            problem = _("«%(text)s» is no period; write 2024, 2024Q1 or 202401.") % {"text": error}
            raise fail("period", problem) from error
    return {}


def _list(value: Any, key: str, fail: "_Fail") -> list[Any]:
    if not isinstance(value, list):
        raise fail(key, _("a list is expected here."))
    return value


def _source_model() -> type[Model]:
    return KINDS["sources.yaml"].model


class _Fail:
    """Makes the error of one record."""

    def __init__(self, file: str, name: str) -> None:
        self.file, self.name = file, name

    def __call__(self, key: str, problem: str) -> StudyFileError:
        return StudyFileError(self.file, self.name, key, problem)
