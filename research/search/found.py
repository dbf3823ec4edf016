"""What a record says to the search. Each room's records are read in `sources/`."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from research.search.models import SearchEntry

Kind, Level = SearchEntry.Kind, SearchEntry.Level


class Found(NamedTuple):
    """One entry: `fr` and `en` are its title; `body` all its words in whatever language they were written."""

    fr: str
    en: str
    address: str
    body: str = ""
    level: str = Level.OPEN
    site: int | None = None
    owner: int | None = None
    question: int | None = None
    day: date | None = None
    demonstration: bool = False


class Source(NamedTuple):
    """A kind of record that can be found.

    `rows`: all of them with what `read` needs fetched; `read`: the entry, or None where a record is not to be found.
    `prefix` tells records of different models within one kind apart. `parts`: models whose rows belong to a record,
    with the field that leads to it (over dots): when one of them changes the record is read again.
    """

    model: type[Model]
    kind: str
    rows: Callable[[], QuerySet[Any]]
    read: Callable[[Any], Found | None]
    prefix: str = ""
    parts: tuple[tuple[type[Model], str], ...] = ()

    def key(self, pk: Any) -> str:
        return f"{self.prefix}{pk}"


def texts(*parts: Any) -> str:
    """The texts that are not blank, each once, on lines of their own."""
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))
