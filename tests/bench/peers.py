"""What others take for the same totals of the same rows, in the same run."""

from typing import Any

from tests.bench.timing import seconds

STAGED = """
CREATE OR REPLACE TEMP TABLE months AS
    SELECT element, unit, period, sum(value) AS sum FROM v GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE first AS
    SELECT element, above AS unit, period, sum(sum) AS sum, count(*) AS reported
    FROM months JOIN nearest USING (unit) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE up AS
    SELECT element, above AS unit, period, sum(sum) AS sum, sum(reported) AS reported
    FROM first JOIN closure USING (unit) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE over_time AS
    SELECT element, unit, longer.period, sum(sum) AS sum, sum(reported) AS reported
    FROM up JOIN longer ON longer.month = up.period GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE total AS SELECT * FROM up UNION ALL SELECT * FROM over_time;
"""


_TABLES = ("bench_nearest", "bench_closure", "bench_longer")
STAGED_IN_SQL = """
WITH months AS (
    SELECT element_id AS element, unit_id AS unit, period, sum(value) AS sum
    FROM VALUES_TABLE WHERE element_id IN (SELECT id FROM indicators_dataelement WHERE aggregation = 'SUM'
    AND value_type IN ('NUMBER', 'INTEGER', 'INTEGER_POSITIVE', 'INTEGER_NEGATIVE', 'INTEGER_ZERO_OR_POSITIVE'))
    GROUP BY element_id, unit_id, period
), first AS (
    SELECT element, n.b AS unit, period, sum(sum) AS sum, count(*) AS reported
    FROM months JOIN bench_nearest n ON n.a = unit GROUP BY element, n.b, period
), up AS (
    SELECT element, c.b AS unit, period, sum(sum) AS sum, sum(reported) AS reported
    FROM first JOIN bench_closure c ON c.a = unit GROUP BY element, c.b, period
)
SELECT * FROM up UNION ALL
SELECT element, unit, l.b AS period, sum(sum) AS sum, sum(reported) AS reported
FROM up JOIN bench_longer l ON l.a = up.period GROUP BY element, unit, l.b
"""


def duckdb_group_by() -> list[float]:
    """The peer: the same rows in DuckDB's own file, staged to the same totals with the same two cores."""
    import os

    import duckdb
    import pandas as pd

    from indicators.rollup import tables

    peer = duckdb.connect(os.environ["DUCKDB_FILE"], config={"threads": os.cpu_count() or 1})
    values = tables.read_values(list(_added_up().values_list("pk", flat=True)))
    nearest, closure, longer = tree_and_periods()
    frames: dict[str, tuple[dict[str, Any], str]] = {
        "v": (dict(zip(("element", "unit", "period", "value"), values, strict=False)), "INT, INT, INT, DOUBLE"),
        "nearest": (dict(zip(("unit", "above"), zip(*nearest, strict=True), strict=True)), "INT, INT"),
        "closure": (dict(zip(("unit", "above"), zip(*closure, strict=True), strict=True)), "INT, INT"),
        "longer": (dict(zip(("month", "period"), zip(*longer, strict=True), strict=True)), "INT, INT"),
    }
    for name, (columns, kinds) in frames.items():
        source = pd.DataFrame(columns)  # noqa: F841 – DuckDB finds it by name
        typed = ", ".join(f"{column} {kind}" for column, kind in zip(columns, kinds.split(", "), strict=True))
        peer.execute(f"CREATE TABLE {name} ({typed}); INSERT INTO {name} SELECT * FROM source")
    del values, frames
    taken = seconds(lambda: peer.execute(STAGED), 5)
    found = peer.execute("SELECT count(*), sum(sum), sum(reported) FROM total").fetchone()
    _same_as_ours(found)
    return taken


def database_sql() -> list[float]:
    """The peer inside: the same totals by the database's own SQL, as a materialized view where it has them."""
    from django.db import connection

    from indicators.models import DataValue

    query = STAGED_IN_SQL.replace("VALUES_TABLE", DataValue._meta.db_table)
    with connection.cursor() as cursor:
        for name, rows in zip(_TABLES, tree_and_periods(), strict=True):
            cursor.execute(f"CREATE TABLE {name} (a integer, b integer, PRIMARY KEY (a, b))")
            cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s)", rows)
        if connection.vendor == "postgresql":
            cursor.execute("; ".join(f"ANALYZE {name}" for name in _TABLES))
            cursor.execute(f"CREATE MATERIALIZED VIEW bench_totals AS {query} WITH NO DATA")
            taken = seconds(lambda: cursor.execute("REFRESH MATERIALIZED VIEW bench_totals"))
        else:
            taken = seconds(lambda: cursor.execute(f"CREATE TABLE bench_totals AS {query}"))
        cursor.execute("SELECT count(*), sum(sum), sum(reported) FROM bench_totals")
        _same_as_ours(cursor.fetchone())
        cursor.execute(f"DROP {'MATERIALIZED VIEW' if connection.vendor == 'postgresql' else 'TABLE'} bench_totals")
        for name in _TABLES:
            cursor.execute(f"DROP TABLE {name}")
    return taken


def tree_and_periods() -> tuple[list[tuple[int, Any]], ...]:
    """What the peers join: (unit, its parent, or itself where it has units below), (such a unit, it and each above it),
    (month, its quarter or year).

    Facilities' own numbers are no totals: they are read from the values, here and there.
    """
    from indicators.models import DataValue, OrgUnit
    from indicators.periods import Frequency, Period

    inner = set(OrgUnit.objects.exclude(parent=None).values_list("parent_id", flat=True))
    units = list(OrgUnit.objects.all())
    nearest = [(unit.pk, unit.pk if unit.pk in inner else unit.parent_id) for unit in units]
    closure = [(unit.pk, above) for unit in units if unit.pk in inner for above in unit.ancestor_ids]
    months = [Period.from_code(code) for code in DataValue.objects.values_list("period", flat=True).distinct()]
    both = (Frequency.QUARTER, Frequency.YEAR)
    return nearest, closure, [(month.code, month.within(kind).code) for month in months for kind in both]


def _added_up() -> Any:
    """The elements that peers add up: ours are those, and what is averaged or derived besides."""
    from indicators.models import DataElement
    from indicators.rollup.tables import SUMMED

    return DataElement.objects.filter(SUMMED, aggregation="SUM", derivation="")


def _same_as_ours(found: Any) -> None:
    from django.db.models import Count, Sum

    from indicators.models import Aggregate

    ours = Aggregate.objects.filter(element__in=_added_up()).aggregate(
        n=Count("element_id"), total=Sum("sum"), reported=Sum("reported")
    )
    assert found is not None
    assert found[0] == ours["n"]
    assert abs(found[1] - ours["total"]) < 0.01 + 1e-9 * abs(found[1])
    assert found[2] == ours["reported"]
