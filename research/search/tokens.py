"""Texts and questions as stems that SQLite's and PostgreSQL's own full-text engines read alike. Pure.

Each word is stored four times, told apart by its first letter: `f` its French stem, `g` the French stem of the word
without accents, `e` its English stem, `w` the word itself. A word of a question is met where any of its stems is: so
«vaccinees» finds «vaccinées», «ruptures» finds «rupture», «vaccinated» finds «vaccinate», whichever language the page
and the reader are in. Tokens hold only a–z and 0–9, so that no engine cuts them elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

_WORD = re.compile(r"\w+", re.UNICODE)
_UNITED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": " ", "'": " ", "_": " "})
# fmt: off
STOP = frozenset([
    "a", "à", "au", "aux", "avec", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle",
    "elles", "en", "est", "et", "eux", "il", "ils", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "m",
    "ma", "mais", "me", "mes", "n", "ne", "nos", "notre", "nous", "on", "ou", "par", "pas", "pour", "qu",
    "que", "qui", "s", "sa", "se", "ses", "son", "sont", "sur", "t", "ta", "te", "tes", "tu", "un", "une",
    "vos", "votre", "vous", "y", "c", "j", "ça", "the", "of", "and", "to", "in", "is", "it", "that", "for",
    "on", "with", "as", "by", "at", "an", "be", "are", "was", "were", "or", "from", "this",
])
# fmt: on
"""Words that say nothing alone: left out of texts and questions alike, so «rupture de stock» is one phrase."""
LONGEST = 60
"""Characters of a word that are kept."""
PREFIXES = "fge"


class Word(NamedTuple):
    """A word of a text: where it stands, and its tokens by first letter."""

    start: int
    end: int
    stems: tuple[str, ...]
    exact: str


def words(text: str) -> Iterator[Word]:
    """The words of a text that are searched for, in their order, with their place in it."""
    # One character for one, so that places are those of the text: «œ» is united only inside the word.
    plain = text.replace("’", " ").replace("'", " ").replace("_", " ")
    for match in _WORD.finditer(plain):
        written = match[0].lower()
        if written not in STOP:
            stems, exact = _tokens(written[:LONGEST])
            yield Word(match.start(), match.end(), stems, exact)


def fold(text: str) -> str:
    """In small letters, without accents, united letters parted: «Œuvre Élevée» → «oeuvre elevee»."""
    parted = unicodedata.normalize("NFKD", text.lower().translate(_UNITED))
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def indexed(text: str) -> str:
    """The text as it is stored to be searched: the four series of tokens one after the other."""
    found = list(words(text))
    series = [[word.stems[place] for word in found] for place in range(len(PREFIXES))]
    return " ".join(token for one in (*series, [word.exact for word in found]) for token in one)


@lru_cache(maxsize=50_000)
def _tokens(written: str) -> tuple[tuple[str, ...], str]:
    plain = fold(written)
    stems = (_FRENCH.stemWord(written), _FRENCH.stemWord(plain), _ENGLISH.stemWord(plain))
    return tuple(letter + _safe(fold(stem)) for letter, stem in zip(PREFIXES, stems, strict=True)), "w" + _safe(plain)


def _safe(word: str) -> str:
    """Letters that are not a–z or 0–9 as `z` and their number: «ɲ» → «z0272»."""
    return "".join(sign if sign.isascii() and sign.isalnum() else f"z{ord(sign):04x}" for sign in word)


_FRENCH, _ENGLISH = snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english")
