"""Files of values are read in a process of its own (`indicators.exchange.confined`), into a spool."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from indicators.exchange import confined
from indicators.exchange.intake import spool

MEMORY = 1024**3
SECONDS = 900
"""Of the processor."""
WALL = 900


def read(
    path: Path,
    folder: Path,
    *,
    kind: str,
    options: Mapping[str, Any],
    tell: Callable[[int], None] = lambda rows: None,
) -> spool.Said:
    """Has the file read into a spool in `folder`; `tell` gets the rows read so far. Raises BadFile."""
    limits = confined.Limits(MEMORY, SECONDS, WALL)
    arguments = [str(path.resolve()), kind, json.dumps(dict(options))]
    confined.run(__name__, arguments, folder, limits, lambda: tell(spool.rows_so_far(folder)))
    return spool.said(folder)


if __name__ == "__main__":
    from indicators.exchange.readers import kinds  # here, for the worker needs no reader

    def _read(into: Path) -> None:
        path = Path(sys.argv[1])
        found = sys.argv[2] or kinds.recognise(path)
        spool.write(kinds.KINDS[found].read(path, json.loads(sys.argv[3])), into, kind=found)

    sys.exit(confined.work(_read))
