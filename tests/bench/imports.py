"""Files of a million values: read in a child process, checked, compared, taken in. The floor is `steps.write_bare`."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

HEADER = ("dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value")
FIELDS = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value")


def import_json() -> list[float]:
    """From the file on the disk until its values are committed, with nothing stored of their months."""
    return _imported("values.json", _write_json)


def import_csv() -> list[float]:
    return _imported("values.csv", _write_csv)


def _imported(name: str, write: Callable[[Path, Iterator[tuple[str, ...]]], None]) -> list[float]:
    from django.db import connection

    from indicators.exchange.intake.actions import import_now
    from indicators.models import DataValue
    from tests.bench.steps import SINCE
    from tests.bench.timing import seconds

    path = Path(os.environ["VAR_DIR"]) / name
    write(path, _records())
    taken = []
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {DataValue._meta.db_table} WHERE period >= %s", [SINCE])

        def work() -> None:
            run = import_now(path, file_name=name, by=None)
            assert run.read == run.created > 0, run.report

        taken += seconds(work)
    path.unlink()
    return taken


def _records() -> Iterator[tuple[str, ...]]:
    from indicators.models import DataElement, OptionCombo, OrgUnit
    from indicators.periods import Period
    from tests.bench.steps import _rows

    elements, units, combos = (
        dict(model.objects.values_list("pk", "uid")) for model in (DataElement, OrgUnit, OptionCombo)
    )
    columns = [column.tolist() for column in _rows().values()]
    months = {code: Period.from_code(code).id for code in set(columns[1])}
    for element, month, unit, option, attribute, value, _ in zip(*columns, strict=True):
        yield elements[element], months[month], units[unit], combos[option], combos[attribute], str(value)


def _write_json(path: Path, records: Iterator[tuple[str, ...]]) -> None:
    with path.open("w") as out:
        out.write('{"dataValues":[')
        between = ""
        while some := list(islice(records, 10_000)):
            out.write(between + ",".join(json.dumps(dict(zip(FIELDS, record, strict=True))) for record in some))
            between = ","
        out.write("]}")


def _write_csv(path: Path, records: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([HEADER, *records])
