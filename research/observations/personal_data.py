"""Texts that may tell who somebody is: telephone numbers, e-mail addresses, coordinates, a title before a name. Pure.

It asks, it does not decide: the words are shown to the writer, who knows whether «76 12 34 56» is a number of doses.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    COORDINATES = "coordinates"
    NAME = "name"


class Trace(NamedTuple):
    kind: Kind
    excerpt: str  # the words as written


_PATTERNS = (
    (Kind.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    # A pair of decimal degrees, or degrees and minutes. Temperatures («+2 °C») have neither.
    (
        Kind.COORDINATES,
        re.compile(r"-?\d{1,3}[.,]\d{3,}\s*°?\s*[NSEOW]?\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}\s*°?\s*[NSEOW]?"),
    ),
    (Kind.COORDINATES, re.compile(r"\d{1,3}\s*°\s*\d{1,2}(?:[.,]\d+)?\s*['′’]")),
    # International; then Mali's eight digits, which begin with 2 or 5 to 9, written together or in pairs.
    (Kind.PHONE, re.compile(r"(?<![\w+])(?:\+|00)\d(?:[\s.\-/()]?\d){7,13}(?!\d)")),
    (Kind.PHONE, re.compile(r"(?<![\d.,/-])[25-9]\d(?:([\s.\-/]?)\d{2})(?:\1\d{2}){2}(?![\d/-]|[.,]\d)")),
    (Kind.NAME, re.compile(r"\b(?:M\.|Mr\.?|Mme\.?|Mlle|Dr\.?|Docteur|Monsieur|Madame)\s+[A-ZÉÈ][\w’'-]+")),
)
_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def traces(*texts: str) -> list[Trace]:
    """What looks like personal data in the texts, each wording once, in the order of the kinds above."""
    return list(dict.fromkeys(_traces("\n".join(texts))))


def _traces(text: str) -> Iterator[Trace]:
    taken: list[range] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            inside = any(match.start() in span for span in taken)
            if not inside and not _DAY.fullmatch(match[0]):
                taken.append(range(*match.span()))
                yield Trace(kind, match[0].strip())
