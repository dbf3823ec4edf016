"""One row of the survey sheet as an item."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from research.coach2pev.xlsform import forms, kinds
from research.coach2pev.xlsform.cells import Cells
from research.coach2pev.xlsform.columns import OWN
from research.coach2pev.xlsform.forms import FormChoice, FormItem, FormList

LONGEST_TEXT, LONGEST_CONDITION, LONGEST_MESSAGE = 1000, 2000, 500
_OTHER = "_or_other"


def item_of(cells: Cells, language: str) -> FormItem | None:
    """None where the row is left out or refused, which is said."""
    asked = kinds.asked_of(cells["type"])
    said = {"type": cells["type"][:60]}
    if asked.refusal:
        cells.problem("type", str(asked.refusal) % said)
        return None
    if asked.notice:
        cells.notice("type", str(asked.notice) % said)
    if not asked.kind:
        return None
    code = cells["name"]
    if not code:
        cells.problem("name", _("The item has no name."))
        return None
    if asked.other:
        cells.notice("type", _("“or_other” becomes a choice “other”; what was meant is not asked any further."))
    kind = asked.kind
    if cells[f"{OWN}kind"] == forms.YES_NO and kind == forms.CHOICE:
        kind = forms.YES_NO
    elif cells[f"{OWN}kind"] not in ("", kind):
        cells.problem(f"{OWN}kind", _("This kind does not go with the type of the row."))
    required = cells.flag("required", False)
    if required is None:
        cells.notice("required", _("Required under a condition is not known here: the item may be left unanswered."))
    text = cells.both("label", LONGEST_TEXT, default=code)
    hint, message = cells.both("hint", LONGEST_TEXT), cells.both("constraint_message", LONGEST_MESSAGE)
    action = cells.both(f"{OWN}action", LONGEST_MESSAGE)
    answered = kind not in (forms.NOTE, forms.CALCULATED)
    weight = _weight(cells, kind)
    return FormItem(
        code=code,
        kind=kind,
        text_fr=text.fr,
        text_en=text.en,
        hint_fr=hint.fr,
        hint_en=hint.en,
        weight=weight,
        required=bool(required) and answered,
        partial=cells.own_flag(f"{OWN}partial", True),
        not_applicable=cells.own_flag(f"{OWN}not_applicable", True),
        choice_list=(asked.list_code + (_OTHER if asked.other else "")) if asked.list_code else "",
        decimals=asked.decimals,
        target=_target(cells) if kind == forms.NUMBER else None,
        relevant=cells.text("relevant", LONGEST_CONDITION),
        constraint=cells.text("constraint", LONGEST_CONDITION) if answered else "",
        constraint_message_fr=message.fr,
        constraint_message_en=message.en,
        choice_filter=cells.text("choice_filter", LONGEST_CONDITION) if asked.list_code else "",
        calculation=_calculation(cells, asked),
        action_fr=action.fr,
        action_en=action.en,
        row=cells.row.number,
    )


def settle(items: Sequence[FormItem], lists: Mapping[str, FormList], has_points: bool) -> list[FormItem]:
    """Items once the lists are known: what offers yes and no is of that kind; it earns a point if the file has none."""
    settled = []
    for item in items:
        codes = [choice.code for choice in lists[item.choice_list].choices] if item.choice_list in lists else []
        if item.kind == forms.CHOICE and not has_points and not item.choice_filter and kinds.is_yes_no(codes):
            item = replace(item, kind=forms.YES_NO, weight=1, partial="partial" in codes, not_applicable="na" in codes)
        settled.append(replace(item, choice_list="") if item.kind == forms.YES_NO else item)
    return settled


def with_other(lists: Mapping[str, FormList], items: Sequence[FormItem]) -> dict[str, FormList]:
    """The lists, and beside them those to which “or_other” adds a choice."""
    found = dict(lists)
    for item in items:
        code = item.choice_list.removesuffix(_OTHER)
        if code in lists and item.choice_list not in lists:
            other = FormChoice("other", "Autre", "Other", None, dict.fromkeys(_attributes(lists[code]), ""))
            found[item.choice_list] = FormList(item.choice_list, (*lists[code].choices, other))
    return found


def _attributes(known: FormList) -> list[str]:
    return list(known.choices[0].attributes) if known.choices else []


def _weight(cells: Cells, kind: str) -> int:
    weight = cells.number(
        f"{OWN}weight", lambda number: 0 <= number <= 100, _("Points are a whole number from 0 to 100.")
    )
    if weight and kind not in forms.SCORED:
        cells.problem(f"{OWN}weight", _("Only yes/no, numbers and choices earn points."))
        return 0
    return int(weight or 0)


def _target(cells: Cells) -> Decimal | None:
    return cells.number(
        f"{OWN}target", lambda number: 0 < number < 10**9, _("The number that earns all points is greater than 0."), 3
    )


def _calculation(cells: Cells, asked: kinds.Asked) -> str:
    if asked.kind != forms.CALCULATED:
        if cells["calculation"]:
            sentence = _("Only items of the kind “calculate” are computed: this calculation is left out.")
            cells.notice("calculation", sentence)
        return ""
    text = asked.calculation or cells.text("calculation", LONGEST_CONDITION)
    if not text:
        cells.problem("calculation", _("The item is computed, but nothing says how."))
    return text
