"""A cell of the board in words: its count, of how many, which share is in order, and the list of its values."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.quality.board import Cell
from indicators.quality.thresholds import COMPLETENESS_PERCENT

JUDGED = ("not_received", "missing")
"""Rules whose share in order is judged by the threshold of completeness."""


class ShownCell(NamedTuple):
    """`url` blank: nothing to test. `flags` blank: nothing here could be tested. The rest is blank where it says
    nothing; `share` is in %, None where the rule has none."""

    rule: str
    url: str = ""
    flags: str = ""
    found: bool = False
    tested: str = ""
    share: float | None = None
    poor: bool = False
    untested: str = ""


def shown_cell(cell: Cell, query: str) -> ShownCell:
    """`query` is what the address of the list says of the unit and the months."""
    if not (cell.tested or cell.untested):
        return ShownCell(cell.rule)
    url = f"{reverse('quality-flags', args=[cell.rule])}?{query}"
    if not cell.tested:
        return ShownCell(cell.rule, url)
    share = cell.in_order
    return ShownCell(
        cell.rule,
        url,
        _whole(cell.flags),
        bool(cell.flags),
        _("of %(tested)s") % {"tested": _whole(cell.tested)},
        share,
        share is not None and cell.rule in JUDGED and share < COMPLETENESS_PERCENT,
        _("%(count)s untestable") % {"count": _whole(cell.untested_values)} if cell.untested else "",
    )


def _whole(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))
