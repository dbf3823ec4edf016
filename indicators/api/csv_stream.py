"""CSV as it is computed: UTF-8 without a byte-order mark (programs read it), CRLF, a decimal point."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

TYPE = "text/csv; charset=utf-8"


def csv_stream(headers: Sequence[str], blocks: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """One piece for the headers, one for each block of rows, whose cells are ready to be written."""
    yield _lines([headers])
    for rows in blocks:
        yield _lines(rows)


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
