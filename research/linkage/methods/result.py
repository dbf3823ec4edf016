"""What a method answers: estimates with their diagnostics, or the reason why there are none. Codes only, no words."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple


class Estimate(NamedTuple):
    """`low`, `high`: the 95 % interval. `p`: two-sided, against no effect. `scale`: points (of the outcome's unit),
    points_per_period, points_per_dose, rate_ratio (1 is no effect) or count."""

    name: str
    value: float
    low: float | None
    high: float | None
    p: float | None
    scale: str


class Diagnostic(NamedTuple):
    """`verdict`: ok, doubtful, or empty where the number is for the reader to judge."""

    name: str
    value: float | None
    verdict: str = ""


class Result(NamedTuple):
    """`points`: values that the estimates rest on. `curves`: by name, a value for each period of the panel. `details`:
    what else the variant has to say, the seed included where anything was drawn."""

    method: str
    variant: str
    points: int
    estimates: tuple[Estimate, ...]
    diagnostics: tuple[Diagnostic, ...]
    warnings: tuple[str, ...]
    curves: dict[str, tuple[float | None, ...]]
    details: dict[str, Any]


class Refused(NamedTuple):
    method: str
    reason: str
    detail: dict[str, Any] = {}


def as_json(found: Result | Refused) -> dict[str, Any]:
    """Plain numbers, texts and lists; what is not a number is null."""
    kind = "result" if isinstance(found, Result) else "refused"
    answer: dict[str, Any] = {"kind": kind, **found._asdict()}
    if isinstance(found, Result):
        answer["estimates"] = [one._asdict() for one in found.estimates]
        answer["diagnostics"] = [one._asdict() for one in found.diagnostics]
    return {name: _plain(value) for name, value in answer.items()}


def from_json(kept: Mapping[str, Any]) -> Result | Refused:
    """What `as_json` made, again. Raises KeyError or TypeError for anything else."""
    fields = dict(kept)
    if fields.pop("kind") == "refused":
        return Refused(**fields)
    fields["estimates"] = tuple(Estimate(**one) for one in fields["estimates"])
    fields["diagnostics"] = tuple(Diagnostic(**one) for one in fields["diagnostics"])
    fields["warnings"] = tuple(fields["warnings"])
    fields["curves"] = {name: tuple(values) for name, values in fields["curves"].items()}
    return Result(**fields)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
