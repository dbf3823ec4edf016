"""The concept of data elements that came without one. No database."""

from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "concepts.yaml"


def concept_of(uid: str) -> str:
    """The concept of the data element with that uid; empty where none is known."""
    return _concepts().get(uid, "")


@cache
def _concepts() -> dict[str, str]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))
