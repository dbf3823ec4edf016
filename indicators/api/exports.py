"""Whole tables as files, with the filters of the pages: sent while they are read, so memory stays flat."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from indicators.api import csv_stream, parquet_file, xlsx_stream
from indicators.api.errors import Refused
from indicators.api.reading import Reading

AT_ONCE = 10_000
Blocks = Iterable[Sequence[Any]]


class AsItIs(BaseContentNegotiation):
    """The address says which format comes; whatever a client accepts, it asked for this one."""

    def select_parser(self, request: Request, parsers: Sequence[Any]) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Export(Reading):
    """`columns`: name → kind, as in `parquet_file.KINDS`; `cells` makes the cells of a block of rows, in that order."""

    http_method_names = ["get"]  # a HEAD would make the whole file to throw it away
    name = ""
    columns: Mapping[str, str] = MappingProxyType({})
    pagination_class = None
    content_negotiation_class = AsItIs
    throttle_scope = "exports"

    def blocks(self, request: Request, size: int) -> Blocks:
        raise NotImplementedError

    def has_at_most(self, request: Request, most: int) -> bool:
        raise NotImplementedError

    def cells(self, rows: Sequence[Any]) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def table(self, request: Request, size: int) -> Iterator[list[tuple[Any, ...]]]:
        return (self.cells(rows) for rows in self.blocks(request, size))


class CsvExport(Export):
    def get(self, request: Request) -> StreamingHttpResponse:
        pieces = csv_stream.csv_stream([*self.columns], self.table(request, AT_ONCE))
        return _streamed(pieces, f"{self.name}.csv", csv_stream.TYPE)


class XlsxExport(Export):
    """At most 1,048,575 rows below the headers: a sheet holds no more."""

    def get(self, request: Request) -> StreamingHttpResponse:
        if not self.has_at_most(request, xlsx_stream.MOST_ROWS - 1):
            raise Refused(
                "too_many_rows", _("A sheet holds at most 1,048,576 rows. Ask for less, or for CSV or Parquet.")
            )
        pieces = xlsx_stream.xlsx_stream([*self.columns], self.table(request, AT_ONCE))
        return _streamed(pieces, f"{self.name}.xlsx", xlsx_stream.TYPE)


class ParquetExport(Export):
    """A footer ends the file, so it is made before it is sent."""

    def get(self, request: Request) -> FileResponse:
        file = tempfile.NamedTemporaryFile(suffix=".parquet")  # noqa: SIM115 – the answer closes it, which deletes it
        parquet_file.write_parquet(Path(file.name), self.columns, self.table(request, parquet_file.ROWS))
        file.seek(0)
        answer = FileResponse(file, as_attachment=True, filename=f"{self.name}.parquet")
        answer.headers["Content-Type"] = parquet_file.TYPE
        answer.headers["Content-Encoding"] = "identity"
        return answer


def _streamed(pieces: Iterable[bytes], name: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if kind != csv_stream.TYPE:
        answer.headers["Content-Encoding"] = "identity"  # is compressed already: not once more on the way
    return answer
