"""Reported values as files. The CSV is DHIS2's own, so an import here (or there) reads it unchanged."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from indicators.api import parquet_file, xlsx_stream
from indicators.api.exports import CsvExport, Export, ParquetExport, XlsxExport
from indicators.api.filters import ValueFilters
from indicators.api.numbers import number_as_text, plain
from indicators.api.value_rows import blocks, values_for
from indicators.exchange.files.inert import inert
from indicators.values.models import DataValue

_FILE = OpenApiTypes.BINARY
MADE_UP = "demonstration"
"""Stands in DHIS2's column for the author of made-up values: its CSV has no better place."""
_DHIS2 = dict.fromkeys(
    (
        "dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value", "storedby",
        "lastupdated", "comment", "followup", "deleted",
    ),
    "text",
)  # fmt: skip
_NAMED = {
    "dataelement": "text", "dataelement_name": "text", "period": "text", "orgunit": "text", "orgunit_name": "text",
    "categoryoptioncombo": "text", "attributeoptioncombo": "text", "value": "number", "batch": "count",
    "lastupdated": "text", "comment": "text", "demonstration": "flag",
}  # fmt: skip


class _Values(Export):
    name = "values"
    columns = _NAMED
    queryset = DataValue.objects.none()
    filterset_class = ValueFilters

    def get_queryset(self) -> QuerySet[DataValue, Any]:
        return values_for(self.request.user)

    def blocks(self, request: Request, size: int) -> Iterator[list[tuple[Any, ...]]]:
        return blocks(self.filter_queryset(self.get_queryset()), size)

    def cells(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The columns are the fields of ValueRow, in their order."""
        return [(*row[:7], plain(row[7]), *row[8:]) for row in rows]

    def has_at_most(self, request: Request, most: int) -> bool:
        return self.filter_queryset(self.get_queryset())[: most + 1].count() <= most


@extend_schema(
    tags=["files"], summary="Reported values as CSV, with DHIS2's headers", responses={(200, "text/csv"): _FILE}
)
class ValuesCsv(CsvExport, _Values):
    """Rows in the order of /values. The column `storedby` says `demonstration` for made-up values."""

    columns = _DHIS2

    def cells(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Identifiers and periods cannot act as formulas; comments are people's own words."""
        return [
            (element, period, unit, option, attribute, number_as_text(value), MADE_UP if made_up else "", at,
             inert(comment) if comment else "", "false", "")
            for element, _e, period, unit, _u, option, attribute, value, _batch, at, comment, made_up in rows
        ]  # fmt: skip


@extend_schema(tags=["files"], summary="Reported values as a workbook", responses={(200, xlsx_stream.TYPE): _FILE})
class ValuesXlsx(XlsxExport, _Values):
    """With names beside the uids. 400 `too_many_rows` where one sheet cannot hold them."""


@extend_schema(tags=["files"], summary="Reported values as Parquet", responses={(200, parquet_file.TYPE): _FILE})
class ValuesParquet(ParquetExport, _Values):
    """With names beside the uids."""
