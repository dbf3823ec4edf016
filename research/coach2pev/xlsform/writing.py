"""A form as an XLSForm workbook, which KoboToolbox, ODK and this system read back as the same form."""

import io
from collections.abc import Iterable
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from indicators.exchange.files.characters import without_control
from research.coach2pev.xlsform import forms
from research.coach2pev.xlsform.columns import ENGLISH, FRENCH, OWN
from research.coach2pev.xlsform.forms import Form, FormItem

TYPES = {
    forms.TEXT: "text", forms.DAY: "date", forms.PLACE: "geopoint", forms.NOTE: "note", forms.CALCULATED: "calculate",
}  # fmt: skip
YES_NO_LABELS = {
    "yes": ("Oui", "Yes"), "partial": ("Partiellement", "Partly"), "no": ("Non", "No"),
    "na": ("Sans objet", "Not applicable"),
}  # fmt: skip
"""Written in both languages whoever asks: the file is for coaches of either."""
Row = dict[str, str]


def workbook_of(form: Form, version: int) -> bytes:
    """The workbook's bytes. Formulas are never written: a text that begins with «=» stays a text."""
    lists = _yes_no_lists(form)
    book = Workbook(write_only=True)
    _write(book, "survey", _survey(form, lists))
    _write(book, "choices", _choices(form, lists))
    _write(book, "settings", [_settings(form, version)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _both(name: str, fr: str, en: str) -> Row:
    return {f"{name}::{FRENCH}": fr, f"{name}::{ENGLISH}": en}


def _settings(form: Form, version: int) -> Row:
    return {
        "form_title": form.name_fr,
        "form_id": form.key,
        "version": str(version),
        "default_language": FRENCH,
        **_both(f"{OWN}name", form.name_fr, form.name_en),
        f"{OWN}fails_below": _number(form.fails_below),
        f"{OWN}example": _flag(form.example),
        f"{OWN}note": form.note,
    }


def _survey(form: Form, lists: dict[tuple[bool, bool], str]) -> list[Row]:
    items = {item.code for item in form.items}
    rows: list[Row] = []
    for section in form.sections:
        name = section.code if section.code not in items else _free(f"section_{section.code}", items)
        own = {f"{OWN}code": section.code} if name != section.code else {}
        texts = _both("label", section.name_fr, section.name_en)
        rows.append({"type": "begin group", "name": name, **texts, "relevant": section.relevant, **own})
        rows += [_item(item, lists) for item in section.items]
        rows.append({"type": "end group", "name": name})
    return rows


def _item(item: FormItem, lists: dict[tuple[bool, bool], str]) -> Row:
    scored = item.kind in forms.SCORED
    return {
        "type": _type(item, lists),
        "name": item.code,
        **_both("label", item.text_fr, item.text_en),
        **_both("hint", item.hint_fr, item.hint_en),
        "required": "yes" if item.required else "",
        "relevant": item.relevant,
        "constraint": item.constraint,
        **_both("constraint_message", item.constraint_message_fr, item.constraint_message_en),
        "choice_filter": item.choice_filter,
        "calculation": item.calculation,
        f"{OWN}kind": item.kind if item.kind == forms.YES_NO else "",
        f"{OWN}weight": str(item.weight) if scored else "",
        f"{OWN}partial": _flag(item.partial),
        f"{OWN}not_applicable": _flag(item.not_applicable),
        f"{OWN}target": _number(item.target),
        **_both(f"{OWN}action", item.action_fr, item.action_en),
    }


def _type(item: FormItem, lists: dict[tuple[bool, bool], str]) -> str:
    if item.kind == forms.YES_NO:
        return f"select_one {lists[item.partial, item.not_applicable]}"
    if item.kind == forms.NUMBER:
        return "decimal" if item.decimals else "integer"
    if item.kind in (forms.CHOICE, forms.CHOICES):
        return f"{'select_one' if item.kind == forms.CHOICE else 'select_multiple'} {item.choice_list}"
    return TYPES[item.kind]


def _choices(form: Form, lists: dict[tuple[bool, bool], str]) -> list[Row]:
    rows: list[Row] = []
    for (partial, not_applicable), name in lists.items():
        for code, (fr, en) in YES_NO_LABELS.items():
            if (code != "partial" or partial) and (code != "na" or not_applicable):
                rows.append({"list_name": name, "name": code, **_both("label", fr, en)})
    for one in form.lists:
        for choice in one.choices:
            texts = _both("label", choice.label_fr, choice.label_en)
            share = {"capev_share": _number(choice.share)}
            rows.append({"list_name": one.code, "name": choice.code, **texts, **share, **choice.attributes})
    return rows


def _yes_no_lists(form: Form) -> dict[tuple[bool, bool], str]:
    """A list for each way in which yes/no items are answered, under names that the form itself does not use."""
    taken = {one.code for one in form.lists}
    ways = sorted({(item.partial, item.not_applicable) for item in form.items if item.kind == forms.YES_NO})
    return {
        (partial, not_applicable): _free(
            "yes" + ("_partial" if partial else "") + "_no" + ("_na" if not_applicable else ""), taken
        )
        for partial, not_applicable in ways
    }


def _free(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    while name in known:
        name += "_"
    return name


def _write(book: Workbook, title: str, rows: list[Row]) -> None:
    sheet = book.create_sheet(title)
    headers = list(dict.fromkeys(header for row in rows for header in row))
    for cells in [headers, *([row.get(header, "") for header in headers] for row in rows)]:
        line = []
        for text in cells:
            cell = WriteOnlyCell(sheet, without_control(text) or None)
            if text:
                cell.data_type = "s"
            line.append(cell)
        sheet.append(line)


def _flag(yes: bool) -> str:
    return "yes" if yes else "no"


def _number(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
