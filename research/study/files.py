"""Reads the study's files, strictly: what a lenient parser would swallow (a key twice, a cell too many) is refused."""

import csv
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from research.study.problems import StudyFileError

Record = dict[str, Any]
DIRECTORY = Path(__file__).parent / "files"


def read_records(path: Path) -> list[Record]:
    """The records of a YAML or CSV file, in order. In CSV a blank cell is an absent field."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StudyFileError(path.name, "", "", _("the file is missing.")) from error
    except UnicodeDecodeError as error:
        raise StudyFileError(path.name, "", "", _("the file is not written in UTF-8.")) from error
    records = _csv(path.name, text) if path.suffix == ".csv" else _yaml(path.name, text)
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            raise StudyFileError(path.name, str(number), "", _("a record must be a list of fields."))
    return records


def _csv(name: str, text: str) -> list[Record]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    columns = reader.fieldnames or []
    if len(set(columns)) != len(columns):
        raise StudyFileError(name, "", "", _("a column stands twice."))
    records = []
    for number, row in enumerate(reader, 1):
        if None in row or None in row.values():
            raise StudyFileError(name, str(number), "", _("the row has not as many cells as the header."))
        records.append({column: cell for column, cell in row.items() if cell != ""})
    return records


def _yaml(name: str, text: str) -> list[Record]:
    try:
        records = yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = _("line %(line)s") % {"line": mark.line + 1} if mark else ""
        raise StudyFileError(name, "", line, str(getattr(error, "problem", error))) from error
    if not isinstance(records, list):
        raise StudyFileError(name, "", "", _("the file must hold a list of records."))
    return records


class _StrictLoader(yaml.SafeLoader):
    """Refuses a field that stands twice in a record: the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"«{key}» stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# Dates stay text: the model's field reads them, and says which field and record a 32 December stands in.
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: str(node.value))
