"""The explorer's control chart: which values stand out from what the process does by itself?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from indicators.geography.models import OrgUnit
from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.control_words import CHARTS, USUAL, Limit, Limits, limits, refusal_text, rules_text
from indicators.pages.downloads import Rows, Value
from indicators.pages.explorer import Cell, Line, drawn_line
from indicators.pages.explorer_choice import Choice
from indicators.pages.explorer_subjects import key_of, read
from indicators.pages.explorer_view import Showing, View
from indicators.pages.formats import number_text
from indicators.pages.numbers import is_coverage, unit_name
from indicators.trends.control_charts import RULES
from indicators.trends.series import Refusal


@dataclass(frozen=True)
class Outcome:
    """A line of the table of places: how many of its values break each rule, or why there are no limits."""

    name: str
    url: str
    demonstration: bool
    limits: Limits | None
    refusal: str

    @property
    def broken(self) -> list[int]:
        return [self.limits.breaking(rule) for rule in ("beyond", "shift", "trend")] if self.limits else []


def _shown(showing: Showing) -> dict[str, Any]:
    choice, (head, *others) = showing.choice, showing.lines
    found = _of_line(choice, head)
    drawn = found if isinstance(found, Limits) else None
    return {
        "head": head,
        "chart": _chart(choice, head, found),
        "limits": drawn,
        "chart_name": CHARTS[found.chart if isinstance(found, Limits) else found.variant],
        "refusal": refusal_text(found) if isinstance(found, Refusal) else "",
        "rules": rules_text(),
        "rows": _beside(head, drawn),
        "places": [_outcome(choice, line) for line in others],
        "page": showing.page,
        "demonstration": any(line.demonstration for line in showing.lines),
    }


def _of_line(choice: Choice, line: Line) -> Limits | Refusal:
    return limits([cell.part.reading for cell in line.cells], choice.measure, choice.option("limits"))


def _beside(line: Line, found: Limits | None) -> list[tuple[Cell, Limit | None]]:
    return [(cell, found.periods[place] if found else None) for place, cell in enumerate(line.cells)]


def _outcome(choice: Choice, line: Line) -> Outcome:
    found = _of_line(choice, line)
    if isinstance(found, Refusal):
        return Outcome(line.name, line.url, line.demonstration, None, refusal_text(found))
    return Outcome(line.name, line.url, line.demonstration, found, "")


def _chart(choice: Choice, line: Line, found: Limits | Refusal) -> Chart:
    measure = choice.measure
    words = {"indicator": measure.short, "place": line.name}
    if isinstance(found, Refusal):
        title = _("%(indicator)s, %(place)s: no control limits") % words
        series = [drawn_line(line)]
    else:
        count = len(found.signals)
        title = (
            ngettext(
                "%(indicator)s, %(place)s: %(count)s of %(points)s values stands out",
                "%(indicator)s, %(place)s: %(count)s of %(points)s values stand out",
                count,
            )
            % {**words, "count": number_text(count), "points": number_text(found.points)}
            if count
            else _("%(indicator)s, %(place)s: no value stands out") % words
        )
        labels = [cell.period for cell in line.cells]
        guides = {
            _("Centre"): [limit.centre for limit in found.periods],
            _("Lower limit"): [limit.lower for limit in found.periods],
            _("Upper limit"): [limit.upper for limit in found.periods],
        }
        series = [
            drawn_line(line, found.signals),
            *(Series(name, list(zip(labels, values, strict=True)), "guide") for name, values in guides.items()),
        ]
    coverage = is_coverage(measure)
    return line_chart(
        series,
        title=title,
        unit=unit_name(measure.unit),
        source=measure.source,
        reference=100 if coverage else None,
        reference_label="100 %" if coverage else "",
        y_from_zero=False,
        key="explorer-chart",
    )


def _headers(choice: Choice) -> list[str]:
    return [
        _("Code"), _("Indicator"), _("Unit"), _("Place"), _("DHIS2 uid"), _("Period"), _("Chart (code)"), _("Value"),
        _("Centre"), _("Lower limit"), _("Upper limit"), _("Moving range"), _("Rule set"), _("Rules broken (codes)"),
        _("No limits because (code)"), _("Demonstration"),
    ]  # fmt: skip


def _rows(showing: Showing) -> Rows:
    """One row per place or group and period. Incomplete periods are gaps, as on the page."""
    choice, measure = showing.choice, showing.choice.measure
    found = read(choice, showing.everything)
    for subject in showing.everything:
        periods = [found[key_of(subject), when] for when in choice.periods]
        drawn = limits(periods, measure, choice.option("limits"))
        uid = subject.uid if isinstance(subject, OrgUnit) else ""
        for place, (when, reading) in enumerate(zip(choice.periods, periods, strict=True)):
            yield [
                measure.code, measure.name, unit_name(measure.unit), subject.name, uid, when.id,
                *_figures(drawn, place, reading.value), _("yes") if reading.demonstration else _("no"),
            ]  # fmt: skip


def _figures(drawn: Limits | Refusal, place: int, value: float | None) -> Iterator[Value]:
    if isinstance(drawn, Refusal):
        yield from (drawn.variant, value, None, None, None, None, RULES, "", drawn.reason)
        return
    limit = drawn.periods[place]
    yield from (drawn.chart, value, limit.centre, limit.lower, limit.upper, limit.moved, RULES)
    yield from (" ".join(limit.rules), "")


CONTROL = View(
    "control",
    gettext_lazy("Control chart"),
    "indicators/pages/explorer_control.html",
    _shown,
    _headers,
    _rows,
    {
        "limits": lambda: forms.ChoiceField(
            label=gettext_lazy("Limits"),
            choices=[(USUAL, gettext_lazy("as usual for this indicator")), *CHARTS.items()],
        )
    },
)
