"""Reads the constants of DHIS2 metadata JSON. Writes nothing, knows no database."""

import math
import re
from pathlib import Path

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.registry.records import ConstantRecord

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def read(path: Path) -> tuple[list[ConstantRecord], list[Problem]]:
    """The file's `constants`; none where it does not name any. Raises BadFile."""
    content = strict_json.load(path)
    found = content.get("constants", []) if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise BadFile("wrong_shape", "constants")
    problems: list[Problem] = []
    records = []
    for number, record in enumerate(found, 1):
        fields = Fields(record, number, problems)
        name = fields.text("name", 230, required=True)
        constant = ConstantRecord(
            uid=fields.uid("id"),
            name_fr=fields.translated("fr") or name,
            name_en=fields.translated("en") or name,
            value=_value(fields),
        )
        if fields.good:
            records.append(constant)
    return records, problems


def _value(fields: Fields) -> float:
    """Numbers come as the text they were written with."""
    text = fields.text("value", 100, required=True)
    if not text:
        return math.nan
    if _NUMBER.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    fields.refuse("not_a_number", "value", text)
    return math.nan
