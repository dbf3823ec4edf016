"""Many lines of stock reports at once, for files: in batches, with bulk inserts, and with their history."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from indicators.approvals.locks import closed_keys
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.formulas.balance import Line
from research.medexis.measures.actions import publish_measures
from research.medexis.models import Product, StockFile, StockLine, StockReport
from research.medexis.policies import check_enter
from research.medexis.reports.approved import KIND
from research.medexis.reports.limits import line_problems, month_problem, most_days_problem, received_on_problem
from research.medexis.reports.loaded import Counts, Key, LoadedReportLine
from research.medexis.reports.queries import QUANTITIES, line_of

BATCH = 1000
"""Lines held in memory at once."""
SiteMonth = tuple[int, int]


@transaction.atomic
def load_reports(
    rows: Iterable[LoadedReportLine],
    *,
    by: User | None,
    file: StockFile | None = None,
    replace: bool = False,
    demonstration: bool = False,
) -> Counts:
    """Stores lines of reports with their history and publishes the measures once, at the end.

    A line is known by its site, month and product. One that is there already stays as it is: unchanged where its
    numbers (and the day of reception, where the row tells one) are the same, else a conflict, or replaced with
    `replace`. A report that lacks the product gets the line. What would change an approved report is a conflict. Days
    out beyond the month are stored as they come, and flagged.

    All or nothing: raises ValidationError where a line cannot be stored (field and number of the row, from 1),
    PermissionDenied where `by` may not enter at a site. `by` None for commands.
    """
    load = _Load(by, file, replace, demonstration)
    for batch in _batches(rows):
        load.take(batch)
    if load.touched:
        publish_measures([(site, Period.from_code(month)) for site, month in load.touched], by=by)
    return Counts(load.created, load.unchanged, load.replaced, tuple(load.conflicts))


def compare(rows: Iterable[LoadedReportLine]) -> Counts:
    """What loading would do; nothing is written. Each line must be there once."""
    created, unchanged = 0, 0
    conflicts: list[Key] = []
    for batch in _batches(rows):
        there = _there(batch)
        for row in batch:
            same = there.same(row)
            closed = row.key[:2] in there.closed
            created += same is None and not closed
            unchanged += same is True
            conflicts += [row.key] if same is False or (same is None and closed) else []
    return Counts(created, unchanged, 0, tuple(conflicts))


def line_problem(row: LoadedReportLine, today: date) -> tuple[str, str]:
    """Field and sentence where the line cannot be stored; two empty texts where it can."""
    month = Period.from_code(row.month)
    if row.line.is_blank:
        return "line", _("No number is filled in.")
    if problem := month_problem(month, today):
        return "period", problem
    if row.received_on and (problem := received_on_problem(row.received_on, month, today)):
        return "received_on", problem
    if problem := most_days_problem(row.line.days_out):
        return "days_out", problem
    found = line_problems(row.line, days=month.days, stored=row.line)
    return next(iter(found.items()), ("", ""))


class _There(NamedTuple):
    """What stands of a batch's reports and lines."""

    reports: dict[SiteMonth, StockReport]
    lines: dict[Key, StockLine]
    closed: set[SiteMonth]

    def same(self, row: LoadedReportLine) -> bool | None:
        """Whether the line stands as the row says it; None where there is none."""
        stored, report = self.lines.get(row.key), self.reports.get(row.key[:2])
        if stored is None or report is None:
            return None
        return line_of(stored) == row.line and row.received_on in (None, report.received_on)


