"""One item of a checklist as a form asks it: read strictly, drawn by `_visit_item.html`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from research.coach2pev.models import ChecklistAnswer
from research.coach2pev.visits import sheets
from research.coach2pev.visits.answers import (
    NOT_APPLICABLE,
    AnswerError,
    Given,
    Value,
    condition,
    offered,
    raw_of,
    read_answer,
)
from research.coach2pev.visits.sheets import Item

FEW = 7
"""Up to so many choices are shown as buttons for the thumb; more as a list to open."""


class _Raw(forms.Widget):
    """Hands over everything that was sent under the name: several choices are several values."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]


class AnswerField(forms.Field):
    """The answer to an item, as `read_answer` reads it; None where not answered."""

    widget = _Raw

    def __init__(self, item: Item) -> None:
        self.item = item
        super().__init__(label=item.text, required=False)

    def clean(self, value: Any) -> Given | None:
        try:
            return read_answer(self.item, value or "")
        except AnswerError as error:
            raise ValidationError(str(error), code="answer") from error

    def prepare_value(self, value: Any) -> str:
        """What was typed, or the stored answer, as one text."""
        if isinstance(value, Given):
            return raw_of(value)
        return " ".join(part for part in value if part) if isinstance(value, list) else value or ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A button or a line of a list: the value sent, how it reads, whether it is chosen."""

    value: str
    label: str
    chosen: bool
    attributes: str = "{}"
    offered: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """An item on a page. `control` is radio, checkboxes, list, number, text, day, place, note or computed."""

    item: Item
    name: str
    raw: str
    control: str
    options: list[Shown]
    error: str = ""
    asked: bool = True
    conflict: str | None = None

    @property
    def not_applicable(self) -> bool:
        return self.raw == NOT_APPLICABLE

    @property
    def relevant(self) -> str:
        return condition(self.item.relevant)

    @property
    def filter(self) -> str:
        return condition(self.item.choice_filter)

    @property
    def calculation(self) -> str:
        return condition(self.item.calculation)


_CONTROLS = {
    sheets.YES_NO: "radio", sheets.NUMBER: "number", sheets.CHOICES: "checkboxes", sheets.TEXT: "text",
    sheets.DAY: "day", sheets.PLACE: "place", sheets.NOTE: "note", sheets.CALCULATED: "computed",
}  # fmt: skip


def row_of(
    item: Item,
    raw: str,
    *,
    error: str = "",
    asked: bool = True,
    values: Mapping[str, Value] | None = None,
    conflict: str | None = None,
) -> Row:
    """The item as it stands on the page; `values` of the other items decide which choices are offered."""
    control = _CONTROLS.get(item.kind) or ("radio" if len(item.options) <= FEW else "list")
    return Row(item, f"item-{item.pk}", raw, control, _options(item, raw, values), error, asked, conflict)


def _options(item: Item, raw: str, values: Mapping[str, Value] | None) -> list[Shown]:
    chosen = set(raw.split()) if item.kind == sheets.CHOICES else {raw}
    if item.kind == sheets.YES_NO:
        answers = ["yes", *(["partial"] if item.partial else []), "no"]
        found = [Shown(one, str(ChecklistAnswer.Answer(one).label), one in chosen) for one in answers]
    else:
        let = {option.code for option in (offered(item, values) if values is not None else item.options)}
        found = [
            Shown(
                one.code,
                one.label,
                one.code in chosen,
                json.dumps({"name": one.code, **one.attributes}),
                one.code in let,
            )
            for one in item.options
        ]
    if item.offers_not_applicable and item.kind in (sheets.YES_NO, sheets.CHOICE, sheets.CHOICES):
        found.append(Shown(NOT_APPLICABLE, str(ChecklistAnswer.Answer.NOT_APPLICABLE.label), NOT_APPLICABLE in chosen))
    return found
