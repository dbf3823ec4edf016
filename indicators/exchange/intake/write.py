"""What a resolved file would do, and doing it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.accounts.models import User
from indicators.exchange.effects import effects
from indicators.exchange.intake.reports import ResolvedReports
from indicators.exchange.intake.resolve import Part, Resolved
from indicators.rollup.actions import refresh_soon
from indicators.values import bulk
from indicators.values.actions import Written, write_rows
from indicators.values.comment_actions import Cell, Replaced, compare_comments, write_comments
from indicators.values.models import Batch
from indicators.values.report_actions import compare_reports, write_reports

MOST_EFFECTS = 1_000_000
"""Changed cells past which the effect on the indicators is not worked out: memory does not grow with the file."""


@dataclass
class Outcome:
    """What became of the cells of a file, or would. `replaced`: comments changed, with what stood before."""

    counts: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    replaced: list[Replaced] = field(default_factory=list)
    effects: list[dict[str, Any]] | None = None

    def add(self, written: Written | bulk.Counts) -> None:
        self.counts.update(written._asdict())

    @property
    def changed(self) -> bool:
        return bool(self.counts["created"] or self.counts["updated"] or self.counts["deleted"] or self.comments)


def compare(resolved: Resolved | ResolvedReports, *, with_effects: bool = True) -> Outcome:
    """What `write` would do now. Writes nothing; reads what stands without a lock."""
    outcome = Outcome()
    if isinstance(resolved, ResolvedReports):
        outcome.add(compare_reports(resolved.records))
        return outcome
    changed: list[tuple[NDArray[Any], ...]] = []
    for part in resolved.parts():
        compared = bulk.compare(part.rows)
        outcome.add(compared.counts(part.rows))
        outcome.comments += compare_comments(_comments(part))
        if with_effects:
            rows = part.rows.take(compared.differs)
            changed.append((rows.element, rows.period, rows.unit, compared.before[compared.differs], rows.value))
            with_effects = sum(len(columns[0]) for columns in changed) <= MOST_EFFECTS
            if not with_effects:
                changed.clear()
    if with_effects and changed:
        outcome.effects = effects(*(np.concatenate(column) for column in zip(*changed, strict=True)))
    return outcome


def write(
    resolved: Resolved | ResolvedReports, *, origin: str, label: str, by: User | None
) -> tuple[Batch | None, Outcome]:
    """Writes as one batch, None where nothing changes, and asks for the refresh. The caller holds a transaction."""
    batch = Batch.objects.create(origin=origin, label=label, by=by)
    outcome = Outcome()
    if isinstance(resolved, ResolvedReports):
        outcome.add(write_reports(resolved.records, batch=batch))
    else:
        for part in resolved.parts():
            outcome.add(write_rows(part.rows, batch=batch))
            outcome.replaced += write_comments(_comments(part).items(), batch=batch)
        outcome.comments = len(outcome.replaced)
    if not outcome.changed:
        batch.delete()
        return None, outcome
    refresh_soon()
    return batch, outcome


def _comments(part: Part) -> dict[Cell, str]:
    """Those that the file gives, and none any longer where it deletes the value."""
    rows = part.rows.take(np.isnan(part.rows.value))
    gone: dict[Cell, str] = dict.fromkeys(zip(*(column.tolist() for column in rows[:5]), strict=True), "")
    return part.comments | gone
