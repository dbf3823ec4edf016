"""Rows of a file that was sent: CSV, XLSX or JSON, one flat record for each. Read in a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from indicators.exchange import confined
from indicators.exchange.problems import BadFile
from research import sent_tables_reader
from research.sent_tables_reader import LARGEST, LIST, SHEET, SUBMISSIONS, Found, Record

__all__ = ["LARGEST", "Record", "Records", "records_of"]
LIMITS = confined.Limits(memory=1024**3, seconds=60, wall=90)
"""Somebody waits for the answer."""


class Records(NamedTuple):
    """`columns` in the order in which they first appear; `notices` are sentences on what was not read."""

    kind: str
    columns: list[str]
    rows: list[Record]
    notices: list[str]


def records_of(path: Path, most: int) -> Records:
    """All records of the file, at most `most`. Raises BadFile."""
    with read_apart(sent_tables_reader.__name__, path, most) as folder:
        return as_records(sent_tables_reader.written(folder))


@contextmanager
def read_apart(module: str, path: Path, most: int) -> Iterator[Path]:
    """The folder into which the module's process wrote what it found, deleted afterwards. Raises BadFile."""
    spool = Path(settings.IMPORT_SPOOL)
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spool) as name:
        folder = Path(name)
        try:
            confined.run(module, [str(path.resolve()), str(most)], folder, LIMITS)
        except BadFile as bad:
            if (bad.problem.code, bad.problem.value) == ("wrong_shape", SUBMISSIONS):
                raise BadFile("wrong_shape", _("a list of submissions")) from bad
            raise
        yield folder


def as_records(found: Found) -> Records:
    """With what was not read in sentences."""
    sentences = {
        SHEET: _("The sheet “%(name)s” was not read: submissions stand in the first one."),
        LIST: _("“%(name)s” holds several records and was not read."),
    }
    notices = [sentences[what] % {"name": name[:60]} for what, name in found.unread]
    return Records(found.kind, found.columns, found.rows, notices)
