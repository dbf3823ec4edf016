"""What was answered: read from a form, held against the conditions of the checklist. Pure.

Conditions look at earlier answers only, so one pass in the order of the checklist decides them all: an item that is
not asked counts as not answered for all that come after it.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from django.utils.translation import gettext as _

from research.coach2pev.checklists.expressions import Expression, ExpressionError, as_json, evaluate, parse, truth
from research.coach2pev.visits import sheets
from research.coach2pev.visits.sheets import Item, Option, Section, Sheet

YES, PARTIAL, NO, NOT_APPLICABLE, GIVEN = "yes", "partial", "no", "na", "given"
Value = str | float | bool
LONGEST = 5000
_NUMBER = re.compile(r"[+\-−]?[0-9]{1,12}([.,][0-9]{1,6})?")
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_TYPED_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_WHOLE = re.compile(r"[+\-−]?[0-9]{1,12}")


class AnswerError(ValueError):
    """An answer that cannot be read; the message is a sentence for the person who typed it."""


class Given(NamedTuple):
    """An answer as it is stored: `answer` is yes, partial, no, na or given; the value stands in the others."""

    answer: str
    number: Decimal | None = None
    text: str = ""


class Form(NamedTuple):
    """What conditions make of the answers: the codes of the items asked, and the value of every item."""

    asked: set[str]
    values: dict[str, Value]


def read_answer(item: Item, raw: str | Sequence[str]) -> Given | None:
    """The answer as a form or a file says it; None where nothing was answered. Raises AnswerError.

    Several choices come as a list or with blanks between them. A day is 2025-11-03 or 03/11/2025; a place is
    «latitude longitude [altitude [accuracy]]». «na» is «not applicable» wherever the item offers it.
    """
    parts = [raw] if isinstance(raw, str) else [str(part) for part in raw]
    parts = [part.strip() for part in parts if part.strip()]
    if not parts or not item.answerable:
        return None
    if item.kind == sheets.CHOICES:
        parts = [code for part in parts for code in part.split()]
    elif len(parts) > 1 and NOT_APPLICABLE in parts and item.offers_not_applicable:
        raise AnswerError(_("Either a value or “not applicable”, not both."))
    elif len(parts) > 1:
        raise AnswerError(_("One answer only."))
    text = parts[0]
    if "\0" in text or len(text) > LONGEST:
        raise AnswerError(_("This text cannot be stored: too long, or with characters that are no text."))
    codes = {option.code for option in item.options}
    if item.offers_not_applicable and NOT_APPLICABLE in parts and NOT_APPLICABLE not in codes:
        if len(parts) > 1:
            raise AnswerError(_("Either a value or “not applicable”, not both."))
        return Given(NOT_APPLICABLE)
    match item.kind:
        case sheets.YES_NO:
            return _yes_no(item, text)
        case sheets.NUMBER:
            return Given(GIVEN, read_number(text, decimals=item.decimals))
        case sheets.CHOICE | sheets.CHOICES:
            return _choices(item, parts)
        case sheets.DAY:
            return Given(GIVEN, text=_day(text).isoformat())
        case sheets.PLACE:
            return Given(GIVEN, text=_place(text))
    return Given(GIVEN, text=text)


def value_of(given: Given | None) -> Value:
    """What a condition sees: «» where not answered, the number, else the text or code."""
    if given is None:
        return ""
    if given.answer != GIVEN:
        return given.answer
    return float(given.number) if given.number is not None else given.text


def raw_of(given: Given | None) -> str:
    """What `read_answer` would read back: for fields of forms, and for comparing."""
    if given is None:
        return ""
    if given.answer != GIVEN:
        return given.answer
    return number_text(given.number) if given.number is not None else given.text


def number_text(number: Decimal) -> str:
    """A number without trailing zeros and never as 1E+3."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def form_of(
    items: Iterable[Item], sections: Iterable[Section], answers: Mapping[str, Given], *, today: date | None = None
) -> Form:
    """Which items the conditions let through, and what every item is worth to a condition; see the module."""
    known = list(items)
    values: dict[str, Value] = {item.code: value_of(answers.get(item.code)) for item in known}
    through: set[str] = set()
    shown: dict[str, bool] = {}
    relevant = {section.code: section.relevant for section in sections}
    for item in known:
        if item.section not in shown:
            shown[item.section] = _holds(relevant.get(item.section, ""), values, today=today)
        if shown[item.section] and _holds(item.relevant, values, today=today):
            through.add(item.code)
            if item.kind == sheets.CALCULATED:
                values[item.code] = _calculated(item.calculation, values, today)
        else:
            values[item.code] = ""
    return Form(through, values)


def asked(items: Iterable[Item], sections: Iterable[Section], answers: Mapping[str, Given]) -> set[str]:
    """The codes of the items that the conditions of items and sections let through."""
    return form_of(items, sections, answers).asked


def settled(sheet: Sheet, answers: Mapping[str, Given], *, today: date | None = None) -> dict[str, Given]:
    """The answers as a finished visit keeps them: of items that were asked only, with the computed ones."""
    form = form_of(sheet.items, sheet.sections, answers, today=today)
    kept = {}
    for item in sheet.items:
        given = computed(form.values[item.code]) if item.kind == sheets.CALCULATED else answers.get(item.code)
        if item.code in form.asked and given is not None:
            kept[item.code] = given
    return kept


