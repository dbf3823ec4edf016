"""The explorer's first view: a chart and the table of its numbers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from indicators.pages import explorer
from indicators.pages.downloads import Rows
from indicators.pages.explorer_choice import Choice
from indicators.pages.explorer_subjects import groups_without_members
from indicators.pages.explorer_view import Showing, View
from indicators.pages.formats import period_text


def _shown(showing: Showing) -> dict[str, Any]:
    choice = showing.choice
    return {
        "lines": showing.lines,
        "labels": [period_text(when) for when in choice.periods],
        "page": showing.page,
        "chart": explorer.chart(choice, showing.lines, showing.files["csv"]),
        "demonstration": any(line.demonstration for line in showing.lines),
        "most_lines": explorer.LINES,
        "empty_groups": list(groups_without_members()) if choice.show == "groups" else [],
    }


def _headers(choice: Choice) -> list[str]:
    return explorer.headers()


def _rows(showing: Showing) -> Rows:
    return explorer.rows(showing.choice, showing.everything, showing.today)


VALUES = View("values", _("Chart and table"), "indicators/pages/explorer_values.html", _shown, _headers, _rows)
