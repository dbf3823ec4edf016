"""Small files to import, and what an import said of them."""

import json
from pathlib import Path
from typing import Any

from indicators.exchange.actions import Summary, import_dhis2
from indicators.models import ChangedCell, DataValue, ImportRun, RefreshJob, ValueChange, WaitingRecord

ELEMENT, UNIT = "DataElem001", "OrgUnit0001"


def record(**fields: Any) -> dict[str, Any]:
    return {"dataElement": ELEMENT, "period": "202501", "orgUnit": UNIT, "value": "5", **fields}


def a_file(folder: Path, *records: Any, **common: Any) -> Path:
    path = folder / "values.json"
    path.write_text(json.dumps({**common, "dataValues": list(records)}))
    return path


def take(folder: Path, *records: Any, **common: Any) -> Summary:
    return import_dhis2(a_file(folder, *records, **common), by=None)


def codes(summary: Summary) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.field) for problem in summary.problems]


def counts(summary: Summary) -> tuple[int, ...]:
    return (summary.read, summary.created, summary.updated, summary.unchanged, summary.deleted, summary.rejected)


def assert_nothing_was_written() -> None:
    """But the run itself, which says why."""
    for model in (DataValue, ChangedCell, ValueChange, RefreshJob, WaitingRecord):
        assert not model.objects.exists(), model
    assert not ImportRun.objects.exclude(state=ImportRun.State.REFUSED).exists()
