"""The lists of choices of an XLSForm: codes, labels, shares of the points, and the columns that filters ask for."""

from decimal import Decimal

from django.utils.translation import gettext as _

from research.coach2pev.xlsform.cells import Cells, Found
from research.coach2pev.xlsform.columns import CHOICES, TRANSLATED, column_of
from research.coach2pev.xlsform.forms import FormChoice, FormList
from research.coach2pev.xlsform.sheets import Workbook

LONGEST_CODE, LONGEST_LABEL = 100, 300


def lists_of(book: Workbook, found: Found) -> dict[str, FormList]:
    """By code, in the order of the sheet. A choice that stands twice in its list is a problem."""
    rows: dict[str, list[Cells]] = {}
    for row in book.rows.get("choices", []):
        cells = Cells(row, found)
        code = cells["list_name"]
        if not code:
            if cells["name"] or cells["label"]:
                cells.problem("list_name", _("The choice belongs to no list."))
            continue
        rows.setdefault(code, []).append(cells)
    extra = [header for header in book.headers.get("choices", []) if _is_attribute(header)]
    return {code: FormList(code, _choices(members, extra)) for code, members in rows.items()}


def left_out(header: str) -> bool:
    """Whether a column of choices is neither kept nor an attribute: pictures, sounds and the like."""
    name = column_of(header).name
    return name not in CHOICES and not _is_attribute(header)


def _is_attribute(header: str) -> bool:
    column = column_of(header)
    return column.name not in CHOICES | TRANSLATED and ":" not in header and column.name not in _MEDIA


_MEDIA = {"image", "audio", "video", "big-image", "media", "geometry"}


def _choices(rows: list[Cells], extra: list[str]) -> tuple[FormChoice, ...]:
    """Every choice has all attributes of its list, blank where its row says nothing: filters compare all of them."""
    used = [header for header in extra if any(header in cells.row.cells for cells in rows)]
    seen: set[str] = set()
    choices = []
    for cells in rows:
        code = cells.text("name", LONGEST_CODE)
        if not code:
            cells.problem("name", _("The choice has no code."))
        elif len(code.split()) > 1:
            cells.problem("name", _("A choice’s code holds no blanks: “%(code)s”.") % {"code": code[:60]})
        elif code in seen:
            cells.problem("name", _("The choice “%(code)s” stands twice in its list.") % {"code": code[:60]})
        seen.add(code)
        label = cells.both("label", LONGEST_LABEL, default=code)
        share = cells.number(
            "capev_share", lambda number: 0 <= number <= 1, _("The share of the points is a number from 0 to 1."), 3
        )
        attributes = {header: cells.row.cells.get(header, "") for header in used}
        choices.append(FormChoice(code, label.fr, label.en, None if share is None else Decimal(share), attributes))
    return tuple(choices)
