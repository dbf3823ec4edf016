"""What can be evidence. Each kind is read by one function: keys and a person in, items by key out, few queries.

A key names its thing by what lasts: a row by its primary key; a stock-out by `<site>/<product>/<first day>`, because
episodes are made anew from their sources; a number by `<indicator>/<unit>/<period>`, a series by
`<indicator>/<unit>/<first period>..<last period>` (units by primary key).
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.periods import BadPeriod, Period
from indicators.registry.definitions import definitions, rival_definitions
from research.evidence.kinds import documents, numbers, records, said
from research.evidence.kinds.item import Item, fingerprint
from research.evidence.models import EvidenceLink

__all__ = ["LONGEST_SERIES", "Item", "find", "find_all", "fingerprint", "parse", "register"]

Kind = EvidenceLink.Kind
_READERS: dict[str, Callable[[Collection[str], Any], dict[str, Item]]] = {
    Kind.OBSERVATION: said.observations,
    Kind.QUOTE: said.quotes,
    Kind.PASSAGE: said.passages,
    Kind.VISIT: records.visits,
    Kind.ACTION: records.actions,
    Kind.STOCK_OUT: records.stock_outs,
    Kind.STOCK_REPORT: records.stock_reports,
    Kind.READING: numbers.values,
    Kind.SERIES: numbers.series,
    Kind.DOCUMENT: documents.documents,
}
LONGEST_SERIES = 120
"""Periods of one series."""
_ROW = re.compile(r"[1-9][0-9]{0,17}")
_PRODUCT = re.compile(r"[a-z0-9_-]{1,60}")


def register(kind: str, reader: Callable[[Collection[str], Any], dict[str, Item]]) -> None:
    """For rooms that lean on this one: what reads the things of a kind that are theirs (`AppConfig.ready`)."""
    _READERS[kind] = reader


def find(kind: str, keys: Collection[str], user: Any) -> dict[str, Item]:
    """The things of one kind by key; what is not there has no key. `user` None: the system itself, which hides nothing.

    What the person may not read is there without its words (`Item.readable`).
    """
    return _READERS[kind](list(keys), user) if keys else {}


def find_all(links: Iterable[tuple[str, str]], user: Any) -> dict[tuple[str, str], Item]:
    """The things that the (kind, key) pairs name; a few queries for each kind among them."""
    keys: dict[str, set[str]] = {}
    for kind, key in links:
        keys.setdefault(kind, set()).add(key)
    return {(kind, key): item for kind, of in keys.items() for key, item in find(kind, of, user).items()}


def parse(kind: str, key: str) -> str:
    """The key as it is stored. Raises ValidationError where the kind has no such keys; whether the thing is there,
    `find` says."""
    wrong = ValidationError(_("This names no piece of evidence."), code="key")
    if kind not in _READERS:
        raise wrong
    try:
        whole = _CHECKS.get(kind, _row)(key.strip())
    except (ValueError, BadPeriod) as error:
        raise wrong from error
    return whole


def _row(key: str) -> str:
    if not _ROW.fullmatch(key):
        raise ValueError
    return key


def _stock_out(key: str) -> str:
    site, product, start = key.split("/")
    if not _PRODUCT.fullmatch(product):
        raise ValueError
    return f"{_row(site)}/{product}/{date.fromisoformat(start).isoformat()}"


def _reading(key: str) -> str:
    code, unit, period = key.split("/")
    return f"{_code(code)}/{_row(unit)}/{Period.parse(period).id}"


def _series(key: str) -> str:
    code, unit, span = key.split("/")
    first, last = (Period.parse(text) for text in span.split(".."))
    if first.frequency != last.frequency or last < first or first.shift(LONGEST_SERIES - 1) < last:
        raise ValueError
    return f"{_code(code)}/{_row(unit)}/{first.id}..{last.id}"


def _code(code: str) -> str:
    if code not in definitions() and code not in rival_definitions():
        raise ValueError
    return code


_CHECKS: dict[str, Callable[[str], str]] = {Kind.STOCK_OUT: _stock_out, Kind.READING: _reading, Kind.SERIES: _series}
