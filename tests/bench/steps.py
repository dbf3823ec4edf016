"""What is measured. Each step runs in a process of its own, on the database that DATABASE_URL names.

A step gives the seconds of one or several runs; starting Python and Django is not counted.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.values.copying import copy_in, packed
from tests.bench import asides, imports, linkage, observations, pages, quality, screening, stock, synthetic, visits
from tests.bench.peers import database_sql, duckdb_group_by
from tests.bench.timing import Step, seconds

SCALE = os.environ.get("BENCH_SCALE", "")
SINCE = 320_241_001 if SCALE else 0
DATA = Path(__file__).resolve().parents[3] / "shared/data"
VALUES, UNITS, METADATA = (
    DATA / name for name in ("sl_datavalues_2025.json.gz", "sl_organisation_units.json", "sl_metadata.json")
)


def migrate() -> list[float]:
    from django.core.management import call_command

    return seconds(lambda: call_command("migrate", verbosity=0))


def import_file() -> list[float]:
    from indicators.exchange.actions import import_dhis2

    def work() -> None:
        summary = import_dhis2(VALUES, by=None, units=UNITS, elements=METADATA)
        assert summary.read == 188_701, summary.problems[:3]

    return seconds(work)


def load() -> list[float]:
    return seconds(synthetic.load)


def write_values() -> list[float]:
    """Rows taken out of the table and written again: reading and checking a file is not counted."""
    from indicators.models import Batch
    from indicators.values.actions import Reported, write_values

    rows, batch = _rows(), Batch.objects.create(origin="import", label="bench")
    records = [Reported(*row[:6]) for row in zip(*(column.tolist() for column in rows.values()), strict=True)]
    return _where_taken_out(lambda: write_values(records, batch=batch))


def write_bare() -> list[float]:
    """The floor of `write_values`: the same rows, ready and in order, straight into the same table."""
    from django.db import connection

    from indicators.models import DataValue

    rows, table = _rows(), DataValue._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            ready = list(zip(*(column.tolist() for column in rows.values()), strict=True))
            sql = f"INSERT INTO {table} ({', '.join(rows)}) VALUES ({', '.join(['%s'] * len(rows))})"
            return _where_taken_out(lambda: cursor.executemany(sql, ready))
        packed_rows = packed(rows)
        return _where_taken_out(lambda: copy_in(cursor, f"{table} ({', '.join(rows)})", packed_rows))


def _rows() -> dict[str, NDArray]:
    """A million values: the last fifteen months of the made-up country. Of the real file: all, in the key's order."""
    from indicators.models import DataValue
    from indicators.rollup.tables import fetch

    kinds = ("i8", "i4", "i8", "i8", "i8", "f8", "i8")
    names = synthetic.COLUMNS
    columns = fetch(f"SELECT {', '.join(names)} FROM {DataValue._meta.db_table} WHERE period >= {SINCE}", *kinds)
    order = np.lexsort(columns[4::-1])
    return {name: column[order] for name, column in zip(names, columns, strict=True)}


def _where_taken_out(work: Callable[[], Any]) -> list[float]:
    """Seconds of each run of `work`, with the rows gone before and everything as it was afterwards."""
    from django.db import connection, transaction

    from indicators.models import DataValue

    taken = []
    for _ in range(3):
        with transaction.atomic(), connection.cursor() as cursor:
            everything = connection.vendor == "postgresql" and not SCALE
            cursor.execute(
                f"TRUNCATE {DataValue._meta.db_table}"
                if everything
                else f"DELETE FROM {DataValue._meta.db_table} WHERE period >= {SINCE}"
            )
            taken += seconds(work)
            transaction.set_rollback(True)
    return taken


def refresh() -> list[float]:
    from indicators.rollup.actions import refresh_now

    return seconds(refresh_now)


def refresh_again() -> list[float]:
    from indicators.rollup.actions import refresh_now

    return seconds(refresh_now, 3)


def compute() -> list[float]:
    """The arithmetic alone: arrays in memory → arrays in memory, some elements at a time as a refresh has it."""
    from indicators.rollup import cube, refresh, tables

    trees = tables.read_trees()
    values = [values for _, values in refresh.parts(tables.summed_elements())]

    def work() -> None:
        for some in values:
            cube.roll_up(some, trees, trees.inner)

    return seconds(work, 5)


def late_report() -> list[float]:
    """One facility's month arrives late: from the write until the aggregates show it, in a warm process."""
    return list(_late([("202503",)]))[1:]


def new_month() -> list[float]:
    """A whole month of every facility changes: the refresh alone."""
    from indicators.models import DataValue
    from indicators.periods import Period
    from indicators.rollup.actions import record_values, refresh_now
    from indicators.values.actions import Reported

    month = Period.parse("202512").code
    rows = [Reported(*row) for row in DataValue.objects.filter(period=month).values_list(*Reported._fields)]
    taken = []
    for more in range(1, 4):
        changed = [row._replace(value=(row.value or 0) + more) for row in rows]
        record_values(changed, origin="entry", label="bench", by=None)
        taken += seconds(lambda: refresh_now("changed"))
    record_values(rows, origin="entry", label="bench", by=None)
    refresh_now("changed")
    return taken


def _late(months: list[tuple[str]]) -> Iterator[float]:
    from indicators.models import DataValue
    from indicators.periods import Period
    from indicators.rollup.actions import record_values, refresh_now
    from indicators.values.actions import Reported

    month = Period.parse(months[0][0]).code
    unit = DataValue.objects.filter(period=month, element__concept="DTP1").order_by("unit_id")[5].unit_id
    rows = [Reported(*row) for row in DataValue.objects.filter(period=month, unit=unit).values_list(*Reported._fields)]
    for more in (1, 2, 3, 4, 5, 0):

        def work(more: int = more) -> None:
            changed = [row._replace(value=(row.value or 0) + more) for row in rows]
            record_values(changed, origin="entry", label="bench", by=None)
            refresh_now("changed")

        yield from seconds(work)


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        migrate, load, import_file, write_values, write_bare, refresh, refresh_again, compute, late_report, new_month,
        database_sql, duckdb_group_by,
        imports.import_json, imports.import_csv, visits.load_100_visits, visits.load_10k_visits,
        stock.load_stock, stock.fill_stock, stock.publish_stock, stock.refresh_stock,
        observations.load_observations, observations.index_observations, observations.crossed_anew,
        observations.paired_anew, observations.take_out_all,
        asides.write_aggregates, asides.write_aggregates_bare, asides.read_all_once, asides.yearly_partitions,
        asides.dirty_hundredth, asides.dirty_tenth, asides.dirty_half,
        pages.prepare, pages.series_endpoint, pages.trivial_view, pages.chart_json, pages.chart_plain,
        pages.chart_drawn, pages.chart_written,
        pages.group_series, pages.stored_series, quality.quality_board, quality.quality_values,
        screening.screening, screening.pymannkendall_loop, linkage.linkage_screening, linkage.linkage_loop,
    )
}  # fmt: skip
