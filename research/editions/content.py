"""The content of an edition as one canonical text, and its fingerprint. Pure.

The same content always has the same text: keys in order, no spaces, no number that a database or a machine would write
in another way (floats are kept to twelve digits). The fingerprint is SHA-256 over its UTF-8 bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

FORMAT = 1
"""Raised where the meaning of the content changes; a reader of old editions then knows."""


def canonical(content: Mapping[str, Any]) -> str:
    """ValueError where a number is infinite or NaN: it would be no JSON."""
    text = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def whole(
    *,
    about: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
    definitions: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that an edition tells. `sections`: kind, words and drawn of each, in order. The values of all sections
    stand once, by key; the sections' blocks name them."""
    values: dict[str, Any] = {}
    for section in sections:
        values |= section["drawn"].get("values", {})
    return {
        "format": FORMAT,
        **about,
        "sections": [
            {"kind": one["kind"], "words": one["words"], "blocks": one["drawn"].get("blocks", [])} for one in sections
        ],
        "values": values,
        "definitions": dict(definitions),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        rounded = float(f"{value:.12g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value]
