"""Reads a file of stock in a process of its own: OpenLMIS's tables of stock cards in one .zip or folder, or a table."""

import csv
import errno
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from indicators.exchange import confined
from indicators.exchange.files.archive import members
from indicators.exchange.problems import BadFile
from research import sent_tables_reader
from research.medexis.cards import openlmis

TABLES = tuple(f"stockmanagement.{name}.csv" for name in (openlmis.CARDS, openlmis.LINES, openlmis.REASONS))
LARGEST = 50 * 1024**2
"""Bytes of a table after unpacking."""
CARDS = "cards"
"""What `wrong_shape` asks for, in the parent's language."""


def holds_cards(path: Path) -> bool:
    """Whether this is OpenLMIS's export of stock cards: by the names of its tables."""
    if path.is_dir():
        return all((path / name).exists() for name in TABLES)
    return set(TABLES) <= {name.rpartition("/")[2] for name in members(path)}


def read(path: Path, most: int, into: Path) -> None:
    """Writes the lines of the cards, or the records of the table: at most `most`. Raises BadFile."""
    if holds_cards(path):
        _write(_lines(path, most), into)
    elif path.is_dir():
        raise BadFile("wrong_shape", CARDS)
    else:
        sent_tables_reader.write(sent_tables_reader.read(path, most), into)


def written(folder: Path) -> list[openlmis.Line] | None:
    """The lines that the process wrote; None where the file is no export of cards."""
    if not (folder / "cards.json").exists():
        return None
    return [
        openlmis.Line(
            key, openlmis.Card(*card), date.fromisoformat(day), datetime.fromisoformat(processed), *of_the_movement
        )
        for key, card, day, processed, *of_the_movement in json.loads((folder / "cards.json").read_text())
    ]


def _lines(path: Path, most: int) -> list[openlmis.Line]:
    with _folder(path) as folder:
        try:
            lines = openlmis.read(folder)
        except (KeyError, ValueError, UnicodeDecodeError, csv.Error, AttributeError, TypeError) as error:
            raise BadFile("wrong_shape", CARDS) from error
    if len(lines) > most:
        raise BadFile("too_many_rows", most)
    return lines


def _write(lines: list[openlmis.Line], into: Path) -> None:
    flat = [[one.id, one.card, one.day.isoformat(), one.processed.isoformat(), *one[4:]] for one in lines]
    (into / "cards.json").write_text(json.dumps(flat))


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The three tables in a folder of their own; no member is unpacked under a name that it gives itself."""
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="cards-") as name:
        try:
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    table = info.filename.rpartition("/")[2]
                    if table in TABLES:
                        _unpack(archive, info, Path(name) / table)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            if getattr(error, "errno", None) == errno.ENOSPC:  # no fault of the file
                raise
            raise BadFile("bad_archive") from error
        yield Path(name)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    if info.file_size > LARGEST:
        raise BadFile("too_large", f"{LARGEST // 1024**2} MB")
    with archive.open(info) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)


if __name__ == "__main__":
    sys.exit(confined.work(lambda folder: read(Path(sys.argv[1]), int(sys.argv[2]), folder)))
