"""Texts of a spool → cells of the database, or the reason why not. Writes files of its own, and nothing else.

What is found goes to partitions on disk, by element and period: a cell named twice meets itself there, a block of the
key lies in one of them, and no more than one is ever held. A file of usual size is one partition.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.approvals.locks import closed_cells
from indicators.exchange.intake import spool
from indicators.exchange.intake.comments import clean
from indicators.exchange.intake.findings import Findings
from indicators.exchange.intake.spool import Said
from indicators.exchange.lookups import AMBIGUOUS, BAD_PERIOD, BLANK, FUTURE_PERIOD, UNKNOWN, Lookups
from indicators.exchange.problems import BadFile, Problem
from indicators.exchange.records import Row
from indicators.periods import Frequency
from indicators.values import bulk
from indicators.values.bulk import Rows
from indicators.values.comment_actions import Cell
from indicators.values.keys import one_key

PARTITION = 500_000
"""Rows past which a file is split."""
MOST_WAITING = 50_000
MOST_COMMENTS = 50_000
LONGEST_NAME = 230
_CELLS = ("element", "period", "unit", "option", "attribute")
RECORD = np.dtype([*((name, "i8") for name in _CELLS), ("value", "f8"), ("number", "i8"), ("comment", "i4")])
Inside = NDArray[np.int64]


class Waiting(NamedTuple):
    """A record that nothing is wrong with but its unit's name. `doubt` says whether nobody or several are called so."""

    row: Row
    doubt: str


class Part(NamedTuple):
    """Cells of a file, each once, in order of the key, and the numbers of the records that they stand in."""

    rows: Rows
    comments: dict[Cell, str]
    numbers: NDArray[np.int64]