def computed(value: Value) -> Given | None:
    """A computed value as it is stored; None where there is none."""
    if isinstance(value, bool):
        return Given(GIVEN, text="true" if value else "false")
    if isinstance(value, str):
        return Given(GIVEN, text=value[:LONGEST]) if value else None
    if not isfinite(value) or abs(value) >= 10**12:
        return None
    return Given(GIVEN, round(Decimal(str(value)), 6))


def offered(item: Item, values: Mapping[str, Value], *, today: date | None = None) -> list[Option]:
    """The choices that the item's filter lets through: all of them where there is no filter."""
    if not item.choice_filter:
        return list(item.options)
    return [
        option
        for option in item.options
        if _holds(item.choice_filter, values, attributes={"name": option.code, **option.attributes}, today=today)
    ]


def problems(
    sheet: Sheet, answers: Mapping[str, Given], *, today: date | None = None, section: str | None = None
) -> dict[str, str]:
    """A sentence by code of each asked item that is required and missing, breaks its rule, or is no longer offered.

    With `section` of the items of that section only.
    """
    form = form_of(sheet.items, sheet.sections, answers, today=today)
    found: dict[str, str] = {}
    for item in sheet.items:
        if item.code not in form.asked or not item.answerable or section not in (None, item.section):
            continue
        given = answers.get(item.code)
        if given is None:
            if item.required:
                found[item.code] = _("This item must be answered.")
        elif given.answer != NOT_APPLICABLE and (sentence := _problem(item, given, form.values, today)):
            found[item.code] = sentence
    return found


def _problem(item: Item, given: Given, values: Mapping[str, Value], today: date | None) -> str:
    if item.kind in (sheets.CHOICE, sheets.CHOICES) and item.choice_filter:
        codes = {option.code for option in offered(item, values, today=today)}
        if not set(given.text.split() if item.kind == sheets.CHOICES else [given.text]) <= codes:
            return _("This choice does not go with an earlier answer. Choose again.")
    if not _holds(item.constraint, values, this=value_of(given), today=today):
        return item.constraint_message or _("This answer breaks the rule of the item: %(rule)s") % {
            "rule": item.constraint
        }
    return ""


def read_number(text: str, *, decimals: bool) -> Decimal:
    """A number in digits, with a comma or a point before decimals. Raises AnswerError."""
    if not (_NUMBER if decimals else _WHOLE).fullmatch(text):
        raise AnswerError(
            _("Write a number in digits only, for example 12.5.")
            if decimals
            else _("Write a whole number in digits only, for example 120.")
        )
    try:
        return Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation as error:  # digits of other scripts never come this far
        raise AnswerError(_("Write a number in digits only, for example 12.5.")) from error


def _yes_no(item: Item, text: str) -> Given:
    allowed = {YES, NO} | ({PARTIAL} if item.partial else set())
    if text not in allowed:
        raise AnswerError(_("“%(answer)s” is not an answer of this item.") % {"answer": text[:60]})
    return Given(text)


def _choices(item: Item, codes: list[str]) -> Given:
    known = [option.code for option in item.options]
    if unknown := [code for code in codes if code not in known]:
        raise AnswerError(_("“%(answer)s” is not an answer of this item.") % {"answer": unknown[0][:60]})
    return Given(GIVEN, text=" ".join(code for code in known if code in set(codes)))


def _day(text: str) -> date:
    found = _ISO_DAY.fullmatch(text) or _TYPED_DAY.fullmatch(text)
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:  # the 31st of February
        pass
    raise AnswerError(_("Write a day as day/month/year, for example 03/11/2025."))


def _place(text: str) -> str:
    parts = re.split(r"[\s,;]+", text)
    if 2 <= len(parts) <= 4 and all(re.fullmatch(r"[+\-]?[0-9]{1,6}(\.[0-9]{1,12})?", part) for part in parts):
        numbers = [float(part) for part in parts]
        if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180:
            return " ".join(parts)
    raise AnswerError(_("Write latitude and longitude in degrees, for example 13.45 -6.26."))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expression | None:
    """None where the condition cannot be read: it is checked where checklists are made, not while one is answered."""
    try:
        return parse(text)
    except ExpressionError:
        return None


def condition(text: str) -> str:
    """The condition as the browser evaluates it, in JSON; empty where there is none or it cannot be read."""
    expression = _parsed(text) if text.strip() else None
    return json.dumps(as_json(expression)) if expression is not None else ""


def _holds(
    text: str,
    values: Mapping[str, Value],
    *,
    this: Value = "",
    attributes: Mapping[str, str] | None = None,
    today: date | None = None,
) -> bool:
    """Whether the condition holds; true where there is none, or none that can be read or computed."""
    expression = _parsed(text) if text.strip() else None
    if expression is None:
        return True
    try:
        return truth(evaluate(expression, values, this=this, attributes=attributes, today=today))
    except ExpressionError:
        return True


def _calculated(text: str, values: Mapping[str, Value], today: date | None) -> Value:
    expression = _parsed(text) if text.strip() else None
    if expression is None:
        return ""
    try:
        return evaluate(expression, values, today=today)
    except ExpressionError:
        return ""
