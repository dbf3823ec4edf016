"""Whether a form can be filled in here: codes once each, lists that exist, conditions that can be read and hold on
earlier items only. XLSForm's own reference reader, pyxform, has the last word on the file as it stands."""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from research.coach2pev.checklists import checking
from research.coach2pev.models.checklists import CODE
from research.coach2pev.visits.sheets import Item, Option, Section, Sheet
from research.coach2pev.xlsform.forms import CHOICE, CHOICES, Form, Problem
from research.coach2pev.xlsform.sheets import Workbook

LONGEST_CODE, LONGEST_SECTION, LONGEST_CONDITION = 100, 300, 2000
CONDITIONS = ("relevant", "constraint", "calculation", "choice_filter")
_CODE = re.compile(CODE.regex)
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")


def problems_of(form: Form) -> list[Problem]:
    """What keeps the form from being taken in, in the order of its rows."""
    if not form.items:
        return [Problem(_("The form asks nothing."), "survey")]
    found = [*_codes(form), *_lists(form)]
    found += [] if found else _conditions(form)  # which look at each other by name
    return sorted(found, key=lambda problem: (problem.sheet != "survey", problem.row))


def refused_by_pyxform(book: Workbook) -> list[Problem]:
    """What pyxform refuses in the workbook as it was sent, in its own words; empty where it takes it.

    It gets the cells that were read here, never the file. On rows that make no sense it fails in many ways, and each
    of them is a refusal.
    """
    sheets: dict[str, list[dict[str, str | None]]] = {}
    for sheet, rows in book.rows.items():
        headers = book.headers[sheet]
        cells: list[dict[str, str | None]] = [{} for _ in range(rows[-1].number - 1)] if rows else []
        for row in rows:
            cells[row.number - 2] = {header: row.cells[header] for header in headers if header in row.cells}
        sheets[sheet] = cells
        sheets[f"{sheet}_header"] = [dict.fromkeys(headers)]
    try:
        convert({**sheets, "fallback_form_name": "form"})
    except PyXFormError as error:
        return [_in_its_words(str(error))]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return [_in_its_words(type(error).__name__)]
    return []


def _in_its_words(said: str) -> Problem:
    row = _ROW.search(said)
    sentence = _("XLSForm’s own reader (pyxform) refuses the file: %(said)s")
    return Problem(sentence % {"said": _ROW.sub("", said)[:500]}, "survey" if row else "", int(row[1]) if row else 0)


def _codes(form: Form) -> Iterator[Problem]:
    for rows in (form.sections, form.items):
        times = Counter(one.code for one in rows)
        for one in rows:
            if times[one.code] > 1:
                sentence = _("The name “%(name)s” stands twice.") % {"name": one.code[:60]}
                yield Problem(sentence, "survey", one.row, "name")
            if not _CODE.match(one.code) or len(one.code) > LONGEST_CODE:
                yield Problem(f"{CODE.message} ({one.code[:60]})", "survey", one.row, "name")
    for section in form.sections:
        if max(len(section.name_fr), len(section.name_en)) > LONGEST_SECTION:
            sentence = _("The text is longer than %(most)d characters.") % {"most": LONGEST_SECTION}
            yield Problem(sentence, "survey", section.row, "label")
        if len(section.relevant) > LONGEST_CONDITION:
            sentence = _("The text is longer than %(most)d characters.") % {"most": LONGEST_CONDITION}
            yield Problem(sentence, "survey", section.row, "relevant")


def _lists(form: Form) -> Iterator[Problem]:
    known = {choices.code for choices in form.lists}
    for item in form.items:
        if item.kind in (CHOICE, CHOICES) and item.choice_list not in known:
            sentence = _("The list “%(list)s” is not in the sheet “choices”.") % {"list": item.choice_list[:60]}
            yield Problem(sentence, "survey", item.row, "type")
    for choices in form.lists:
        if not _CODE.match(choices.code) or len(choices.code) > LONGEST_CODE:
            yield Problem(f"{CODE.message} ({choices.code[:60]})", "choices", 0, "list_name")


def _conditions(form: Form) -> Iterator[Problem]:
    """What the rules of checklists say of the conditions, at the rows of the file."""
    rows: dict[str, int] = {section.code: section.row for section in form.sections}
    rows |= {item.code: item.row for item in form.items}
    for found in checking.problems(_sheet(form)):
        if found.field in CONDITIONS:
            yield Problem(found.sentence, "survey", rows.get(found.code, 0), found.field)


def _sheet(form: Form) -> Sheet:
    options = {
        one.code: tuple(Option(choice.code, attributes=choice.attributes) for choice in one.choices)
        for one in form.lists
    }
    items = tuple(
        Item(
            code=item.code,
            kind=item.kind,
            section=section.code,
            options=options.get(item.choice_list, ()),
            **{name: getattr(item, name) for name in CONDITIONS},
        )
        for section in form.sections
        for item in section.items
    )
    return Sheet(tuple(Section(one.code, relevant=one.relevant) for one in form.sections), items)
