"""One piece of evidence as a page shows it and as a link remembers it. Pure."""

import hashlib
import json
from typing import Any, NamedTuple


class Item(NamedTuple):
    """`seen`: what it is now, small and without anybody's words (texts as hashes), so that a link may keep it.

    `withdrawn`: it was taken back and supports nothing any more. `newer`: what came after it, for a series.
    `readable`: whether the person may open it; what they may not read has no `detail` and no `url`.
    """

    kind: str
    key: str
    label: str
    detail: str = ""
    url: str = ""
    seen: dict[str, Any] = {}  # never changed
    withdrawn: bool = False
    newer: dict[str, Any] = {}
    demonstration: bool = False
    readable: bool = True


def fingerprint(seen: dict[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def shortened(*texts: Any) -> str:
    """A hash that stands for texts which a link must not repeat."""
    return hashlib.sha256("\x1f".join(str(text) for text in texts).encode()).hexdigest()[:16]


def hidden(item: Item) -> Item:
    """The same item for somebody who may not read it: that it is there, and nothing of what it says."""
    return item._replace(label="", detail="", url="", readable=False)