def _batches(rows: Iterable[LoadedReportLine]) -> Iterable[list[LoadedReportLine]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _there(batch: Sequence[LoadedReportLine]) -> _There:
    wanted = {row.key[:2] for row in batch}
    sites, months = {site for site, _month in wanted}, {month for _site, month in wanted}
    rows = StockReport.objects.filter(site__in=sites, period__in=months).order_by()
    reports = {(row.site_id, row.period): row for row in rows if (row.site_id, row.period) in wanted}
    lines = StockLine.objects.filter(report__in=[row.pk for row in reports.values()]).order_by()
    of = {row.pk: key for key, row in reports.items()}
    closed = {of[int(key)] for key in closed_keys(KIND, of.keys())}
    return _There(reports, {(*of[line.report_id], line.product_id): line for line in lines}, closed)


class _Load:
    def __init__(self, by: User | None, file: StockFile | None, replace: bool, demonstration: bool) -> None:
        self.by, self.file, self.replace, self.demonstration = by, file, replace, demonstration
        self.products = set(Product.objects.values_list("pk", flat=True))
        self.created = self.unchanged = self.replaced = self.seen = 0
        self.conflicts: list[Key] = []
        self.touched: set[SiteMonth] = set()
        self._allowed: set[int] = set()
        self._today = timezone.localdate()

    def take(self, batch: list[LoadedReportLine]) -> None:
        self._check_sites({row.site for row in batch})
        for row in batch:
            self.seen += 1
            self._check(row)
        there = _there(batch)
        known = set(there.reports)
        self._make_reports(batch, there)
        new: dict[Key, StockLine] = {}
        changed: dict[Key, StockLine] = {}
        redated: dict[int, StockReport] = {}
        for row in batch:
            report, same = there.reports[row.key[:2]], there.same(row)
            if same is not True and row.key[:2] in there.closed:
                self.conflicts.append(row.key)
            elif same is None:
                new[row.key] = there.lines[row.key] = StockLine(
                    report=report, product_id=row.product, file=self.file, **_numbers(row.line)
                )
            elif same:
                self.unchanged += 1
            elif self.replace and row.key not in new and row.key not in changed:
                changed[row.key] = _filled(there.lines[row.key], row.line)
                if row.received_on not in (None, report.received_on):
                    report.received_on = row.received_on
                    redated[report.pk] = report
            else:
                self.conflicts.append(row.key)
        self._write(new, changed, redated, known, there)

    def _make_reports(self, batch: list[LoadedReportLine], there: _There) -> None:
        made: dict[SiteMonth, StockReport] = {}
        for row in batch:
            key = row.key[:2]
            if key in there.reports:
                continue
            if key not in made:
                made[key] = StockReport(
                    site_id=row.site, period=row.month, created_by=self.by, file=self.file,
                    demonstration=self.demonstration,
                )  # fmt: skip
            made[key].received_on = made[key].received_on or row.received_on
        bulk_create_with_history(list(made.values()), StockReport, batch_size=BATCH, default_user=self.by)
        there.reports.update(made)

    def _write(
        self,
        new: dict[Key, StockLine],
        changed: dict[Key, StockLine],
        redated: dict[int, StockReport],
        known: set[SiteMonth],
        there: _There,
    ) -> None:
        signed = {"batch_size": BATCH, "default_user": self.by}
        # A report that stood before is another version now: whoever has it open in a form is told so.
        moved = {there.reports[key[:2]].pk: there.reports[key[:2]] for key in (*new, *changed) if key[:2] in known}
        for report in moved.values():
            report.version += 1
        StockReport.objects.bulk_update(moved.values(), ["version"], batch_size=BATCH)
        bulk_update_with_history(list(redated.values()), StockReport, ["received_on"], **signed)
        bulk_create_with_history(list(new.values()), StockLine, **signed)
        bulk_update_with_history(list(changed.values()), StockLine, list(QUANTITIES), **signed)
        self.created += len(new)
        self.replaced += len(changed)
        self.touched |= {key[:2] for key in (*new, *changed)}

    def _check_sites(self, sites: set[int]) -> None:
        if self.by is not None:
            for site in OrgUnit.objects.filter(pk__in=sites - self._allowed):
                check_enter(self.by, site)
        self._allowed |= sites

    def _check(self, row: LoadedReportLine) -> None:
        field, sentence = line_problem(row, self._today)
        if row.product not in self.products:
            field, sentence = "product", _("There is no such product.")
        if sentence:
            text = _("Line %(number)s: %(problem)s") % {"number": self.seen, "problem": sentence}
            raise ValidationError({field: [text]})


def _numbers(line: Line) -> dict[str, int | None]:
    return {name: getattr(line, name) for name in QUANTITIES}


def _filled(stored: StockLine, line: Line) -> StockLine:
    for name, number in _numbers(line).items():
        setattr(stored, name, number)
    return stored
