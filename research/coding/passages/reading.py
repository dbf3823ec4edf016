"""An observation as the coding view shows it: its texts cut where codes begin and end, and what was coded there."""

from collections.abc import Iterable
from typing import NamedTuple

from research.coding.models import CodedPassage
from research.coding.segments import segments
from research.coding.sentences import sentences
from research.observations.models import Observation, Quote


class Sentence(NamedTuple):
    value: str
    """Text and stretch, as the form sends it: `note:0:45`."""
    words: str


class Marked(NamedTuple):
    """A piece of text. `begins`: passages that begin here; `deep`: how many cover it; `names`: their codes."""

    text: str
    begins: tuple[int, ...]
    deep: int
    names: str


class Text(NamedTuple):
    """`name`: `note`, or `quote-` and the primary key of `quote`."""

    name: str
    quote: Quote | None
    language: str
    marked: list[Marked]
    sentences: list[Sentence]


def texts_of(observation: Observation, passages: Iterable[CodedPassage]) -> list[Text]:
    """The note, then the quotes in their order. What is adrift stands in no text."""
    placed = [one for one in passages if not one.adrift]
    found = [_text("note", None, observation.seen, observation.language, placed)]
    for quote in observation.quotes.all():
        found.append(_text(name_of(quote.pk), quote, quote.text, quote.language, placed))
    return found


def name_of(quote: int | None) -> str:
    return f"quote-{quote}" if quote else "note"


def words_now(observation: Observation, passage: CodedPassage) -> str:
    """What stands at its place now; blank where its words are gone."""
    if passage.adrift:
        return ""
    texts = {quote.pk: quote.text for quote in observation.quotes.all()}
    text = texts.get(passage.quote_id or 0, "") if passage.quote_id else observation.seen
    return text[passage.start : passage.end]


def _text(name: str, quote: Quote | None, text: str, language: str, passages: Iterable[CodedPassage]) -> Text:
    own = [one for one in passages if one.quote_id == (quote.pk if quote else None)]
    codes = {one.pk: str(one.code) for one in own}
    marked = [
        Marked(piece.text, piece.begins, len(piece.keys), " · ".join(dict.fromkeys(codes[key] for key in piece.keys)))
        for piece in segments(text, [(one.start, one.end, one.pk) for one in own])
    ]
    offered = [Sentence(f"{name}:{start}:{end}", text[start:end]) for start, end in sentences(text)]
    return Text(name, quote, "" if language == "other" else language, marked, offered)
