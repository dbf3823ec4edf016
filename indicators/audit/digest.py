"""What a record and its place in the chain hash to. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

GENESIS = "0" * 64


def digest(values: Mapping[str, Any]) -> str:
    """The same for the same values, on either database: no order of columns, no time zone, no spelling of numbers."""
    plain = {name: _plain(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def chained(key: bytes, before: str, number: int, parts: tuple[Any, ...]) -> str:
    """Keyed, so that whoever can write to the database and nothing else cannot forge the entries that follow."""
    said = json.dumps([before, number, *map(_plain, parts)], ensure_ascii=False)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, float | Decimal):
        return format(Decimal(repr(value) if isinstance(value, float) else value).normalize(), "f")
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
