"""What can be approved. Each room tells how its records are found and what of them was looked at."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit


class Subject(NamedTuple):
    """A record or a cell as a person may meet it. `content`: its fingerprint. `authors`: accounts that entered or
    changed some of it. `may_enter`: whether the person may change it as it stands. `values`: name and text of what it
    holds, for a page that has no other to lead to; `url`: that other page, or blank."""

    kind: str
    key: str
    unit: OrgUnit
    label: str
    url: str
    content: str
    authors: frozenset[int]
    may_enter: bool
    period: int | None = None
    element: int | None = None
    values: tuple[tuple[str, str], ...] = ()
    demonstration: bool = False


Finder = Callable[[str, Any], Subject | None]


class Kind(NamedTuple):
    name: str | Promise
    find: Finder


_KINDS: dict[str, Kind] = {}


def register(code: str, name: str | Promise, find: Finder) -> None:
    """`find` gives None for what is not there, and for what this person may not meet: the two cannot be told apart."""
    _KINDS[code] = Kind(name, find)


def kinds() -> Mapping[str, Kind]:
    return _KINDS


def find(kind: str, key: str, user: User) -> Subject | None:
    return _KINDS[kind].find(key, user) if kind in _KINDS else None


def fingerprint(content: Any) -> str:
    """Of anything that JSON can say; what it cannot is said by its text."""
    told = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
