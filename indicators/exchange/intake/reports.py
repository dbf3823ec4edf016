"""Reports declared complete: the same way in as values, in memory, since they are few."""

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from indicators.exchange.intake import spool
from indicators.exchange.intake.findings import Findings
from indicators.exchange.intake.resolve import LONGEST_NAME, MOST_WAITING, Inside, Waiting
from indicators.exchange.intake.spool import Said
from indicators.exchange.lookups import BAD_PERIOD, BLANK, FUTURE_PERIOD, LONG_PERIOD, Lookups
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.records import Row
from indicators.values.report_actions import Received

MOST = 1_000_000
_PERIODS = {
    BLANK: "missing_field",
    BAD_PERIOD: "bad_period",
    FUTURE_PERIOD: "future_period",
    LONG_PERIOD: "period_type",
}
_Key = tuple[int, int, int]


class ResolvedReports:
    """The registrations of a file for the database, and what is wrong with them."""

    def __init__(
        self, folder: Path, said: Said, lookups: Lookups, inside: Inside | None, most: int = spool.LISTED
    ) -> None:
        self.findings = Findings(said, most)
        self.waiting: list[Waiting] = []
        self.not_rolled_up = 0
        self._folder, self._said, self._lookups = folder, said, lookups
        self._inside = None if inside is None else set(inside.tolist())
        self._found: dict[_Key, Received] = {}
        self._first: dict[_Key | tuple[str, ...], int] = {}
        self._twice: set[_Key] = set()

    @property
    def records(self) -> list[Received]:
        return list(self._found.values())

    @property
    def numbers(self) -> list[int]:
        """Of the records, in the same order."""
        return [self._first[key] for key in self._found]

    def leave_out(self, numbers: Collection[int]) -> None:
        """Has `records` go without these."""
        self._found = {key: it for key, it in self._found.items() if self._first[key] not in numbers}

    @property
    def blocks(self) -> set[tuple[int, int]]:
        """Data sets and months."""
        return {key[:2] for key in self._found}

    def resolve(self, tell: Callable[[int], None] = lambda rows: None) -> "ResolvedReports":
        if self._said.rows > MOST:
            raise BadFile("too_many_rows", f"{MOST}")
        done = 0
        for chunk in spool.chunks(self._folder, self._said):
            texts, find = chunk.texts, self._lookups
            data_sets = find.data_sets(texts["data_element"]).tolist()
            units = find.org_units(texts["org_unit"]).tolist()
            months = find.periods(texts["period"], only_months=True).tolist()
            for fields in zip(*(chunk.columns[name] for name in spool.COLUMNS), strict=True):
                place = dict(zip(spool.COLUMNS, fields, strict=True))
                written = {name: texts[name][place[name]] for name in spool.TEXTS}
                row = Row(number=place["number"], deleted=bool(place["deleted"]), **written)
                ids = data_sets[place["data_element"]], months[place["period"]], units[place["org_unit"]]
                self._one(row, *ids)
            done += len(chunk.columns["number"])
            tell(done)
        return self

    def _one(self, row: Row, data_set: int, period: int, unit: int) -> None:
        day = _day(row)
        found = [
            (code, field, value)
            for wrong, code, field, value in (
                (data_set == BLANK, "missing_field", "dataSet", ""),
                (data_set < 0 and data_set != BLANK, "unknown_data_set", "dataSet", row.data_element),
                (unit == BLANK, "missing_field", "organisationUnit", ""),
                (period < 0, _PERIODS.get(period, ""), "period", row.period),
                (day is not None and day > self._lookups.today, "future_day", "date", day),
                (day is None and not row.deleted, "bad_date", "date", row.value),
                (not row.org_unit.isprintable(), "control_char", "organisationUnit", row.org_unit),
                (len(row.org_unit) > LONGEST_NAME, "too_long", "organisationUnit", row.org_unit),
                (
                    unit >= 0 and self._inside is not None and unit not in self._inside,
                    "not_your_district", "organisationUnit", row.org_unit,
                ),
            )
            if wrong
        ]  # fmt: skip
        if found and unit < 0 and unit != BLANK:
            found.append(("unknown_org_unit", "organisationUnit", row.org_unit))
        for code, field, value in found:
            self.findings.add(Problem(code, row.number, field, shown(value)))
        if found:
            self.findings.rejected += 1
            return
        key: _Key | tuple[str, ...] = (
            (data_set, period, unit) if unit >= 0 else (row.data_element, row.period, row.org_unit)
        )
        first = self._first.setdefault(key, row.number)
        if first != row.number:
            self.findings.add(Problem("duplicate_in_file", row.number, None, f"{first}, {row.number}"))
            before = len(self._found) + len(self.waiting)
            self._found.pop((data_set, period, unit), None)
            self.waiting = [it for it in self.waiting if it.row.number != first or unit >= 0]
            self.findings.rejected += 1 + before - len(self._found) - len(self.waiting)
        elif unit >= 0:
            self._found[data_set, period, unit] = Received(data_set, period, unit, None if row.deleted else day)
        else:
            self.waiting.append(Waiting(row, "unknown"))
            if len(self.waiting) > MOST_WAITING:
                raise BadFile("too_many_waiting", f"{MOST_WAITING}")


def _day(row: Row) -> date | None:
    try:
        return date.fromisoformat(row.value[:10]) if row.value else None
    except ValueError:
        return None
