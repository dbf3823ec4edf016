"""The first rows of a table, read in a process of its own: the file is as foreign here as in an import.

The process gets the file's path and how to read it on its input, and answers with JSON; it limits its own memory and
processor time before it opens the file.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indicators.exchange.problems import BadFile, Problem
from indicators.exchange.records import Row

SHOWN = 20
MEMORY, SECONDS, WALL = 1024**3, 30, 60
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Look:
    """`lines`: number and cells of the first lines, whatever they are. `made`: what a mapping makes of those below the
    header, rows and problems in the order of the file; `suggestion`: a spec to begin with, {} where one was given.
    """

    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    suggestion: dict[str, Any] = field(default_factory=dict)
    made: list[Row | Problem] = field(default_factory=list)
    problem: Problem | None = None


def look(path: Path, how: Keyed[str, Any]) -> Look:
    """`how`: `sheet`, `encoding`, `delimiter` to read with ("" finds them), and `spec`, a whole mapping, or None.

    Where the file cannot be read so, the Look has a `problem`, and no lines where nothing can be shown.
    """
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"}
    asked = json.dumps({"path": str(path.resolve()), **how})
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(
            command, input=asked.encode(), capture_output=True, env=environment, timeout=WALL, check=False
        )
    except subprocess.TimeoutExpired:
        return Look(problem=Problem("too_costly", None, None, ""))
    if done.returncode:
        return Look(problem=Problem("too_costly", None, None, ""))
    told = json.loads(done.stdout)
    told["made"] = [Row(*it) if len(it) > len(_PROBLEM) else Problem(*it) for it in told["made"]]
    told["problem"] = Problem(*told["problem"]) if told["problem"] else None
    return Look(**told)


_PROBLEM = ("code", "row", "field", "value")


def _main(asked: dict[str, Any]) -> dict[str, Any]:
    """Raises BadFile where not even lines can be shown."""
    from indicators.exchange.mapping import LONG, Mapping
    from indicators.exchange.readers.table import preview_rows
    from indicators.exchange.records import Note, Unreadable

    path, sheet, spec = Path(asked["path"]), asked["sheet"], asked["spec"]
    # No column and no header: the lines as they stand, whatever is wrong with the mapping.
    bare = Mapping(LONG, (), header_row=0, encoding=asked["encoding"], delimiter=asked["delimiter"])
    seen = preview_rows(path, bare, SHOWN, sheet=sheet)
    made: list[Any] = []
    problem, suggestion = None, {}
    try:
        mapped = preview_rows(path, spec, SHOWN, sheet=sheet)
    except BadFile as bad:
        problem = bad.problem
    else:
        problem = mapped.problem
        suggestion = {} if spec else mapped.spec
        for item in mapped.items if spec else ():
            if isinstance(item, Unreadable):
                made += [_flat(it) for it in item.problems]
            elif not isinstance(item, Note):
                made.append(list(item))
    return {
        "sheets": [info.name for info in seen.sheets],
        "sheet": seen.sheet,
        "encoding": seen.encoding,
        "delimiter": seen.delimiter,
        "lines": seen.lines,
        "suggestion": suggestion,
        "made": made,
        "problem": _flat(problem) if problem else None,
    }


def _flat(problem: Problem) -> list[Any]:
    return [problem.code, problem.row, problem.field, problem.value]


def _limited() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _answer() -> int:
    _limited()
    try:
        told = _main(json.load(sys.stdin))
    except BadFile as bad:
        told = {"made": [], "problem": _flat(bad.problem)}
    except MemoryError:
        return 9
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(_answer())
