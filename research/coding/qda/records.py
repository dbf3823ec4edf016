"""A project of qualitative analysis as REFI-QDA 1.0 tells it, as far as it is carried here. Pure.

A `guid` is that of the file; what has none, or none that can be read, gets one made from its place.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID


class Unreadable(Exception):
    """The file cannot be read: `code` is a key of `research/coding/qda/words.py`, `value` what it is about."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code}: {value}")
        self.code, self.value = code, value


@dataclass(frozen=True, slots=True)
class CodeNode:
    """`codable`: applied to texts; else it only groups others. `colour`: `#rrggbb`, or blank."""

    guid: UUID
    name: str
    codable: bool = True
    colour: str = ""
    description: str = ""
    notes: tuple[UUID, ...] = ()
    children: tuple["CodeNode", ...] = ()


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A set of codes, sources or notes. A codebook of ours is the set of its codes, under the codebook's guid."""

    guid: UUID
    name: str
    description: str = ""
    codes: tuple[UUID, ...] = ()
    sources: tuple[UUID, ...] = ()
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    guid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Coding:
    """A code put on a stretch or on a whole source. `by`: guid of the person; None: not said."""

    guid: UUID
    code: UUID
    by: UUID | None = None
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Characters `start` to `end` (not included) of the source's plain text, as the file counts them."""

    guid: UUID
    start: int
    end: int
    name: str = ""
    description: str = ""
    by: UUID | None = None
    codings: tuple[Coding, ...] = ()
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class TextSource:
    """`text`: the plain text where the XML holds it; else None, and `path` says where it stands."""

    guid: UUID
    name: str
    path: str = ""
    text: str | None = None
    description: str = ""
    by: UUID | None = None
    selections: tuple[Selection, ...] = ()
    codings: tuple[Coding, ...] = ()
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    guid: UUID
    name: str = ""
    path: str = ""
    text: str | None = None
    description: str = ""
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A codebook file. `untold` counts what stands in it and is not read, by its path."""

    codes: tuple[CodeNode, ...] = ()
    sets: tuple[CodeSet, ...] = ()
    origin: str = ""
    untold: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Project:
    """`notes_on_project`: guids of notes that hang on the project as a whole."""

    name: str
    book: Book
    people: tuple[Person, ...] = ()
    sources: tuple[TextSource, ...] = ()
    notes: tuple[Note, ...] = ()
    notes_on_project: tuple[UUID, ...] = ()
    description: str = ""


def every(codes: tuple[CodeNode, ...], parent: CodeNode | None = None) -> Iterator[tuple[CodeNode, CodeNode | None]]:
    """Each code with the one above it, parents first, in the order of the file."""
    for code in codes:
        yield code, parent
        yield from every(code.children, code)
