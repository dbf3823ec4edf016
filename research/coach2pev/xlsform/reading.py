"""An XLSForm workbook as a form, with every mistake and everything that is left out said with its place."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from research.coach2pev.xlsform import checking, kinds
from research.coach2pev.xlsform.cells import Cells, Found
from research.coach2pev.xlsform.columns import (
    EN,
    FR,
    OWN,
    SETTINGS,
    SURVEY,
    Bilingual,
    column_of,
    language_of,
    languages,
)
from research.coach2pev.xlsform.forms import YES_NO, Form, FormItem, FormList, FormSection, Problem, Reading
from research.coach2pev.xlsform.items import item_of, settle, with_other
from research.coach2pev.xlsform.lists import left_out, lists_of
from research.coach2pev.xlsform.sheets import SheetRow, Workbook, workbook_of

LONGEST_NAME = 200
LOOSE = "form"
"""The code of a section of items that stand outside all groups."""


def read_form(path: Path, name: str = "") -> Reading:
    """The form of a workbook; `name` is the file's, for a form that has no title. Raises BadFile for a broken file.

    Groups become sections: one inside another a section of its own, under the conditions of both. Repeats are refused.
    """
    book = workbook_of(path)
    found = Found(problems=book.problems)
    settings = Cells(next(iter(book.rows.get("settings", [])), SheetRow("settings", 2, {})), found)
    default = language_of(settings["default_language"])
    found.language = default if default in (FR, EN) else ""
    _say_columns(book, found)
    if found.problems:
        return Reading(None, tuple(found.problems), tuple(found.notices))
    lists = lists_of(book, found)
    survey = _Survey(found, settings.both("form_title", LONGEST_NAME, default=name or LOOSE))
    for row in book.rows["survey"]:
        survey.take(Cells(row, found))
    survey.finish()
    lists = with_other(lists, survey.items())
    named = {item.choice_list for item in survey.items()}
    has_points = any(column_of(header).name == f"{OWN}weight" for header in book.headers["survey"])
    for part in survey.parts:
        part.items = settle(part.items, lists, has_points)
    used = {item.choice_list for item in survey.items()}
    form = _form(settings, survey, [choices for code, choices in lists.items() if code in used])
    found.problems += checking.problems_of(form)
    if not found.problems:
        found.problems += checking.refused_by_pyxform(book)
    if not has_points:
        _say_points(form, found)
    if unused := [code for code in lists if code not in named]:
        names = ", ".join(unused[:10])
        sentence = _("Lists that no item uses are left out: %(names)s.")
        found.notices.append(Problem(sentence % {"names": names}, "choices"))
    return Reading(None if found.problems else form, tuple(found.problems), tuple(found.notices))


@dataclass(slots=True)
class _Group:
    code: str
    name: Bilingual
    relevant: str
    row: int
    used: bool = False


@dataclass(slots=True)
class _Part:
    group: _Group
    code: str
    name: Bilingual
    relevant: str
    items: list[FormItem] = field(default_factory=list)


class _Survey:
    """Goes down the sheet: where the groups open and close, and which items stand in which section."""

    def __init__(self, found: Found, title: Bilingual) -> None:
        self.found = found
        self.parts: list[_Part] = []
        self._open: list[tuple[_Group, Cells]] = []
        self.title = title
        self._loose = _Group(LOOSE, title, "", 1)
        self._repeats = 0
        self._codes: Counter[str] = Counter()

    def take(self, cells: Cells) -> None:
        kind = cells["type"]
        if cells.flag("disabled", False):
            cells.notice("disabled", _("The row is switched off in the file: it is left out."))
        elif not kind:
            cells.problem("type", _("The row has no kind."))
        elif (edge := kinds.edge_of(kind)) is not None:
            self._edge(cells, *edge)
        elif not self._repeats and (item := item_of(cells, self.found.language)) is not None:
            self._part().items.append(item)

    def finish(self) -> None:
        """Takes away the sections of groups that hold other groups only."""
        for _group, cells in self._open:
            cells.problem("type", _("The group that begins here is never closed."))
        self.parts = [part for part in self.parts if part.items or not part.group.used]

    def items(self) -> list[FormItem]:
        return [item for part in self.parts for item in part.items]

    def _edge(self, cells: Cells, edge: str, what: str) -> None:
        if what == "repeat":
            if edge == kinds.BEGIN:
                sentence = _(
                    "Repeats are not taken in: an item of a visit has one answer."
                    " Ask for each case in an item of its own."
                )
                cells.problem("type", sentence)
            self._repeats += 1 if edge == kinds.BEGIN else -1
        elif self._repeats:
            return
        elif edge == kinds.BEGIN:
            code = cells[f"{OWN}code"] or cells["name"]
            if not code:
                cells.problem("name", _("The group has no name."))
            group = _Group(code, cells.both("label", 300, default=code), cells.text("relevant", 2000), cells.row.number)
            self._open.append((group, cells))
            self._begin(group)
        elif self._open:
            group, opened = self._open.pop()
            if cells["name"] and cells["name"] not in (group.code, opened["name"]):
                cells.problem("name", _("The group that ends here is called “%(code)s”.") % {"code": group.code})
        else:
            cells.problem("type", _("No group is open here."))

    def _part(self) -> _Part:
        """The section in which the next item stands; one that was left by an inner group goes on as a new one."""
        group = self._open[-1][0] if self._open else self._loose
        if not self.parts or self.parts[-1].group is not group:
            self._begin(group)
        return self.parts[-1]

    def _begin(self, group: _Group) -> None:
        around = [one for one, _cells in self._open if one is not group]
        for outer in around:
            outer.used = True
        self._codes[group.code] += 1
        again = self._codes[group.code]
        code = f"{group.code}_{again}" if again > 1 and any(part.group is group for part in self.parts) else group.code
        name = Bilingual(*(" – ".join([*(one.name[at] for one in around), group.name[at]]) for at in (0, 1)))
        self.parts.append(_Part(group, code, name, _joined([one.relevant for one in (*around, group)])))


def _joined(conditions: list[str]) -> str:
    given = [text for text in conditions if text]
    return given[0] if len(given) == 1 else " and ".join(f"({text})" for text in given)


def _form(settings: Cells, survey: _Survey, lists: list[FormList]) -> Form:
    title = settings.both(f"{OWN}name", LONGEST_NAME)
    if not title.fr:
        title = survey.title
    key = slugify(settings["form_id"]) or slugify(title.fr) or LOOSE
    below = settings.number(
        f"{OWN}fails_below", lambda number: 0 <= number <= 1, _("The share of the points is a number from 0 to 1."), 2
    )
    sections = tuple(
        FormSection(part.code, part.name.fr, part.name.en, part.relevant, tuple(part.items), part.group.row)
        for part in survey.parts
    )
    return Form(
        key=key[:50],
        name_fr=title.fr,
        name_en=title.en,
        sections=sections,
        lists=tuple(lists),
        fails_below=Decimal("0.5") if below is None else below,
        example=settings.own_flag(f"{OWN}example", False),
        note=settings.text(f"{OWN}note", 2000),
    )


def _say_columns(book: Workbook, found: Found) -> None:
    """Columns, sheets and languages that are not taken in, once each."""
    for sheet, known in (("survey", SURVEY), ("settings", SETTINGS)):
        for header in book.headers.get(sheet, []):
            if column_of(header).name not in known:
                found.notices.append(Problem(_("This column is left out."), sheet, 1, header))
    for header in book.headers.get("choices", []):
        if left_out(header):
            found.notices.append(Problem(_("This column is left out."), "choices", 1, header))
    for sheet in ("survey", "choices"):
        columns = [column_of(header) for header in book.headers.get(sheet, [])]
        said = languages(columns)
        for language in sorted(said - {FR, EN}):
            sentence = _("The language “%(language)s” is left out: checklists are in French and English.")
            found.notices.append(Problem(sentence % {"language": language}, sheet, 1))
        if "label" in {column.name for column in columns} and not {FR, EN} <= said:
            sentence = _("Texts that stand in one language only serve for both. Translate them in the draft.")
            found.notices.append(Problem(sentence, sheet, 1))
    for name in book.others:
        sentence = _("The sheet “%(name)s” is not part of the form: it is left out.")
        found.notices.append(Problem(sentence % {"name": name[:60]}))
    if len(book.rows.get("settings", [])) > 1:
        found.notices.append(Problem(_("Only the first row of settings is read."), "settings", 3))


def _say_points(form: Form, found: Found) -> None:
    """A form from elsewhere has no points: said, with the rule that was used instead."""
    sentence = _(
        "The file gives no points: items whose choices are yes and no (partly, not applicable) earn 1 point, all others"
        " none. Change this in the draft before it is used."
    )
    found.notices.append(Problem(sentence, "survey"))
    if any(item.kind == YES_NO for item in form.items):
        sentence = _("Choices that are yes and no are taken as such: labels of their own are not kept.")
        found.notices.append(Problem(sentence, "choices"))
