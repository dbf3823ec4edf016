"""Units and metadata of a server: page by page into a file, and the file into the tree and the registry."""

import json
from pathlib import Path
from typing import Any

from indicators.accounts.models import User
from indicators.exchange.actions import import_references
from indicators.exchange.dhis2.client import Client
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.indicator_actions import import_indicators
from indicators.exchange.problems import Problem

UNITS = "organisationUnits"
UNIT_FIELDS = "id,code,name,openingDate,closedDate,parent[id],geometry"
_NAMES = "id,code,name,translations[property,locale,value]"
METADATA_FIELDS = {
    "dataElements": f"{_NAMES},valueType,aggregationType,domainType",
    "categoryOptionCombos": "id,code,name",
    "dataSets": f"{_NAMES},periodType,timelyDays,dataSetElements[dataElement[id]],organisationUnits[id]",
    "indicatorTypes": "id,name,factor,number",
    "indicators": f"{_NAMES},numerator,denominator,annualized,indicatorType[id]",
    "constants": "id,code,name,value",
}
OPTIONAL = {"dataSets", "indicatorTypes", "indicators", "constants"}
"""Parts of the metadata that a server may not know, or not show to the account."""
LISTED = 100


def pull_units(client: Client, folder: Path, *, by: User | None) -> dict[str, Any]:
    """All units of the server, with where they lie. Returns what to note; raises Failure, `not_taken` with problems."""
    path = _written(client, folder, {UNITS: UNIT_FIELDS})
    summary = import_references(units=path, by=by)
    return _noted(path, summary.problems, [])


def pull_metadata(client: Client, folder: Path, *, by: User | None) -> dict[str, Any]:
    """Data elements, option combinations, data sets and indicators. Returns what to note; raises Failure as above."""
    path = _written(client, folder, METADATA_FIELDS)
    summary = import_references(elements=path, by=by)
    problems = summary.problems or import_indicators(path, by=by).problems
    return _noted(path, problems, summary.set_aside)


class NotTaken(Failure):
    """`listed`: the first of the problems, as the report keeps them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("not_taken", len(problems))
        self.listed = _listed(problems)


def _written(client: Client, folder: Path, wanted: dict[str, str]) -> Path:
    """The collections as one file, record by record."""
    path = folder / "references.json"
    with path.open("w", encoding="utf-8") as file:
        for number, (collection, fields) in enumerate(wanted.items()):
            file.write("{" if not number else ",")
            file.write(f"{json.dumps(collection)}:[")
            for place, record in enumerate(_records(client, collection, fields)):
                file.write(f"{',' if place else ''}\n{json.dumps(record)}")
            file.write("]")
        file.write("}\n")
    return path


def _records(client: Client, collection: str, fields: str) -> Any:
    try:
        yield from client.records(collection, fields=fields)
    except Failure as failure:
        if collection not in OPTIONAL or failure.code not in ("not_found", "forbidden"):
            raise


def _noted(path: Path, problems: list[Problem], aside: list[Problem]) -> dict[str, Any]:
    if problems:
        if problems[0].code == "another_import_running":
            raise Failure("busy")
        raise NotTaken(problems)
    counts = {collection: len(found) for collection, found in json.loads(path.read_bytes()).items()}
    return {"counts": counts, "bytes": path.stat().st_size, "set_aside": len(aside)}


def _listed(problems: list[Problem]) -> list[dict[str, Any]]:
    return [{"code": one.code, "row": one.row, "field": one.field, "value": one.value} for one in problems[:LISTED]]
