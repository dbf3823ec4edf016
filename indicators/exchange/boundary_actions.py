"""Imports of boundaries: read, match, write. A file with a fault is refused whole; names that nobody knows wait."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from indicators.exchange import boundaries, locks
from indicators.exchange.boundaries import Feature, Naming
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.geography.boundary_actions import USUAL_METRES, save_boundaries
from indicators.geography.matching import Doubt
from indicators.geography.models import NameSetAside
from indicators.geography.name_actions import set_aside, settle
from indicators.geography.names import normalise
from indicators.geography.queries import unit_index
from indicators.sources.models import Source


@dataclass
class BoundarySummary:
    """What an import of boundaries did, or would do. `read` is the sum of the other counts, or `rejected` alone.

    `waiting` and `ignored` are features for which no unit was found: their names wait for a person, or one has said to
    leave them out. `names` lists them with the reason.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    waiting: int = 0
    ignored: int = 0
    rejected: int = 0
    names: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"problems": [problem.as_dict() for problem in self.problems]}


def import_boundaries(
    path: Path,
    *,
    source: Source,
    naming: Naming | None = None,
    level: int | None = None,
    metres: float = USUAL_METRES,
    dry_run: bool = False,
) -> BoundarySummary:
    """Takes a GeoJSON file. A place is found by uid, else by code, else by alias or name, of `level` only where given.

    With a problem anywhere nothing is written. A name that no unit or several units have is no problem: the place is
    left out, and its name set aside for a person. A preview does the same and takes everything back. Nothing raises.
    """
    try:
        with locks.one_import(), transaction.atomic():
            summary = _import(path, source, naming or Naming(), level, metres)
            if dry_run:
                transaction.set_rollback(True)
    except BadFile as error:
        return BoundarySummary(problems=[error.problem])
    return summary


def _import(path: Path, source: Source, naming: Naming, level: int | None, metres: float) -> BoundarySummary:
    features, problems = boundaries.read(path, naming)
    read = len(features) + len({problem.row for problem in problems})
    index = unit_index(level)
    found: dict[int, list[Feature]] = defaultdict(list)
    doubts: dict[str, Doubt] = {}
    unfound: list[tuple[Feature, Doubt]] = []
    for feature in features:
        unit = index.find(uid=feature.uid, code=feature.code, name=feature.name)
        if isinstance(unit, int):
            found[unit].append(feature)
        else:
            doubts[feature.called] = unit
            unfound.append((feature, unit))
    problems += _twice(list(found.values()))
    if problems:
        return BoundarySummary(read=read, rejected=read, problems=problems)
    outlines = {unit: feature.outline for unit, (feature,) in found.items()}
    beside = [feature.outline for feature, _ in unfound]
    saved = save_boundaries(outlines, source=source, file_name=path.name, metres=metres, beside=beside)
    purpose = NameSetAside.Purpose.BOUNDARY
    settle({normalise(feature.called): unit for unit, (feature,) in found.items()}, purpose=purpose)
    left = set_aside(doubts, purpose=purpose, origin=path.name)
    ignored = sum(normalise(feature.called) in left.ignored for feature, _ in unfound)
    return BoundarySummary(
        read=read,
        **saved._asdict(),
        waiting=len(unfound) - ignored,
        ignored=ignored,
        names=[{"row": feature.number, "name": shown(feature.called), "reason": why} for feature, why in unfound],
    )


def _twice(groups: Sequence[list[Feature]]) -> list[Problem]:
    """Two features of one unit: nobody can tell which of them is meant."""
    return [
        Problem("place_twice", double.number, None, shown(f"{first.number}, {double.number}: {double.called}"))
        for first, *doubles in groups
        for double in doubles
    ]
