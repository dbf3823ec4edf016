"""A checklist as plain data: what the rules of answers and scores read, without the database.

`sheet_of` makes it from rows; texts are in the language of the moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

YES_NO, NUMBER, CHOICE, CHOICES = "yes_no", "number", "choice", "choices"
TEXT, DAY, PLACE, NOTE, CALCULATED = "text", "day", "place", "note", "calculated"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a list. `share` is the share of the item's points that it earns; None means not scored."""

    code: str
    label: str = ""
    share: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist; `section` is the code of its section. The rest is named as in `ChecklistItem`."""

    code: str
    kind: str = YES_NO
    section: str = ""
    pk: int = 0
    text: str = ""
    hint: str = ""
    weight: int = 1
    required: bool = False
    partial: bool = True
    not_applicable: bool = True
    decimals: bool = False
    target: Decimal | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    choice_filter: str = ""
    calculation: str = ""
    options: tuple[Option, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether a person answers it: notes are read, calculations are made."""
        return self.kind not in (NOTE, CALCULATED)

    @property
    def scorable(self) -> bool:
        """Whether an answer to it can earn points."""
        if self.weight == 0:
            return False
        if self.kind == NUMBER:
            return self.target is not None
        if self.kind in (CHOICE, CHOICES):
            return any(option.share is not None for option in self.options)
        return self.kind == YES_NO

    @property
    def offers_not_applicable(self) -> bool:
        """Whether «not applicable» may be said: of yes and no, and of whatever else is scored."""
        return self.not_applicable and (self.kind == YES_NO or self.scorable)


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    name: str = ""
    relevant: str = ""
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a checklist, sections and items in their order."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    fails_below: float = 0.5

    def items_of(self, section: str) -> list[Item]:
        return [item for item in self.items if item.section == section]

    @property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}


def sheet_of(checklist: Any) -> Sheet:
    """The sheet of a stored `Checklist`: sections, items and choices in order. Four queries, fewer where prefetched."""
    options = {
        choice_list.pk: tuple(map(_option, choice_list.choices.all()))
        for choice_list in checklist.choice_lists.prefetch_related("choices").order_by("pk")
    }
    sections = tuple(
        Section(part.code, part.name, part.relevant, part.pk)
        for part in sorted(checklist.sections.all(), key=lambda part: (part.order, part.pk))
    )
    place = {part.pk: index for index, part in enumerate(sections)}
    codes = {part.pk: part.code for part in sections}
    rows = sorted(checklist.items.all(), key=lambda row: (place[row.section_id], row.order, row.pk))
    items = tuple(_item(row, codes[row.section_id], options.get(row.choice_list_id, ())) for row in rows)
    return Sheet(sections, items, float(checklist.fails_below))


def _option(row: Any) -> Option:
    attributes = {str(name): str(value) for name, value in (row.attributes or {}).items()}
    return Option(row.code, row.label, None if row.share is None else float(row.share), attributes)


_SAME = (
    "code", "kind", "pk", "text", "hint", "weight", "required", "partial", "not_applicable", "decimals", "target",
    "relevant", "constraint", "constraint_message", "choice_filter", "calculation",
)  # fmt: skip


def _item(row: Any, section: str, options: tuple[Option, ...]) -> Item:
    return Item(section=section, options=options, **{name: getattr(row, name) for name in _SAME})
