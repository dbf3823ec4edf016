"""One piece of a pull: fetched into a file, and the file taken in like any other."""

import json
from pathlib import Path
from typing import Any

from indicators.exchange.dhis2 import references
from indicators.exchange.dhis2.client import Client
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.dhis2.pieces import Piece
from indicators.exchange.dhis2.running import Part
from indicators.exchange.intake import actions as intake
from indicators.exchange.models import COUNTS, Dhis2Pull, ImportRun

VALUES = "dataValueSets"
KIND = "dhis2_json"
_NOTHING = 1000
"""Bytes below which an answer may hold no value at all."""


def take_piece(client: Client, pull: Dhis2Pull, part: Part, folder: str) -> tuple[dict[str, Any], ImportRun | None]:
    """Fetches it and takes it in; returns what to note, and the import if there was something to import. Once more
    changes nothing. Raises Failure."""
    piece, roots = part
    if piece is None:
        take = references.pull_units if pull.what == Dhis2Pull.What.UNITS else references.pull_metadata
        return take(client, Path(folder), by=pull.by), None
    path = Path(folder) / "values.json"
    size = _fetched(client, piece, roots, path)
    noted = {"data_set": piece.data_set, "month": piece.month.id, "bytes": size}
    if _is_empty(path, size):
        return noted | {"read": 0}, None
    run = _taken_in(path, pull, piece)
    counts = {name: getattr(run, name) for name in ("read", *COUNTS)}
    return noted | counts | {"run": run.pk, "state": run.state}, run


def _fetched(client: Client, piece: Piece, roots: list[str], path: Path) -> int:
    try:
        return client.download(VALUES, piece.asked(roots, deleted=True), path)
    except Failure as failure:
        if failure.code != "refused":
            raise
    # Some servers that speak the interface do not tell deleted values, and say so.
    return client.download(VALUES, piece.asked(roots, deleted=False), path)


def _is_empty(path: Path, size: int) -> bool:
    """Whether the server has no values for what was asked: DHIS2 then answers `{}`, or an empty list."""
    if size > _NOTHING:
        return False
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        raise Failure("cut") from None
    return not content.get("dataValues")


def _taken_in(path: Path, pull: Dhis2Pull, piece: Piece) -> ImportRun:
    """Whole or not at all. With rejected records nothing is written: a person sees the preview and decides."""
    name = f"{pull.server.key} {piece.file_name}"
    run = intake.import_now(path, file_name=name, by=pull.by, kind=KIND)
    if run.state == ImportRun.State.COMMITTED or run.state == ImportRun.State.PREVIEWED:
        return run
    problems = [one.get("code") for one in run.report.get("problems", [])]
    if "another_import_running" in problems:
        raise Failure("busy")
    if not run.rejected:
        pull.runs.add(run)
        if "bad_json" in problems:
            raise Failure("cut")  # between two records, where it cannot be told from the end before it is read
        raise Failure("file_refused")
    intake.drop(run, by=pull.by)
    return intake.receive(path, file_name=name, by=None, kind=KIND)
