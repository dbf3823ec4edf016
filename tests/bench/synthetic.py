"""A made-up country to measure with: 11 regions, 75 districts, 1,700 (or 17,000) facilities, 60 months, 40 elements.

The same seed gives the same values every time: about 4 (or 40) million, 2 % of the cells missing at random.
"""

import os
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FACILITIES = {"tiny": 85, "4m": 1_700, "40m": 17_000}
REGIONS, DISTRICTS, ELEMENTS, YEARS = 11, 75, 40, range(2021, 2026)
REPORTED = 0.98
SEED = 20_251_122
COLUMNS = ("element_id", "period", "unit_id", "option_id", "attribute_id", "value", "batch_id")


def load() -> None:
    """Units, elements and values into the empty tables, in the order of the key and past every rule."""
    from django.db import connection, transaction

    from indicators.models import DataValue

    table = DataValue._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        for columns in _values(_facilities(), _elements()):
            put(cursor, table, columns)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def put(cursor, table: str, columns: dict[str, NDArray]) -> None:
    """The floor of every write: binary COPY of ready rows, or `executemany`."""
    from django.db import connection

    from indicators.values.copying import copy_in, packed

    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        copy_in(cursor, f"{table} ({names})", packed(columns))
        return
    rows = list(zip(*(column.tolist() for column in columns.values()), strict=True))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


def _facilities() -> list[int]:
    from indicators.models import OrgUnit

    country = _level(1, [None], 1)
    regions = _level(2, country, REGIONS)
    districts = _level(3, regions, DISTRICTS)
    return [
        unit.pk for unit in _level(4, districts, FACILITIES[os.environ["BENCH_SCALE"]]) if isinstance(unit, OrgUnit)
    ]


def _level(level: int, parents: list, count: int) -> list:
    from indicators.models import OrgUnit

    above = [parents[number % len(parents)] for number in range(count)]
    made = OrgUnit.objects.bulk_create(
        OrgUnit(uid=f"U{level}{number:09d}", name=f"{level}/{number}", level=level, parent=parent, path="")
        for number, parent in enumerate(above)
    )
    for unit, parent in zip(made, above, strict=True):
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    OrgUnit.objects.bulk_update(made, ["path"], batch_size=300)
    return made


def _elements() -> list[int]:
    from indicators.models import DataElement

    made = DataElement.objects.bulk_create(
        DataElement(uid=f"E{number:010d}", name_fr=str(number), name_en=str(number), value_type="NUMBER")
        for number in range(ELEMENTS)
    )
    DataElement.objects.filter(pk=made[0].pk).update(concept="DTP1")
    return [element.pk for element in made]


def _values(units: list[int], elements: list[int]) -> Iterator[dict[str, NDArray]]:
    from indicators.models import Batch, OptionCombo
    from indicators.periods import Frequency, Period

    combo = OptionCombo.objects.get_or_create(uid=OptionCombo.DEFAULT_UID, defaults={"name": "default"})[0].pk
    batch = Batch.objects.create(origin="import", label="synthetic").pk
    months = np.array([Period(Frequency.MONTH, year, number).code for year in YEARS for number in range(1, 13)])
    chance = np.random.default_rng(SEED)
    for element in elements:
        month, unit = (grid.ravel() for grid in np.meshgrid(months, np.array(units), indexing="ij"))
        there = chance.random(len(month)) < REPORTED
        value = chance.poisson(20, len(month)).astype(float)[there]
        fixed = {name: np.full(len(value), one) for name, one in (("option_id", combo), ("attribute_id", combo))}
        yield {
            "element_id": np.full(len(value), element), "period": month[there], "unit_id": unit[there], **fixed,
            "value": value, "batch_id": np.full(len(value), batch),
        }  # fmt: skip
