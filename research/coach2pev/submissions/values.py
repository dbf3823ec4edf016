"""What a submission says for an item, by code or by label, as an answer. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from research.coach2pev.submissions.fields import Fields, plain
from research.coach2pev.visits.answers import AnswerError, Given, read_answer
from research.coach2pev.visits.sheets import CHOICE, CHOICES, YES_NO, Item
from research.coach2pev.xlsform.forms import Form
from research.coach2pev.xlsform.writing import YES_NO_LABELS

_TICKED = {"1", "true", "yes", "oui", "vrai"}
_CLEAR = {"0", "false", "no", "non", "faux", ""}
Labels = Mapping[str, Mapping[str, str | None]]


def labels_of(form: Form) -> dict[str, dict[str, str | None]]:
    """By item: plain label → code; None where several choices are called so. Yes and no are known in both languages."""
    yes_no: dict[str, str | None] = {"true": "yes", "false": "no", "1": "yes", "0": "no", "n/a": "na"}
    yes_no |= {plain(label): code for code, labels in YES_NO_LABELS.items() for label in labels}
    by_list: dict[str, dict[str, str | None]] = {}
    for one in form.lists:
        found = by_list.setdefault(one.code, {})
        for choice in one.choices:
            for label in {plain(choice.label_fr), plain(choice.label_en)}:
                found[label] = choice.code if found.get(label, choice.code) == choice.code else None
    return {item.code: yes_no if item.kind == YES_NO else by_list.get(item.choice_list, {}) for item in form.items}


def answer_of(item: Item, fields: Fields, record: Mapping[str, str], labels: Labels) -> Given | None:
    """None where nothing was answered. Raises AnswerError."""
    column = next((column for column, code in fields.items.items() if code == item.code), "")
    text = record.get(column, "")
    if not text and item.code in fields.options:
        text = _ticked(fields.options[item.code], record)
    elif not text and item.code in fields.places:
        text = " ".join(filter(None, (record.get(part, "") for part in fields.places[item.code])))
    if not text:
        return None
    known = labels.get(item.code, {})
    if item.kind in (YES_NO, CHOICE):
        return read_answer(item, _code(text, item, known))
    if item.kind == CHOICES:
        return read_answer(item, _codes(text, item, known))
    if item.kind == "day":
        return read_answer(item, text[:10] if len(text) > 10 and text[4:5] == "-" else text)
    return read_answer(item, text)


def _ticked(options: Mapping[str, str], record: Mapping[str, str]) -> str:
    codes = []
    for column, code in options.items():
        said = record.get(column, "").casefold()
        if said in _TICKED:
            codes.append(code)
        elif said not in _CLEAR:
            raise AnswerError(_("“%(answer)s” does not say whether the choice was ticked.") % {"answer": said[:60]})
    return " ".join(codes)


def _code(text: str, item: Item, labels: Mapping[str, str | None]) -> str:
    if text in {option.code for option in item.options} or (item.kind == YES_NO and text in YES_NO_LABELS):
        return text
    key = plain(text)
    if key in labels and labels[key] is None:
        raise AnswerError(_("Several choices are called “%(answer)s”.") % {"answer": text[:60]})
    return labels.get(key) or text


def _codes(text: str, item: Item, labels: Mapping[str, str | None]) -> list[str]:
    """Several choices: codes with blanks between them, else labels with commas or semicolons between them."""
    known = {option.code for option in item.options}
    if set(text.split()) <= known:
        return text.split()
    parts = [text] if plain(text) in labels else [part for part in text.replace(";", ",").split(",") if part.strip()]
    return [_code(part.strip(), item, labels) for part in parts]
