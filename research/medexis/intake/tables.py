"""A table of monthly stock, held against the sites, the products and the rules: lines to store, problems by row."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.periods import Period
from research.medexis.formulas.balance import Flag, Line, flags
from research.medexis.intake import known, problems
from research.medexis.intake.cells import day_of, month_of, number_of
from research.medexis.intake.checked import Checked
from research.medexis.intake.columns import PERIOD, PRODUCT, RECEIVED_ON, SITE, YEAR, Columns, columns_of
from research.medexis.intake.problems import RowProblem
from research.medexis.models import StockFile
from research.medexis.reports.loaded import LoadedReportLine
from research.medexis.reports.loading import line_problem
from research.medexis.reports.queries import QUANTITIES, quantity_labels
from research.sent_tables import Record, Records


class _Read(NamedTuple):
    number: int
    line: LoadedReportLine


def check_table(records: Records, *, by: User | None) -> Checked:
    """Every row as a line of a report, or what is wrong with it. The number of queries does not grow with the file."""
    columns = columns_of(records.columns)
    found = Checked(StockFile.Content.REPORTS, known.CIV if columns.civ else known.OWN, len(records.rows))
    found.others, found.notices = columns.others, records.notices
    found.wrong = _wrong(columns)
    if found.wrong:
        return found
    reader = _Reader(columns, found.layout, by)
    read: list[_Read] = []
    for record in records.rows:
        wrong: list[RowProblem] = []
        if line := reader.line(record, wrong):
            read.append(_Read(record.number, line))
        else:
            found.refused += 1
            found.problems += wrong
    found.reports = _once(found, read, columns)
    found.problems.sort()
    for line in found.reports:
        found.flags.update(_questions(line))
    return found


def _wrong(columns: Columns) -> list[str]:
    names = {SITE: _("the site"), PRODUCT: _("the product"), PERIOD: _("the month"), "closing": _("a number of stock")}
    sentences = [_("No column gives %(what)s.") % {"what": names[field]} for field in columns.missing]
    twice = _("Two columns hold the same: “%(column)s”. Take one of them out.")
    return sentences + [twice % {"column": column[:80]} for column in columns.twice[:5]]


def _once(found: Checked, read: list[_Read], columns: Columns) -> list[LoadedReportLine]:
    """Each line once. Of rows that contradict one another none is chosen."""
    by_key: dict[tuple[int, int, int], list[_Read]] = defaultdict(list)
    days: dict[tuple[int, int], set[date]] = defaultdict(set)
    for one in read:
        by_key[one.line.key].append(one)
        if one.line.received_on:
            days[one.line.key[:2]].add(one.line.received_on)
    kept = []
    for key, same in by_key.items():
        if len({one.line for one in same}) > 1:
            rows = ", ".join(str(one.number) for one in same[:10])
            _refuse(found, same, problems.SAID_TWICE, "", rows)
        elif len(days[key[:2]]) > 1:
            told = ", ".join(day.isoformat() for day in sorted(days[key[:2]])[:5])
            _refuse(found, same, problems.DAYS_DIFFER, columns.fields[RECEIVED_ON], told)
        else:
            kept.append(same[0].line)
            found.repeated += len(same) - 1
    return kept


def _refuse(found: Checked, rows: Iterable[_Read], code: str, field: str, value: str) -> None:
    for one in rows:
        found.refused += 1
        found.problems.append(RowProblem(one.number, code, field, value))


def _questions(line: LoadedReportLine) -> list[Flag]:
    raised = flags(line.line, days=Period.from_code(line.month).days)
    return [flag for flag in raised if flag is not Flag.INCOMPLETE]


class _Reader:
    def __init__(self, columns: Columns, layout: str, by: User | None) -> None:
        self.fields, self.layout = columns.fields, layout
        self.sites, self.products = known.sites(by), known.products(layout)
        self.labels = quantity_labels()
        self.today = timezone.localdate()

    def line(self, record: Record, wrong: list[RowProblem]) -> LoadedReportLine | None:
        """The row as a line of a report; None, and problems in `wrong`, where it cannot be stored."""

        def say(code: str, field: str, value: str) -> None:
            wrong.append(RowProblem(record.number, code, self.fields.get(field, ""), value))

        def cell(field: str) -> str:
            return record.fields.get(self.fields.get(field, ""), "").strip()

        site = self.sites.find(cell(SITE))
        if isinstance(site, str):
            say(site, SITE, cell(SITE))
        product = self.products.get(known.product_key(self.layout, cell(PRODUCT)))
        if product is None:
            say(problems.UNKNOWN_PRODUCT, PRODUCT, cell(PRODUCT))
        month = month_of(cell(PERIOD), cell(YEAR))
        if month is None:
            say(problems.BAD_MONTH, PERIOD, f"{cell(YEAR)} {cell(PERIOD)}".strip())
        received_on = day_of(cell(RECEIVED_ON))
        if received_on is None and cell(RECEIVED_ON):
            say(problems.BAD_DAY, RECEIVED_ON, cell(RECEIVED_ON))
        numbers: dict[str, int | None] = {}
        for name in QUANTITIES:
            numbers[name] = number_of(cell(name))
            if numbers[name] is None and cell(name):
                say(problems.NOT_A_NUMBER, name, cell(name))
        if wrong or isinstance(site, str) or product is None or month is None:
            return None
        line = LoadedReportLine(site, month.code, product, Line(**numbers), received_on)
        field, sentence = line_problem(line, self.today)
        if sentence:
            say(problems.CANNOT_BE, field, sentence)
        return None if sentence else line
