"""Files on their way in, and what stands in the database afterwards."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from indicators.exchange.intake import actions
from indicators.exchange.models import COUNTS
from indicators.models import DataValue, ImportRun, User, ValueComment

_numbers = count(1)


def a_file(folder: Path, *records: Any, **common: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"values-{next(_numbers)}.json"
    path.write_text(json.dumps({**common, "dataValues": list(records)}))
    return path


def received(path: Path, *, by: User | None = None, **fields: Any) -> ImportRun:
    return actions.receive(path, file_name=path.name, by=by, **fields)


def previewed(path: Path, *, by: User | None = None, **fields: Any) -> ImportRun:
    run = received(path, by=by, **fields)
    assert actions.preview(run.pk)
    run.refresh_from_db()
    return run


def taken(path: Path, *, by: User | None = None, valid_only: bool = False) -> ImportRun:
    run = previewed(path, by=by)
    assert run.state == ImportRun.State.PREVIEWED, run.report
    actions.ask_commit(run, by=by, valid_only=valid_only)
    assert actions.commit(run.pk)
    run.refresh_from_db()
    return run


def counts(run: ImportRun) -> dict[str, int]:
    """Those that are not 0; they add up to `read`, in every state."""
    assert run.read == sum(getattr(run, name) for name in COUNTS)
    return {name: number for name in COUNTS if (number := getattr(run, name))}


def codes(run: ImportRun) -> list[tuple[str, int | None, str | None]]:
    return [(it["code"], it["row"], it["field"]) for it in run.report["problems"]]


def stored() -> dict[tuple[Any, ...], tuple[float, int]]:
    """Cell → value and batch."""
    return {row.pk: (row.value, row.batch_id) for row in DataValue.objects.all()}


def comments() -> dict[tuple[Any, ...], tuple[str, int]]:
    return {row.pk: (row.text, row.batch_id) for row in ValueComment.objects.all()}


def numbers() -> list[float]:
    return sorted(value for value, _ in stored().values())
