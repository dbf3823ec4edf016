"""What is measured. Each step runs in a process of its own, on the database that DATABASE_URL names.

A step gives the seconds of one or several runs; starting Python and Django is not counted.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

Step = Callable[[], list[float]]
DATA = Path(__file__).resolve().parents[3] / "shared/data"
VALUES, UNITS, METADATA = (
    DATA / name for name in ("sl_datavalues_2025.json.gz", "sl_organisation_units.json", "sl_metadata.json")
)


def seconds(work: Callable[[], Any], times: int = 1) -> list[float]:
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return taken


def migrate() -> list[float]:
    from django.core.management import call_command

    return seconds(lambda: call_command("migrate", verbosity=0))


def import_file() -> list[float]:
    from indicators.exchange.actions import import_dhis2

    def work() -> None:
        summary = import_dhis2(VALUES, by=None, units=UNITS, elements=METADATA)
        assert summary.read == 188_701, summary.problems[:3]

    return seconds(work)


def write_values() -> list[float]:
    """The same rows again after emptying the table: reading and checking the file is not counted."""
    from django.db import connection, transaction

    from indicators.models import Batch, DataValue
    from indicators.values.actions import Reported, write_values

    records = [Reported(*row) for row in DataValue.objects.values_list(*Reported._fields)]
    batch = Batch.objects.create(origin="import", label="bench")

    def empty() -> None:
        with connection.cursor() as cursor:
            verb = "DELETE FROM" if connection.vendor == "sqlite" else "TRUNCATE"
            cursor.execute(f"{verb} {DataValue._meta.db_table}")

    def once() -> float:
        with transaction.atomic():
            empty()
            (taken,) = seconds(lambda: write_values(records, batch=batch))
            transaction.set_rollback(True)
        return taken

    return [once() for _ in range(5)]


def write_bare() -> list[float]:
    """The floor of `write_values`: the rows, ready and in order, straight into an empty table with the same key."""
    import numpy as np
    from django.db import connection, transaction

    from indicators.models import DataValue
    from indicators.values.copying import copy_in, packed

    names = ["element_id", "period", "unit_id", "option_id", "attribute_id", "value", "batch_id"]
    rows = list(DataValue.objects.order_by(*names[:5]).values_list(*names))
    columns = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    kind = " WITHOUT ROWID" if connection.vendor == "sqlite" else ""

    def once() -> float:
        with transaction.atomic(), connection.cursor() as cursor:
            typed = ", ".join(
                f"{name} {'float8' if name == 'value' else 'integer' if name == 'period' else 'bigint'}"
                for name in names
            )
            cursor.execute(f"CREATE TABLE bare ({typed}, PRIMARY KEY ({', '.join(names[:5])})){kind}")
            if connection.vendor == "sqlite":
                places = ", ".join(["%s"] * 7)
                (taken,) = seconds(lambda: cursor.executemany(f"INSERT INTO bare VALUES ({places})", rows))
            else:
                table = packed(columns)
                (taken,) = seconds(lambda: copy_in(cursor, f"bare ({', '.join(names)})", table))
            transaction.set_rollback(True)
        return taken

    return [once() for _ in range(5)]


def refresh() -> list[float]:
    from indicators.rollup.actions import refresh_now

    return seconds(refresh_now)


def refresh_again() -> list[float]:
    from indicators.rollup.actions import refresh_now

    return seconds(refresh_now, 5)


def compute() -> list[float]:
    """The engine alone: arrays in memory → arrays in memory."""
    from indicators.rollup import engine, tables

    values, tree = tables.read_values(), tables.read_tree()
    return seconds(lambda: engine.roll_up(values, tree), 5)


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


STAGED = """
CREATE OR REPLACE TEMP TABLE months AS
    SELECT element, unit, period, sum(value) AS sum FROM v GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE up AS
    SELECT element, above AS unit, period, sum(sum) AS sum, count(*) AS reported
    FROM months JOIN closure USING (unit) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE over_time AS
    SELECT element, unit, longer.period, sum(sum) AS sum, sum(reported) AS reported
    FROM up JOIN longer ON longer.month = up.period GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE total AS SELECT * FROM up UNION ALL SELECT * FROM over_time;
"""


def duckdb_group_by() -> list[float]:
    """The peer: the same rows in DuckDB's own file, staged to the same totals with the same two cores."""
    import os

    import duckdb

    from indicators.models import Aggregate, DataValue, OrgUnit
    from indicators.periods import Frequency, Period

    peer = duckdb.connect(os.environ["DUCKDB_FILE"], config={"threads": os.cpu_count() or 1})
    rows = DataValue.objects.values_list("element_id", "unit_id", "period", "value")
    frame = {"v": rows, "closure": [(unit.pk, above) for unit in OrgUnit.objects.all() for above in unit.ancestor_ids]}
    months = {code: Period.from_code(code) for code in DataValue.objects.values_list("period", flat=True).distinct()}
    frame["longer"] = [
        (code, month.within(kind).code)
        for code, month in months.items()
        for kind in (Frequency.QUARTER, Frequency.YEAR)
    ]
    kinds = {"v": "element INT, unit INT, period INT, value DOUBLE", "closure": "unit INT, above INT"}
    kinds["longer"] = "month INT, period INT"
    import pandas as pd

    for name, table in frame.items():
        columns = [part.split()[0] for part in kinds[name].split(", ")]
        source = pd.DataFrame.from_records(list(table), columns=columns)  # noqa: F841 – DuckDB finds it by name
        peer.execute(f"CREATE TABLE {name} ({kinds[name]}); INSERT INTO {name} SELECT * FROM source")
    taken = seconds(lambda: peer.execute(STAGED), 5)
    found = peer.execute("SELECT count(*), sum(sum), sum(reported) FROM total").fetchone()
    ours = Aggregate.objects.values_list("sum", "reported")
    assert found is not None
    assert found[0] == len(ours)
    assert abs(found[1] - sum(total for total, _ in ours)) < 0.01
    assert found[2] == sum(reported for _, reported in ours)
    return taken


_ALL = (migrate, import_file, write_values, write_bare, refresh, refresh_again, compute, late_report, new_month)
STEPS: dict[str, Step] = {step.__name__: step for step in (*_ALL, duckdb_group_by)}