class Resolved:
    """What a file holds for the database, and what is wrong with it. `parts()` may be read once or several times."""

    def __init__(
        self, folder: Path, said: Said, lookups: Lookups, inside: Inside | None, most: int = spool.LISTED
    ) -> None:
        """`inside`: the ids of the units that the person may report for; None: all. `most` problems are listed."""
        self.findings = Findings(said, most)
        self._waits: dict[tuple[str, ...], Waiting] = {}
        self.not_rolled_up = 0
        self.blocks: set[tuple[int, int]] = set()
        self._folder, self._said, self._lookups, self._inside = folder, said, lookups, inside
        self._count = -(-said.rows // PARTITION) if said.rows > PARTITION else 1
        self._comments: list[str] = []
        self._left_out = np.empty(0, np.int64)
        self._waiting_cells: dict[tuple[str, ...], int] = {}

    @property
    def waiting(self) -> list[Waiting]:
        return list(self._waits.values())

    def resolve(self, tell: Callable[[int], None] = lambda rows: None) -> "Resolved":
        """Raises BadFile for more waiting records or comments than are kept."""
        done = 0
        for chunk in spool.chunks(self._folder, self._said):
            self._chunk(chunk)
            done += len(chunk.columns["number"])
            tell(done)
        for place in range(self._count):
            self._settle(place)
        self._refuse_closed()
        return self

    def _refuse_closed(self) -> None:
        """A cell that is approved stays: a record that would change it is refused, one that says the same is not."""
        closed = closed_cells(self.blocks)
        for part in self.parts() if closed else ():
            rows = part.rows
            cells = zip(rows.element.tolist(), rows.period.tolist(), rows.unit.tolist(), strict=True)
            which = np.array([cell in closed for cell in cells], np.bool_)
            if not which.any():
                continue
            which &= bulk.compare(rows).differs
            texts = ["" if np.isnan(value) else f"{value:g}" for value in rows.value.tolist()]
            self.findings.add_rows("period_locked", which, part.numbers, "value", texts.__getitem__)
            self.findings.rejected += int(np.count_nonzero(which))
            self.leave_out(part.numbers[which].tolist())

    def leave_out(self, numbers: Collection[int]) -> None:
        """Has `parts` go without the records of these numbers."""
        self._left_out = np.union1d(self._left_out, np.array(sorted(numbers), np.int64))

    def parts(self) -> Iterator[Part]:
        for place in range(self._count):
            path = self._settled(place)
            if not path.exists():
                continue
            records = np.load(path)
            records = records[~np.isin(records["number"], self._left_out)]
            columns = [records[name] for name in (*_CELLS, "value")]
            said = records[records["comment"] >= 0]
            cells = zip(*(said[name].tolist() for name in _CELLS), strict=True)
            texts = [self._comments[at] for at in said["comment"].tolist()]
            yield Part(Rows.of_columns(*columns), dict(zip(cells, texts, strict=True)), records["number"])

    def _chunk(self, chunk: spool.Chunk) -> None:
        columns = {name: np.frombuffer(column, np.int32) for name, column in chunk.columns.items()}
        texts, find = chunk.texts, self._lookups
        number, deleted = columns["number"], columns["deleted"].astype(np.bool_)

        def text(name: str) -> Callable[[int], str]:
            return lambda place: texts[name][columns[name][place]]

        element = find.elements(texts["data_element"])[columns["data_element"]]
        unit = find.org_units(texts["org_unit"])[columns["org_unit"]]
        # An option and an attribute are told by one table of texts each.
        option = find.options(texts["option"])[columns["option"]]
        attribute = find.options(texts["attribute"])[columns["attribute"]]
        period = find.periods(texts["period"])[columns["period"]]
        value, code, codes = self._values(columns, texts, element, deleted)
        comment, too_long = self._comments_of(columns, texts)
        unfound = (unit == UNKNOWN) | (unit == AMBIGUOUS)
        bad = np.zeros(len(number), np.bool_)

        def refuse(code: str, which: NDArray[np.bool_], field: Any, values: Callable[[int], str]) -> None:
            nonlocal bad
            bad = bad | self.findings.add_rows(code, which, number, field, values)

        for found, column, field, unknown in (
            (element, "data_element", "dataElement", "unknown_data_element"),
            (option, "option", "categoryOptionCombo", "unknown_option_combo"),
            (attribute, "attribute", "attributeOptionCombo", "unknown_option_combo"),
        ):
            refuse("missing_field" if column == "data_element" else unknown, found == BLANK, field, text(column))
            refuse(unknown, (found == UNKNOWN) | (found == AMBIGUOUS), field, text(column))
        refuse("missing_field", unit == BLANK, "orgUnit", text("org_unit"))
        if self._inside is not None:
            outside = (unit >= 0) & ~np.isin(unit, self._inside)
            refuse("not_your_district", outside, "orgUnit", text("org_unit"))
        unsayable = np.array([not name.isprintable() for name in texts["org_unit"]], np.bool_)[columns["org_unit"]]
        refuse("control_char", unfound & unsayable, "orgUnit", text("org_unit"))
        long = np.array([len(name) > LONGEST_NAME for name in texts["org_unit"]], np.bool_)[columns["org_unit"]]
        refuse("too_long", unfound & long & ~unsayable, "orgUnit", text("org_unit"))
        for wrong, called in ((BLANK, "missing_field"), (BAD_PERIOD, "bad_period"), (FUTURE_PERIOD, "future_period")):
            refuse(called, period == wrong, "period", text("period"))

        def value_field(place: int) -> str:
            return text("field")(place) or "value"

        for called, place in codes.items():
            if called == "not_numeric_element":
                refuse(called, code == place, "dataElement", text("data_element"))
            else:
                refuse(called, code == place, value_field, text("value"))
        refuse("too_long", too_long, "comment", text("comment"))
        # An unknown unit alone is no fault: the record waits. Beside a fault it is named with it.
        refuse("unknown_org_unit", unfound & bad, "orgUnit", text("org_unit"))
        bad |= self._let_wait(np.flatnonzero(unfound & ~bad), chunk, columns, unit, comment)
        self.findings.rejected += int(np.count_nonzero(bad))
        good = ~bad & (unit >= 0)
        records = np.empty(int(np.count_nonzero(good)), RECORD)
        found_here: tuple[NDArray[Any], ...] = (element, period, unit, option, attribute, value, number, comment)
        for name, whole in zip(RECORD.names or (), found_here, strict=True):
            records[name] = whole[good]
        self._spread(records)

    def _values(
        self, columns: dict[str, Any], texts: dict[str, list[str]], element: NDArray[Any], deleted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], dict[str, int]]:
        """The numbers, NaN where deleted, and what is wrong: 0 for nothing, else a code's place in the last."""
        value, code = np.full(len(element), np.nan), np.zeros(len(element), np.int64)
        known, place = np.unique(element, return_inverse=True)
        kind = np.array([self._lookups.type_of.get(pk, -1) for pk in known.tolist()], np.int64)[place]
        to_read = np.flatnonzero((kind >= 0) & ~deleted)
        pairs, at = np.unique(kind[to_read] * len(texts["value"]) + columns["value"][to_read], return_inverse=True)
        read = [
            self._lookups.number(texts["value"][pair % len(texts["value"])], pair // len(texts["value"]))
            for pair in pairs.tolist()
        ]
        value[to_read] = np.array([np.nan if isinstance(it, str) else it for it in read], np.float64)[at]
        codes = {it: place for place, it in enumerate(dict.fromkeys(it for it in read if isinstance(it, str)), 1)}
        code[to_read] = np.array([codes[it] if isinstance(it, str) else 0 for it in read], np.int64)[at]
        return value, code, codes

    def _comments_of(
        self, columns: dict[str, Any], texts: dict[str, list[str]]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Each row's place in the list of comments (-1: none), and where one is too long."""
        cleaned = [clean(text) for text in texts["comment"]]
        places = []
        for text in cleaned:
            places.append(len(self._comments) if text else -1)
            if text:
                self._comments.append(text)
        if len(self._comments) > MOST_COMMENTS:
            raise BadFile("too_many_comments", f"{MOST_COMMENTS}")
        long = np.array([text is None for text in cleaned], np.bool_)
        return np.array(places, np.int32)[columns["comment"]], long[columns["comment"]]

    def _let_wait(
        self,
        which: NDArray[Any],
        chunk: spool.Chunk,
        columns: dict[str, Any],
        unit: NDArray[Any],
        comment: NDArray[Any],
    ) -> NDArray[np.bool_]:
        """Keeps these records; true where another one of the same name reports the same cell."""
        bad = np.zeros(len(unit), np.bool_)
        for place in which.tolist():
            fields: dict[str, Any] = {name: chunk.texts[name][columns[name][place]] for name in spool.TEXTS}
            fields |= {"number": int(columns["number"][place]), "deleted": bool(columns["deleted"][place])}
            fields["comment"] = self._comments[comment[place]] if comment[place] >= 0 else ""
            row = Row(**fields)
            cell = (row.data_element, row.period, row.org_unit, row.option, row.attribute)
            if cell in self._waiting_cells:
                both = f"{self._waiting_cells[cell]}, {row.number}"
                self.findings.add(Problem("duplicate_in_file", row.number, None, both))
                bad[place] = True
                self.findings.rejected += self._waits.pop(cell, None) is not None
                continue
            self._waiting_cells[cell] = row.number
            self._waits[cell] = Waiting(row, "ambiguous" if unit[place] == AMBIGUOUS else "unknown")
            if len(self._waits) > MOST_WAITING:
                raise BadFile("too_many_waiting", f"{MOST_WAITING}")
        return bad

    def _spread(self, records: NDArray[Any]) -> None:
        if self._count == 1:
            place = np.zeros(len(records), np.uint64)
        else:
            mixed = records["element"].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            mixed += records["period"].astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
            place = (mixed >> np.uint64(32)) % np.uint64(self._count)
        for one in np.unique(place).tolist():
            with self._part(int(one)).open("ab") as stream:
                records[place == one].tofile(stream)

    def _settle(self, place: int) -> None:
        """Leaves out cells named twice, sorts the others, and counts."""
        if not self._part(place).exists():
            return
        records = np.fromfile(self._part(place), RECORD)
        self._part(place).unlink()
        records = records[np.lexsort((records["number"], one_key([records[name] for name in _CELLS])))]
        key = one_key([records[name] for name in _CELLS])
        again = np.r_[False, key[1:] == key[:-1]]
        if again.any():
            first = np.maximum.accumulate(np.where(again, 0, np.arange(len(key))))
            numbers = records["number"]
            self.findings.add_rows(
                "duplicate_in_file", again, numbers, None, lambda at: f"{numbers[first[at]]}, {numbers[at]}"
            )
            named_twice = again.copy()
            named_twice[first[again]] = True
            self.findings.rejected += int(np.count_nonzero(named_twice))
            records = records[~named_twice]
        block = np.unique(one_key([records["element"], records["period"]]), return_index=True)[1]
        self.blocks.update(zip(records["element"][block].tolist(), records["period"][block].tolist(), strict=True))
        self.not_rolled_up += int(np.count_nonzero(records["period"] // 100_000_000 != Frequency.MONTH))
        np.save(self._settled(place), records)

    def _part(self, place: int) -> Path:
        return self._folder / f"part-{place:03d}"

    def _settled(self, place: int) -> Path:
        return self._folder / f"part-{place:03d}.npy"
