"""Takes in national estimates that WHO and UNICEF publish: figures beside our own numbers, never among them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from indicators.accounts.models import User
from indicators.exchange import locks
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers import wuenic
from indicators.exchange.records import Row, Unreadable
from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.definitions import definitions
from indicators.sources.models import Source
from indicators.values.models import PublishedFigure


@dataclass
class FigureSummary:
    """What an import of estimates did, or would do. `read` is the sum of the other counts, or `rejected` alone.

    `left_out` counts figures of vaccines for which there is no indicator here; `vaccines` names these.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    rejected: int = 0
    vaccines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"problems": [problem.as_dict() for problem in self.problems]}


def import_estimates(
    path: Path, *, country: str, unit: OrgUnit, source: Source, by: User | None, dry_run: bool = False
) -> FigureSummary:
    """Takes one country's estimates from the WUENIC workbook as figures of the unit, percent by year.

    `country`: ISO 3166 code, `MLI`; `unit`: the one that is this country. With a problem anywhere nothing is written.
    The same workbook again changes nothing; a revised one updates its figures. Nothing raises for a file.
    """
    try:
        with locks.one_import(), transaction.atomic():
            summary = _take(list(wuenic.estimates(path, country)), unit, source, by)
            if dry_run or summary.problems:
                transaction.set_rollback(True)
    except BadFile as error:
        summary = FigureSummary(problems=[error.problem])
    return summary


def _take(items: list[Any], unit: OrgUnit, source: Source, by: User | None) -> FigureSummary:
    rows = [item for item in items if isinstance(item, Row)]
    unreadable = [item for item in items if isinstance(item, Unreadable)]
    summary = FigureSummary(read=len(rows) + len(unreadable))
    summary.problems = [problem for item in unreadable for problem in item.problems]
    if not summary.read:
        summary.problems.append(Problem("no_figures", None, None, ""))
    summary.problems += _out_of_range(rows)
    if summary.problems:
        summary.rejected = summary.read
        return summary
    known = {(it.indicator, it.period): it for it in PublishedFigure.objects.filter(source=source, unit=unit)}
    indicators = definitions()
    for row in rows:
        indicator = f"{row.data_element.lower()}_coverage"
        if indicator not in indicators:
            summary.left_out += 1
            if row.data_element not in summary.vaccines:
                summary.vaccines.append(row.data_element)
            continue
        period = Period(Frequency.YEAR, int(row.period)).code
        figure = known.get((indicator, period))
        if figure is None:
            key = f"{source.key}-{row.org_unit}-{row.data_element}-{row.period}".lower()
            figure = PublishedFigure(key=key, indicator=indicator, period=period, unit=unit, source=source)
            figure.printed_place, figure.measure = row.comment, "percent"
            summary.created += 1
        elif figure.value == float(row.value):
            summary.unchanged += 1
            continue
        else:
            summary.updated += 1
        figure.value, figure.low, figure.high = float(row.value), None, None
        figure._history_user = by  # type: ignore[attr-defined]
        figure.save()
    return summary


def _out_of_range(rows: list[Row]) -> Iterator[Problem]:
    """A coverage that is estimated lies between 0 and 100: what is printed beyond is a slip of the table."""
    for row in rows:
        if not 0 <= float(row.value) <= 100:
            yield Problem("not_a_percentage", row.number, row.field, shown(row.value))
