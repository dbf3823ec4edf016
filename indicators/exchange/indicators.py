"""Reads the indicators of DHIS2 metadata JSON. Writes nothing, knows no database."""

import math
import re
from pathlib import Path
from typing import Any

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.registry.records import IndicatorRecord
from indicators.registry.tokens import LONGEST


def read(path: Path) -> tuple[list[IndicatorRecord], list[Problem]]:
    """The file's `indicators`, each with the factor of its indicator type. Expressions are taken as they are.

    Raises BadFile, also where the file holds no list of indicators.
    """
    content = strict_json.load(path)
    if not isinstance(content, dict) or not isinstance(content.get("indicators"), list):
        raise BadFile("wrong_shape", "indicators")
    problems: list[Problem] = []
    factors = _factors(content.get("indicatorTypes", []))
    records = []
    for number, record in enumerate(content["indicators"], 1):
        fields = Fields(_on_one_line(record), number, problems)
        name = fields.text("name", 230, required=True)
        found = IndicatorRecord(
            uid=fields.uid("id"),
            code=fields.text("code", 50),
            name_fr=fields.translated("fr") or name,
            name_en=fields.translated("en") or name,
            numerator=fields.text("numerator", LONGEST, required=True),
            denominator=fields.text("denominator", LONGEST, required=True),
            factor=_factor(fields, factors),
            annualised=fields.record.get("annualized") is True,
        )
        if fields.good:
            records.append(found)
    return records, problems


def _on_one_line(record: Any) -> Any:
    """Expressions may be written over several lines; those ends of lines mean no more than spaces."""
    if not isinstance(record, dict):
        return record
    sides = {side: record.get(side) for side in ("numerator", "denominator")}
    return record | {
        side: re.sub(r"[\t\r\n]", " ", text).strip() for side, text in sides.items() if isinstance(text, str)
    }


def _factors(types: Any) -> dict[str, str]:
    rows = types if isinstance(types, list) else []
    return {str(row.get("id")): str(row.get("factor")) for row in rows if isinstance(row, dict)}


def _factor(fields: Fields, factors: dict[str, str]) -> float:
    """The factor of the record's type; where there is none that can be used, a problem is noted."""
    kind = fields.uid_of("indicatorType")
    if kind not in factors:
        fields.refuse("unknown_indicator_type", "indicatorType", kind or "")
        return math.nan
    try:
        factor = float(factors[kind])
    except ValueError:
        factor = math.nan
    if not math.isfinite(factor) or factor == 0:
        fields.refuse("not_a_number", "indicatorType", factors[kind])
    return factor
