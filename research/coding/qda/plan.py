"""What a project file would bring in, before anybody says yes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from research.coding.models import Code
from research.coding.qda.records import Book, Project
from research.observations.models import Observation, Quote


@dataclass(slots=True)
class NewPassage:
    """`code`: guid in the file; `by`: guid of who coded, None where the file does not say. `text`: place among the
    texts of the plan; `quote`: primary key, where it is no note."""

    guid: UUID
    text: int
    start: int
    end: int
    excerpt: str
    code: UUID
    by: UUID | None
    quote: int | None = None
    adrift: bool = False


@dataclass(slots=True)
class NewMemo:
    """`on`: ("code", guid), ("text", place in the plan), ("passage", guid of the coding) or ("question", number)."""

    guid: UUID
    words: str
    on: tuple[str, Any]
    kind: str = ""
    shared: bool = False


@dataclass(slots=True)
class Text:
    """A text of the file. Without an `observation` it is unknown here and becomes a draft, if the person says where and
    when. `how`: guid, words, or new. `changed`: its words here are others than in the file by now."""

    guid: UUID
    name: str
    words: str
    how: str
    observation: Observation | None = None
    quote: Quote | None = None
    changed: bool = False
    one_sign: bool = False
    passages: int = 0


@dataclass(slots=True)
class Plan:
    """`left_out`: code of `words.LEFT_OUT` and name → how many; `there`: passages and memos that are stored already;
    `untold`: parts of the file that are not carried."""

    project: Project
    known: dict[UUID, Code]
    new_codes: Book
    texts: list[Text] = field(default_factory=list)
    passages: list[NewPassage] = field(default_factory=list)
    memos: list[NewMemo] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)

    @property
    def untold(self) -> Counter[str]:
        return self.project.book.untold

    @property
    def unknown(self) -> list[tuple[int, Text]]:
        return [(place, one) for place, one in enumerate(self.texts) if one.how == "new"]

    @property
    def coders(self) -> list[tuple[UUID | None, str, int]]:
        """Who coded what is new: guid, name in the file, number of passages."""
        names = {one.guid: one.name for one in self.project.people}
        counts = Counter(one.by for one in self.passages)
        return [(guid, names.get(guid, "") if guid else "", count) for guid, count in counts.items()]

    @property
    def asks_for_kind(self) -> bool:
        """Whether a note of the file does not say which kind of memo it is."""
        return any(not one.kind for one in self.memos)

    @property
    def nothing(self) -> bool:
        return not (self.passages or self.memos or self.new_codes.codes or self.unknown)
