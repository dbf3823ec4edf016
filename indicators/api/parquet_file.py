"""A table as Parquet, written row group by row group: memory holds one of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

TYPE = "application/vnd.apache.parquet"
KINDS = {"text": "object", "number": "float64", "count": "Int64", "flag": "bool"}
"""How a kind of column is kept. `number` and `count` may be missing; text may be too."""
ROWS = 50_000  # of a row group


def write_parquet(path: Path, columns: Mapping[str, str], blocks: Iterable[Sequence[Sequence[Any]]]) -> None:
    """Name of a column → its kind, in the order of the rows' cells. A table without rows has its columns still."""
    import fastparquet  # here: it costs a process memory that few ever need
    import pandas as pd

    encodings = {name: "utf8" for name, kind in columns.items() if kind == "text"}
    for number, rows in enumerate(_of_size(blocks)):
        cells: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(columns)
        frame = pd.DataFrame(
            {
                name: pd.Series(list(column), dtype=KINDS[kind])
                for (name, kind), column in zip(columns.items(), cells, strict=True)
            }
        )
        fastparquet.write(
            str(path), frame, append=number > 0, compression="SNAPPY", write_index=False, object_encoding=encodings,
            has_nulls=True, stats=False,
        )  # fmt: skip


def _of_size(blocks: Iterable[Sequence[Sequence[Any]]]) -> Iterator[list[Sequence[Any]]]:
    """Blocks put together; one empty block where there is nothing."""
    gathered: list[Sequence[Any]] = []
    first = True
    for rows in chain(blocks, [()]):
        gathered += rows
        if len(gathered) >= ROWS or (not rows and (gathered or first)):
            yield gathered
            gathered, first = [], False
