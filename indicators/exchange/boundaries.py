"""Reads boundaries: a GeoJSON FeatureCollection in WGS84. Writes nothing, knows no database."""

from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.geography.outlines import BadGeometry, Outline, parse

_WGS84 = ("CRS84", "4326")
_LONGEST = 230


class Naming(NamedTuple):
    """In which properties a feature names its unit. A feature's own `id` counts as a uid too, as DHIS2 writes it."""

    uid: str = "id"
    code: str = "code"
    name: str = "name"


class Feature(NamedTuple):
    """A place with its outline; `number` counts the features from 1. What the file leaves out is blank."""

    number: int
    uid: str
    code: str
    name: str
    outline: Outline

    @property
    def called(self) -> str:
        """What a person would call it."""
        return self.name or self.code or self.uid


def read(path: Path, naming: Naming) -> tuple[list[Feature], list[Problem]]:
    """The features in the order of the file, and what is wrong with the others. Raises BadFile.

    Degrees in WGS84 are expected, as the format says (RFC 7946); a file that names another system is refused.
    """
    content = strict_json.load(path)
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise BadFile("wrong_shape", "FeatureCollection")
    if not _system(content.get("crs")).endswith(_WGS84):
        raise BadFile("wrong_projection", _system(content.get("crs")))
    features: list[Feature] = []
    problems: list[Problem] = []
    for number, record in enumerate(content["features"], 1):
        top = Fields(record, number, problems)
        inside = Fields(top.record.get("properties") or {}, number, problems)
        uid = top.text("id", _LONGEST) or inside.text(naming.uid, _LONGEST)
        code, name = inside.text(naming.code, _LONGEST), inside.text(naming.name, _LONGEST)
        if top.good and not (uid or code or name):
            top.refuse("nameless_place", f"{naming.uid}, {naming.code}, {naming.name}", "")
        outline = outline_of(top)
        if outline and top.good:
            features.append(Feature(number, uid, code, name, outline))
    return features, problems


def outline_of(fields: Fields) -> Outline | None:
    """The record's `geometry`; None where it is missing or wrong, and then the problem is noted."""
    geometry: Any = fields.record.get("geometry")
    if geometry is None:
        if fields.good:
            fields.refuse("missing_field", "geometry", "")
        return None
    try:
        return parse(geometry)
    except BadGeometry as error:
        fields.refuse(error.code, "geometry", error.value)
        return None


def _system(crs: Any) -> str:
    """What a file of the older format calls its system of coordinates; the usual one where it says nothing."""
    if crs is None:
        return _WGS84[0]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name") if isinstance(properties, dict) else crs)
