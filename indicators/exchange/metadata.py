"""Reads DHIS2 metadata JSON: data elements and option combinations. Writes nothing, knows no database."""

from pathlib import Path
from typing import Any

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.registry.records import ComboRecord, ElementRecord


def read(path: Path) -> tuple[list[ElementRecord], list[ComboRecord], list[Problem]]:
    """The elements reported in aggregate (those of trackers are no data values) and all option combinations.

    The name in French and in English is the translation where there is one, the plain name otherwise. Raises BadFile.
    """
    content = strict_json.load(path)
    if not isinstance(content, dict):
        raise BadFile("wrong_shape", "dataElements")
    problems: list[Problem] = []
    elements = []
    for number, record in enumerate(_list(content, "dataElements"), 1):
        if isinstance(record, dict) and record.get("domainType", "AGGREGATE") != "AGGREGATE":
            continue
        fields = Fields(record, number, problems)
        name = fields.text("name", 230, required=True)
        element = ElementRecord(
            uid=fields.uid("id"),
            code=fields.text("code", 50) or None,
            name_fr=fields.translated("fr") or name,
            name_en=fields.translated("en") or name,
            value_type=fields.text("valueType", 50, required=True),
            aggregation=fields.text("aggregationType", 50) or "SUM",
        )
        if fields.good:
            elements.append(element)
    combos = []
    for number, record in enumerate(_list(content, "categoryOptionCombos"), 1):
        fields = Fields(record, number, problems)
        combo = ComboRecord(fields.uid("id"), fields.text("code", 50), fields.text("name", 230, required=True))
        if fields.good:
            combos.append(combo)
    return elements, combos, problems


def _list(content: dict[str, Any], name: str) -> list[Any]:
    found = content.get(name, [])
    if not isinstance(found, list):
        raise BadFile("wrong_shape", name)
    return found
