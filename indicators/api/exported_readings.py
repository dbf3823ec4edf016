"""Readings of indicators as files, with the parameters of /readings."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from indicators.api import parquet_file, xlsx_stream
from indicators.api.exports import CsvExport, Export, ParquetExport, XlsxExport
from indicators.api.numbers import plain
from indicators.api.reading_rows import PARAMETERS, ReadingRow, asked
from indicators.api.readings_views import DESCRIBED
from indicators.exchange.files.inert import inert

_FILE = OpenApiTypes.BINARY
_KINDS = {
    "value": "number", "numerator": "number", "denominator": "number",
    "reported": "count", "expected": "count", "expected_months": "count", "demonstration": "flag",
}  # fmt: skip


class _Readings(Export):
    name = "readings"
    columns = {name: _KINDS.get(name, "text") for name in ReadingRow._fields}
    filter_backends = []

    def known_parameters(self) -> Collection[str]:
        return PARAMETERS

    def blocks(self, request: Request, size: int) -> Iterator[list[ReadingRow]]:
        return asked(request.query_params, request.user).blocks()

    def cells(self, rows: Sequence[ReadingRow]) -> list[tuple[Any, ...]]:
        return [
            row._replace(
                value=plain(row.value), numerator=plain(row.numerator), denominator=plain(row.denominator),
                flags=" ".join(row.flags),  # type: ignore[arg-type]
            )
            for row in rows
        ]  # fmt: skip

    def has_at_most(self, request: Request, most: int) -> bool:
        return len(asked(request.query_params, request.user)) <= most


@extend_schema(tags=["files"], summary="Readings as CSV", parameters=DESCRIBED, responses={(200, "text/csv"): _FILE})
class ReadingsCsv(CsvExport, _Readings):
    """Rows in the order of /readings; an empty cell is no number, and `state` says why."""

    def cells(self, rows: Sequence[ReadingRow]) -> list[tuple[Any, ...]]:
        """No name acts as a formula in a spreadsheet."""
        return [tuple(inert(cell) if type(cell) is str else cell for cell in row) for row in super().cells(rows)]


@extend_schema(
    tags=["files"], summary="Readings as a workbook", parameters=DESCRIBED, responses={(200, xlsx_stream.TYPE): _FILE}
)
class ReadingsXlsx(XlsxExport, _Readings):
    """400 `too_many_rows` where one sheet cannot hold them."""


@extend_schema(
    tags=["files"], summary="Readings as Parquet", parameters=DESCRIBED, responses={(200, parquet_file.TYPE): _FILE}
)
class ReadingsParquet(ParquetExport, _Readings):
    """null is no number, and `state` says why."""
