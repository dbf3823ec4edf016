"""A checklist as an XLSForm says it: plain data between the workbook and the rows. Pure.

Two forms are equal where their checklists ask, offer and score the same: primary keys, versions and states stand
outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

YES_NO, NUMBER, CHOICE, CHOICES = "yes_no", "number", "choice", "choices"
TEXT, DAY, PLACE, NOTE, CALCULATED = "text", "day", "place", "note", "calculated"
SCORED = (YES_NO, NUMBER, CHOICE, CHOICES)


class Problem(NamedTuple):
    """Why the form cannot be taken in, and where it says so; `row` and `column` 0 and empty where there is no one."""

    sentence: str
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class FormChoice:
    code: str
    label_fr: str
    label_en: str
    share: Decimal | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormList:
    code: str
    choices: tuple[FormChoice, ...]


@dataclass(frozen=True, slots=True)
class FormItem:
    """Named as in `ChecklistItem`; `choice_list` is the code of a list. `row` is where the sheet says it."""

    code: str
    kind: str
    text_fr: str
    text_en: str
    hint_fr: str = ""
    hint_en: str = ""
    weight: int = 0
    required: bool = False
    partial: bool = True
    not_applicable: bool = True
    choice_list: str = ""
    decimals: bool = False
    target: Decimal | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message_fr: str = ""
    constraint_message_en: str = ""
    choice_filter: str = ""
    calculation: str = ""
    action_fr: str = ""
    action_en: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FormSection:
    code: str
    name_fr: str
    name_en: str
    relevant: str
    items: tuple[FormItem, ...]
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Form:
    key: str
    name_fr: str
    name_en: str
    sections: tuple[FormSection, ...]
    lists: tuple[FormList, ...]
    fails_below: Decimal = Decimal("0.5")
    example: bool = False
    note: str = ""

    @property
    def items(self) -> list[FormItem]:
        return [item for section in self.sections for item in section.items]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook holds. `form` is None where `problems` refuse it; `notices` say what was left out or changed."""

    form: Form | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
