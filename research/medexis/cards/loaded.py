"""Lines of stock cards on their way in from a file, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedLine:
    """A line whose site, product and reason are known by primary key. `client_uuid` is made of the source's own name
    of the line, so that the same line is known again. `lot` is the lot's code, blank without one; lines of one day
    follow one another by `recorded_at`, then in the order given.
    """

    client_uuid: UUID
    site: int
    product: int
    day: date
    reason: int
    quantity: int
    recorded_at: datetime
    lot: str = ""
    expires_on: date | None = None
    vvm: int | None = None
    origin: str = ""
    destination: str = ""
    document: str = ""
    signature: str = ""
    note: str = ""


class Counts(NamedTuple):
    """Lines stored, lines that were there with the same content, and those there with another (`client_uuid`)."""

    created: int
    unchanged: int
    conflicts: tuple[UUID, ...]
