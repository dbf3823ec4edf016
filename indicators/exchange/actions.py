"""Units and metadata of a DHIS2, alone or with the values that refer to them: one transaction, all or nothing."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from indicators.accounts.models import User
from indicators.exchange import data_sets, locks, metadata, org_units, unit_groups
from indicators.exchange.indicator_actions import take_constants
from indicators.exchange.intake import at_once
from indicators.exchange.intake.spool import LISTED
from indicators.exchange.models import COUNTS, ImportRun
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.geography.actions import upsert_units
from indicators.geography.boundary_actions import save_boundaries
from indicators.geography.group_actions import upsert_groups
from indicators.geography.matching import Doubt
from indicators.geography.models import NameSetAside
from indicators.geography.name_actions import set_aside
from indicators.geography.queries import units_by_identifier
from indicators.registry.actions import upsert_metadata
from indicators.registry.data_set_actions import upsert_data_sets
from indicators.rollup.actions import refresh_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.operand_actions import keep_operands
from indicators.values.models import Batch


@dataclass
class Summary:
    """What an import did, or would do. Counts are of values or registrations; `read` is the sum of the others.

    All or nothing: with a problem anywhere, everything read is rejected and nothing is written. Records of unknown
    units are no problem: they wait, `waiting_names` says for which and how many. `set_aside`: elements and units of
    data sets and of groups that are not known here; data sets and groups are taken without them.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    waiting: int = 0
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    set_aside: list[Problem] = field(default_factory=list)
    waiting_names: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.deleted)

    def as_dict(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("read", *COUNTS)}
        lists = {
            "problems": _listed(self.problems, self.more_problems),
            "set_aside": _listed(self.set_aside),
            "waiting_names": self.waiting_names,
        }
        return counts | lists


def _listed(problems: list[Problem], more: int = 0) -> list[dict[str, Any]]:
    listed = problems[:LISTED]
    if hidden := len(problems) - len(listed) + more:
        listed = [*listed, Problem("more_problems", None, None, str(hidden))]
    return [problem.as_dict() for problem in listed]


def import_dhis2(
    values: Path,
    *,
    by: User | None,
    units: Path | None = None,
    elements: Path | None = None,
    moved_on: date | None = None,
    correct_tree: bool = False,
    dry_run: bool = False,
) -> Summary:
    """Takes a file of values or of registrations of complete reports (told apart by what it holds), and before it the
    units and the metadata that it refers to, in one transaction.

    Units that the file puts below another parent than the one known need `moved_on` or `correct_tree`, see
    `upsert_units`. A preview (`dry_run`) does the same and takes everything back, so its summary is the import's.
    Nothing raises for what is wrong with a file: that is in the summary's problems. A commit leaves an ImportRun, and
    so does a refusal. Records of unknown units wait and block nothing. Units and metadata are few and come from whoever
    runs the server: they are read in this process, the values in one of their own.
    """
    aside: list[Problem] = []

    def prepare() -> list[Problem]:
        problems: list[Problem] = []
        stale = bool(_take_units(units, problems, moved_on, correct_tree)) if units else False
        if elements:
            _take_metadata(elements, problems, by)
            stale |= _take_data_sets(elements, problems, aside)
            _take_groups(elements, problems, aside, by)
        if stale and not problems:
            refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
        unknown: dict[str, Doubt] = dict.fromkeys(
            (it.value for it in aside if it.code == "unknown_org_unit"), "unknown"
        )
        if unknown:
            set_aside(unknown, purpose=NameSetAside.Purpose.VALUES, origin=values.name)
        return problems

    run = ImportRun(file_name=values.name[:300], by=by)
    first = prepare if units or elements else None
    run = at_once.take(run, values, origin=Batch.Origin.IMPORT, dry_run=dry_run, prepare=first)
    problems = [Problem(**it) for it in run.report.get("problems", [])]
    if run.state == ImportRun.State.REFUSED:
        more = run.report.get("more_problems", 0)
        return Summary(read=run.read, rejected=run.read, problems=problems, more_problems=more)
    counts = {name: getattr(run, name) for name in ("read", *COUNTS)}
    return Summary(**counts, set_aside=aside, waiting_names=run.report["waiting_names"])


def import_references(*, by: User | None, units: Path | None = None, elements: Path | None = None) -> Summary:
    """Takes units, metadata or both without values, in one transaction. Nothing raises for what is wrong with a file:
    that is in the summary's problems, and then nothing is written."""
    problems: list[Problem] = []
    aside: list[Problem] = []
    try:
        with locks.one_import(), transaction.atomic():
            stale = bool(_take_units(units, problems, None, False)) if units else False
            if elements and not problems:
                _take_metadata(elements, problems, by)
                stale |= _take_data_sets(elements, problems, aside)
                _take_groups(elements, problems, aside, by)
            if problems:
                transaction.set_rollback(True)
            elif stale:
                refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
    except BadFile as error:
        return Summary(problems=[error.problem])
    return Summary(problems=problems, set_aside=aside)


def _take_units(path: Path, problems: list[Problem], moved_on: date | None, correct_tree: bool) -> int:
    records, outlines, wrong = org_units.read(path)
    problems += wrong
    if wrong:
        return 0
    done, refused = upsert_units(records, moved_on=moved_on, correct_tree=correct_tree)
    number = {record: place for place, record in enumerate(records, 1)}
    problems += [Problem(it.code, number[it.record], "organisationUnits", shown(it.value)) for it in refused]
    if outlines and not refused:
        units = units_by_identifier()
        save_boundaries({units[uid]: outline for uid, outline in outlines.items()}, source=None, file_name=path.name)
    return done.moved + done.redated


def _take_metadata(path: Path, problems: list[Problem], by: User | None) -> None:
    elements, combos, wrong = metadata.read(path)
    problems += wrong
    if not wrong:
        _, refused = upsert_metadata(elements, combos)
        problems += [Problem(it.code, None, "metadata", shown(it.value)) for it in refused]
    take_constants(path, problems, by=by)
    if not problems:
        keep_operands(by=by)


def _take_data_sets(path: Path, problems: list[Problem], aside: list[Problem]) -> bool:
    """Whether what is expected of the units may have changed."""
    records, wrong = data_sets.read(path)
    problems += wrong
    if wrong:
        return False
    done, unknown, refused = upsert_data_sets(records, by=None)
    problems += [Problem(it.code, None, "dataSets", shown(it.value)) for it in refused]
    aside += [Problem(it.code, it.place, "dataSets", it.uid) for it in unknown]
    return bool(done.created or done.updated)


def _take_groups(path: Path, problems: list[Problem], aside: list[Problem], by: User | None) -> None:
    """Sums of groups are made when asked for, from the members as they are: nothing goes stale."""
    records, wrong = unit_groups.read(path)
    problems += wrong
    if wrong:
        return
    done = upsert_groups(records, by=by)
    problems += [Problem("duplicate_uid", None, unit_groups.FIELD, shown(uid)) for uid in done.twice]
    aside += [Problem("unknown_org_unit", it.place, unit_groups.FIELD, it.uid) for it in done.set_aside]
