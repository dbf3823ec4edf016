"""What a refresh rests on and what it is compared with beside DuckDB: floors, other ways, and growing dirty sets."""

from typing import Any

import numpy as np

from tests.bench.timing import seconds


def write_aggregates() -> list[float]:
    """All aggregates into their emptied table, as a refresh writes them; taken back afterwards."""
    from indicators.rollup import tables
    from indicators.rollup.engine import Cells

    cells = tables.read_cells()
    return _where_empty(lambda: tables.replace(Cells.empty(), cells))


def write_aggregates_bare() -> list[float]:
    """The floor: the same rows, ready, by COPY and then the key (SQLite: `executemany` in the key's order)."""
    from django.db import connection, transaction

    from indicators.rollup import tables
    from indicators.values.copying import copy_in, packed

    cells = tables.read_cells()
    columns = dict(zip(("element_id", "unit_id", "period", "sum", "reported", "demonstration"), cells, strict=True))
    table = "CREATE TEMPORARY TABLE bare (element_id bigint, unit_id bigint, period int, sum float8, reported int,"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ready = packed({**columns, "period": cells.period, "reported": cells.reported})

            def work() -> None:
                cursor.execute(f"{table} demonstration bool)")
                copy_in(cursor, f"bare ({', '.join(columns)})", ready)
                cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (element_id, unit_id, period)")
        else:
            rows = list(zip(*(column.tolist() for column in columns.values()), strict=True))

            def work() -> None:
                cursor.execute(f"{table} demonstration bool, PRIMARY KEY (element_id, unit_id, period)) WITHOUT ROWID")
                cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s, %s, %s)", rows)

        taken = []
        for _ in range(3):
            with transaction.atomic():
                taken += seconds(work)
                cursor.execute("DROP TABLE bare")
    return taken


def _where_empty(work: Any) -> list[float]:
    from django.db import connection, transaction

    from indicators.models import Aggregate

    table, taken = Aggregate._meta.db_table, []
    for _ in range(3):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{'TRUNCATE' if connection.vendor == 'postgresql' else 'DELETE FROM'} {table}")
            taken += seconds(work)
            transaction.set_rollback(True)
    return taken


def read_all_once() -> list[float]:
    """The other floor of a full refresh: every value read once by ADBC, as Arrow."""
    from adbc_driver_postgresql import dbapi
    from django.db import connection

    from indicators.models import DataValue

    place = connection.settings_dict
    with dbapi.connect(f"postgresql:///{place['NAME']}?host={place['HOST']}&user={place['USER']}") as peer:

        def work() -> None:
            with peer.cursor() as cursor:
                cursor.execute(f"SELECT element_id, unit_id, period, value FROM {DataValue._meta.db_table}")
                cursor.fetch_arrow_table()

        return seconds(work, 3)


def yearly_partitions() -> list[float]:
    """The peer: DHIS2's way to analytics – a table a year, levels and periods as columns, an index on each.

    Nothing is summed yet: there, sums are made when a page asks.
    """
    from django.db import connection

    from indicators.models import DataValue, OrgUnit

    levels = range(1, max(OrgUnit.objects.values_list("level", flat=True)) + 1)
    above = ", ".join(f"split_part(u.path, '/', {level + 1})::bigint AS level{level}" for level in levels)
    columns = ["element_id", *(f"level{level}" for level in levels), "month", "quarter", "option_id", "attribute_id"]
    years = DataValue.objects.values_list("period", flat=True).distinct()

    def work() -> None:
        with connection.cursor() as cursor:
            for year in sorted({period % 100_000_000 // 10_000 for period in years}):
                cursor.execute(
                    f"CREATE UNLOGGED TABLE bench_{year} AS SELECT v.element_id, {above}, v.period AS month,"
                    f" (v.period % 10000 / 100 - 1) / 3 AS quarter, v.option_id, v.attribute_id, v.value"
                    f" FROM {DataValue._meta.db_table} v JOIN {OrgUnit._meta.db_table} u ON u.id = v.unit_id"
                    f" WHERE v.period % 100000000 / 10000 = {year}"
                )
                for column in columns:
                    cursor.execute(f"CREATE INDEX ON bench_{year} ({column})")

    taken = seconds(work)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'bench\\_2%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
    return taken


def dirty_hundredth() -> list[float]:
    return _dirty(0.01)


def dirty_tenth() -> list[float]:
    return _dirty(0.10)


def dirty_half() -> list[float]:
    return _dirty(0.50)


def _dirty(share: float) -> list[float]:
    """All elements change in that share of the unit-months of the level above facilities: the refresh alone."""
    from indicators.models import DataElement, DataValue, OrgUnit
    from indicators.rollup.actions import refresh_now
    from indicators.values.actions import mark_cells

    chance = np.random.default_rng(7)
    deepest = max(OrgUnit.objects.values_list("level", flat=True))
    below: dict[int, list[int]] = {}
    for unit, parent in OrgUnit.objects.filter(level=deepest).values_list("pk", "parent_id"):
        below.setdefault(parent or 0, []).append(unit)
    months = sorted(DataValue.objects.values_list("period", flat=True).distinct())
    pairs = [(parent, month) for parent in sorted(below) for month in months]
    chosen = [pairs[at] for at in chance.choice(len(pairs), max(1, round(share * len(pairs))), replace=False)]
    elements = sorted(DataElement.objects.filter(derivation="").values_list("pk", flat=True))
    cells = [(element, month, unit) for element in elements for parent, month in chosen for unit in below[parent]]
    # A write of more than this marks whole months, as `values.bulk` does.
    if len(cells) > 20_000:
        cells = sorted({cell[:2] for cell in cells})  # type: ignore[misc]
    mark_cells(cells)
    return seconds(lambda: refresh_now("changed"))
