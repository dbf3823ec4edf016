"""The explorer's first view: a chart and the table of its numbers."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from indicators.pages import explorer
from indicators.pages.downloads import Rows
from indicators.pages.explorer_choice import Choice
from indicators.pages.explorer_subjects import groups_without_members
from indicators.pages.explorer_view import Showing, View
from indicators.pages.formats import period_text
from indicators.pages.told_together import Line, told_together


def _shown(showing: Showing) -> dict[str, Any]:
    choice = showing.choice
    return {
        "lines": showing.lines,
        "labels": [period_text(when) for when in choice.periods],
        "page": showing.page,
        "chart": explorer.chart(choice, showing.lines, showing.files["csv"]),
        "told": told_together(_read(showing.lines), choice.measure, choice.frequency),
        "demonstration": any(line.demonstration for line in showing.lines),
        "most_lines": explorer.LINES,
        "empty_groups": list(groups_without_members()) if choice.show == "groups" else [],
    }


def _read(lines: Sequence[explorer.Line]) -> list[Line]:
    """What is drawn; a whole beside several of its parts is no further one of them."""
    drawn = [line for line in lines if line.drawn]
    parts = [line for line in drawn if line is not lines[0]]
    read = parts if len(parts) > 1 else drawn
    return [(line.name, [cell.part for cell in line.cells]) for line in read]


def _headers(choice: Choice) -> list[str]:
    return explorer.headers()


def _rows(showing: Showing) -> Rows:
    return explorer.rows(showing.choice, showing.everything, showing.today)


VALUES = View("values", _("Chart and table"), "indicators/pages/explorer_values.html", _shown, _headers, _rows)
