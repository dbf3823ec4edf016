"""Small files for readers, and what readers say of them."""

import gzip
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.problems import MESSAGES, BadFile
from indicators.exchange.readers.kinds import KINDS, recognise
from indicators.exchange.records import Item, Note, Row, Unreadable

DXF = 'xmlns="http://dhis2.org/schema/dxf/2.0"'


def value(**fields: Any) -> dict[str, Any]:
    return {"dataElement": "DataElem001", "period": "202501", "orgUnit": "OrgUnit0001", "value": "5", **fields}


def row(number: int = 1, **fields: Any) -> Row:
    plain = Row(number, "DataElem001", "202501", "OrgUnit0001", "", "", "5", False)
    return plain._replace(**fields)


def a_file(folder: Path, content: bytes | str, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def a_set(folder: Path, *records: Any, **common: Any) -> Path:
    return a_file(folder, json.dumps({**common, "dataValues": list(records)}))


def an_xml_set(folder: Path, *records: str, root: str = "") -> Path:
    return a_file(folder, f"<dataValueSet {DXF} {root}>{''.join(records)}</dataValueSet>")


def zipped(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes | str], name: str = "file.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def gzipped(folder: Path, content: bytes, name: str = "file.gz") -> Path:
    return a_file(folder, gzip.compress(content, mtime=0), name)


def everything(path: Path, kind: str = "", **options: Any) -> list[Item]:
    return list(KINDS[kind or recognise(path)].read(path, options))


def rows(path: Path, kind: str = "", **options: Any) -> list[Row]:
    found = everything(path, kind, **options)
    assert not [item for item in found if isinstance(item, Unreadable)]
    return [item for item in found if isinstance(item, Row)]


def faults(items: Iterable[Item]) -> list[tuple[str, int | None, str | None]]:
    return [
        (problem.code, problem.row, problem.field)
        for item in items
        if isinstance(item, Unreadable)
        for problem in item.problems
    ]


def notes(items: Iterable[Item]) -> list[tuple[str, str | None, str]]:
    return [(it.problem.code, it.problem.field, it.problem.value) for it in items if isinstance(it, Note)]


def refused(path: Path, kind: str = "", **options: Any) -> str:
    """The code of the problem of the whole file; it has a sentence, and shows no more than 80 characters."""
    with pytest.raises(BadFile) as caught:
        everything(path, kind, **options)
    problem = caught.value.problem
    assert problem.code in MESSAGES
    assert len(problem.value) <= 80
    assert problem.message
    return problem.code
