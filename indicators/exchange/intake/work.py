"""A run from its file to what it would do or did: reading, resolving, comparing, writing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange.intake import child
from indicators.exchange.intake.reports import ResolvedReports
from indicators.exchange.intake.resolve import Inside, Resolved
from indicators.exchange.intake.spool import LISTED, Said
from indicators.exchange.intake.write import Outcome
from indicators.exchange.lookups import Lookups
from indicators.exchange.models import COUNTS, ImportRun
from indicators.exchange.policies import imports_everywhere
from indicators.exchange.problems import Problem
from indicators.geography.models import OrgUnit
from indicators.rollup.progress import Tell, teller, untold

REGISTRATIONS = "registrations"
READING, CHECKING = "reading", "checking"
PHASES = (READING, CHECKING)
"""Of a run at work, in this order. Checking includes the writing, of which nobody sees anything before its end."""


class Phases(NamedTuple):
    """Tells of a run's phases."""

    reading: Tell = untold
    checking: Tell = untold

    @classmethod
    def of(cls, run: ImportRun) -> "Phases":
        return cls(*(teller(run.pk, f"import:{phase}") for phase in PHASES))


@contextmanager
def spooled(
    path: Path, *, kind: str, options: Mapping[str, Any], phases: Phases | None = None
) -> Iterator[tuple[Path, Said]]:
    """The folder of the file's spool, deleted afterwards, and what the reader said. Raises BadFile."""
    folder = Path(settings.IMPORT_SPOOL)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tell = (phases or Phases()).reading
    reading = {name: value for name, value in options.items() if name != "schemes"}
    with TemporaryDirectory(dir=folder) as inside:
        tell(0, 0)
        yield Path(inside), child.read(path, Path(inside), kind=kind, options=reading, tell=lambda rows: tell(rows, 0))


def resolve(
    folder: Path, said: Said, *, by: User | None, options: Mapping[str, Any], phases: Phases | None = None
) -> Resolved | ResolvedReports:
    """Raises BadFile."""
    lookups = Lookups(today=timezone.localdate(), schemes=schemes(options, [flat(note) for note in said.notes]))
    tell: Tell = (phases or Phases()).checking
    kind = ResolvedReports if said.kind == REGISTRATIONS else Resolved
    return kind(folder, said, lookups, units_of(by)).resolve(lambda rows: tell(rows, said.rows))


def schemes(options: Mapping[str, Any], notes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What names things: as a person chose for this file, else as the column mapping or the file itself says."""
    declared = {str(note["field"]): str(note["value"]) for note in notes if note["code"] == "id_scheme"}
    spec = options.get("mapping") or {}
    mapped = {of: spec[told] for of, told in _MAPPED if told in spec}
    return declared | mapped | (options.get("schemes") or {})


_MAPPED = (("org_unit", "unit_scheme"), ("data_element", "element_scheme"))


def units_of(by: User | None) -> Inside | None:
    """The units that a person may report for; None: all."""
    if imports_everywhere(by):
        return None
    assert by is not None
    below = Q(pk__in=[])
    for district in by.districts.all():
        below |= Q(path__startswith=district.path)
    return np.array(sorted(OrgUnit.objects.filter(below).values_list("pk", flat=True)), np.int64)


def counts(resolved: Resolved | ResolvedReports, outcome: Outcome) -> dict[str, int]:
    """`read` and what it is the sum of."""
    found = {name: outcome.counts[name] for name in COUNTS}
    found |= {"rejected": resolved.findings.rejected, "waiting": len(resolved.waiting)}
    return {"read": resolved.findings.read, **found}


def report(said: Said, resolved: Resolved | ResolvedReports, outcome: Outcome) -> dict[str, Any]:
    names: dict[str, int] = {}
    for waits in resolved.waiting:
        names[waits.row.org_unit] = names.get(waits.row.org_unit, 0) + 1
    encoding = [note.value for note in said.notes if note.code == "encoding_found"]
    return {
        "kind": said.kind,
        "problems": [flat(problem) for problem in resolved.findings.problems],
        "more_problems": resolved.findings.more,
        "problem_counts": dict(resolved.findings.counts),
        "notes": [flat(note) for note in said.notes],
        "encoding": encoding[0] if encoding else "",
        "effects": outcome.effects or [],
        "effects_left_out": outcome.effects is None and said.kind != REGISTRATIONS,
        "comments": outcome.comments,
        "not_rolled_up": resolved.not_rolled_up,
        "waiting_names": dict(sorted(names.items(), key=lambda it: (-it[1], it[0]))[:LISTED]),
        "outdated": False,
    }


def refused(problems: list[Problem], kind: str = "") -> dict[str, Any]:
    """The report of a file that cannot be taken."""
    return {
        "kind": kind,
        "problems": [flat(problem) for problem in problems[:LISTED]],
        "more_problems": max(len(problems) - LISTED, 0),
        "problem_counts": {code: sum(it.code == code for it in problems) for code in {it.code for it in problems}},
        "notes": [],
        "effects": [],
        "waiting_names": {},
        "outdated": False,
    }


def flat(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "row": problem.row, "field": problem.field, "value": problem.value}


Prepare = Callable[[], list[Problem]]
"""Takes what comes with the values, and returns what is wrong with it."""
