"""Imports of indicators: read, check, write, all or nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from indicators.accounts.models import User
from indicators.exchange import constants, indicators
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.registry.indicator_actions import upsert_constants, upsert_indicators
from indicators.registry.models import ImportedIndicator
from indicators.registry.refusal_words import reason
from indicators.rollup.imported import refusals
from indicators.rollup.operand_actions import keep_operands
from indicators.sources.models import Source


@dataclass
class IndicatorSummary:
    """What an import of indicators did. `not_computable`: uid, name, code and sentence of each that is only listed.

    `constants` and `parts`: how many constants, and elements of one option combination, were created or changed.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    constants: int = 0
    parts: int = 0
    computable: int = 0
    not_computable: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "problems": [problem.as_dict() for problem in self.problems]}


def import_indicators(path: Path, *, by: User | None, source: Source | None = None) -> IndicatorSummary:
    """Takes the indicators of a DHIS2 metadata file, and its constants. Nothing raises; with a problem anywhere nothing
    is written.

    An expression that cannot be computed is no problem: the indicator is kept, and listed with the reason.
    """
    try:
        records, problems = indicators.read(path)
    except BadFile as error:
        return IndicatorSummary(problems=[error.problem])
    if problems:
        return IndicatorSummary(read=len(records) + len({problem.row for problem in problems}), problems=problems)
    with transaction.atomic():
        changed = take_constants(path, problems, by=by, source=source)
        done, refused = upsert_indicators(records, by=by, source=source)
        problems += [Problem(it.code, None, "indicators", shown(it.value)) for it in refused]
        if problems:
            transaction.set_rollback(True)
            return IndicatorSummary(read=len(records), problems=problems)
        kept = keep_operands(by=by)
        rows = list(ImportedIndicator.objects.filter(uid__in=[record.uid for record in records]))
        why = refusals(rows)
    listed = [
        {"uid": row.uid, "name": row.name, "code": why[row.uid].code, "message": reason(why[row.uid])}
        for row in rows
        if row.uid in why
    ]
    return IndicatorSummary(
        read=len(records),
        **done._asdict(),
        constants=changed,
        parts=kept.created + kept.updated,
        computable=len(rows) - len(listed),
        not_computable=listed,
    )


def take_constants(path: Path, problems: list[Problem], *, by: User | None, source: Source | None = None) -> int:
    """Takes the constants of a metadata file, or adds what is wrong with them; returns how many are new or changed."""
    records, wrong = constants.read(path)
    problems += wrong
    if wrong:
        return 0
    done, refused = upsert_constants(records, by=by, source=source)
    problems += [Problem(it.code, None, "constants", shown(it.value)) for it in refused]
    return done.created + done.updated
