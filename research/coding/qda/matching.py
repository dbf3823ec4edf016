"""Which of our texts a text of a file is: by guid, then by its words whole. Never by its name."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from research.coding.models import Code, Codebook
from research.coding.qda.codes import of_edition
from research.coding.qda.offsets import normalised
from research.coding.qda.records import Book
from research.observations.models import Observation, Quote
from research.observations.queries import quotes_readable_by, readable_by


class Place(NamedTuple):
    """A text of ours: the note of an observation, or one of its quotes (primary keys)."""

    observation: int
    quote: int | None = None


class Texts(NamedTuple):
    """The texts that a person may read: by the guid that they bear in files, and by the fingerprint of their words."""

    by_guid: Mapping[UUID, Place]
    by_words: Mapping[str, list[Place]]


def guid_of_quote(observation: UUID, quote: int) -> UUID:
    """A note bears the `client_uuid` of its observation; a quote one made from it and from its primary key."""
    return uuid5(observation, f"quote {quote}")


def fingerprint(text: str) -> str:
    return sha256(normalised(text).encode("utf-8", "surrogatepass")).hexdigest()


def texts_for(user: Any) -> Texts:
    by_guid: dict[UUID, Place] = {}
    by_words: dict[str, list[Place]] = {}
    for guid, words, place in _texts(user):
        by_guid[guid] = place
        by_words.setdefault(fingerprint(words), []).append(place)
    return Texts(by_guid, by_words)


def taken_by_others(guids: set[UUID], texts: Texts) -> set[UUID]:
    """Those of the guids under which an observation is stored that the person may not read."""
    return set(Observation.objects.filter(client_uuid__in=guids).values_list("client_uuid", flat=True)) - set(
        texts.by_guid
    )


def known_codes(book: Book) -> dict[UUID, Code]:
    """Guid in the file → our code. A codebook that the file names as a set is taken in that version; else the version
    in use that holds the guid, else the latest that was. Drafts are not coded with, so they are not looked at."""
    found: dict[UUID, Code] = {}
    wanted = {guid for one in book.sets for guid in one.codes} | set(_guids(book))
    rows = Code.objects.filter(guid__in=wanted).exclude(codebook__state=Codebook.State.DRAFT)
    for code in rows.select_related("codebook").order_by("codebook__edition"):
        before = found.get(code.guid)
        if before is None or before.codebook.state != Codebook.State.PUBLISHED:
            found[code.guid] = code
    sets = {one.guid: set(one.codes) for one in book.sets}
    named = Codebook.objects.filter(guid__in=sets).exclude(state=Codebook.State.DRAFT).prefetch_related("codes")
    for codebook in named:
        for code in codebook.codes.all():
            code.codebook = codebook
            for guid in {code.guid, of_edition(codebook, code)} & sets[codebook.guid]:
                found[guid] = code
    return found


def _guids(book: Book) -> Iterator[UUID]:
    rows = list(book.codes)
    while rows:
        node = rows.pop()
        yield node.guid
        rows += node.children


def _texts(user: Any) -> Iterator[tuple[UUID, str, Place]]:
    notes = readable_by(user).order_by().prefetch_related(None).select_related(None)
    for pk, guid, words in notes.values_list("pk", "client_uuid", "seen").iterator(2000):
        yield guid, words, Place(pk)
    quotes = quotes_readable_by(user).order_by().select_related(None)
    columns = ("pk", "observation", "observation__client_uuid", "text")
    for pk, observation, guid, words in quotes.values_list(*columns).iterator(2000):
        yield guid_of_quote(guid, pk), words, Place(observation, pk)


def text_at(place: Place) -> tuple[Observation, Quote | None, str]:
    """The stored rows, and the words as they are stored."""
    observation = Observation.objects.select_related("site").get(pk=place.observation)
    quote = Quote.objects.get(pk=place.quote) if place.quote else None
    return observation, quote, quote.text if quote else observation.seen
