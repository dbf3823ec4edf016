"""Reads DHIS2 organisation units JSON. Writes nothing, knows no database."""

from pathlib import Path

from indicators.exchange.boundaries import outline_of
from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.geography.outlines import Outline
from indicators.geography.records import UnitRecord


def read(path: Path) -> tuple[list[UnitRecord], dict[str, Outline], list[Problem]]:
    """The units of a bare list or of `{"organisationUnits": […]}`, in the order of the file, and by uid where those lie
    that come with a geometry. Raises BadFile."""
    content = strict_json.load(path)
    if isinstance(content, dict):
        content = content.get("organisationUnits")
    if not isinstance(content, list):
        raise BadFile("wrong_shape", "organisationUnits")
    units: list[UnitRecord] = []
    outlines: dict[str, Outline] = {}
    problems: list[Problem] = []
    for number, record in enumerate(content, 1):
        fields = Fields(record, number, problems)
        opening, closed = fields.day("openingDate"), fields.day("closedDate")
        if opening and closed and closed < opening:
            fields.refuse("closed_before_opened", "closedDate", closed)
        unit = UnitRecord(
            uid=fields.uid("id"),
            name=fields.text("name", 230, required=True),
            code=fields.text("code", 50) or None,
            parent=fields.uid_of("parent"),
            opening_date=opening,
            closed_date=closed,
        )
        outline = outline_of(fields) if fields.record.get("geometry") else None
        if fields.good:
            units.append(unit)
            outlines |= {unit.uid: outline} if outline else {}
    return units, outlines, problems
