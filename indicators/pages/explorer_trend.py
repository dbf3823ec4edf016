"""The explorer's trend view: does the series rise or fall, by which test, and what would another test say?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.downloads import Rows, Value
from indicators.pages.explorer import Line, drawn_line
from indicators.pages.explorer_choice import PLACE, Choice
from indicators.pages.explorer_subjects import key_of, read
from indicators.pages.explorer_view import Showing, View
from indicators.pages.numbers import is_coverage, unit_name
from indicators.pages.trend_words import (
    SEASONAL,
    SEASONS,
    TESTS,
    complete_values,
    p_text,
    refusal_text,
    slope_text,
    trend_of,
    trend_words,
)
from indicators.rollup.readings import Reading
from indicators.trends.mann_kendall import ALPHA, Trend
from indicators.trends.series import Refusal
from indicators.trends.several import regional


@dataclass(frozen=True)
class Verdict:
    """A row of a table of tests: `claim` says what may be claimed, or why nothing can be tested."""

    name: str
    found: Trend | Refusal
    frequency: str
    url: str = ""
    demonstration: bool = False

    @property
    def trend(self) -> Trend | None:
        return self.found if isinstance(self.found, Trend) else None

    @property
    def claim(self) -> str:
        if isinstance(self.found, Refusal):
            return refusal_text(self.found)
        return direction_text(self.found)

    @property
    def p(self) -> str:
        return p_text(self.found.p).removeprefix("= ") if isinstance(self.found, Trend) else ""

    @property
    def slope(self) -> str:
        return slope_text(self.found, self.frequency) if isinstance(self.found, Trend) else ""


def direction_text(trend: Trend) -> str:
    """What a test allows to say, in two or three words."""
    return {"increasing": _("rising"), "decreasing": _("falling"), "none": _("no trend can be claimed")}[
        trend.direction
    ]


def _shown(showing: Showing) -> dict[str, Any]:
    choice, (head, *others) = showing.choice, showing.lines
    test, found = choice.option("test"), _of_line(choice, head)
    places = [_verdict(choice, line) for line in others]
    together = _together(showing, others)
    return {
        "head": head,
        "chart": _chart(choice, head, found),
        "words": trend_words(_readings(head), choice.frequency, test),
        "tests": [_by(choice, head, other) for other in TESTS],
        "test_name": TESTS[test],
        "places": places + ([together] if together else []),
        "tested": (tested_here := sum(place.trend is not None for place in places)),
        "by_chance": tested_here * ALPHA,
        "page": showing.page,
        "demonstration": any(line.demonstration for line in showing.lines),
    }


def _readings(line: Line) -> list[Reading]:
    return [cell.part.reading for cell in line.cells]


def _of_line(choice: Choice, line: Line) -> Trend | Refusal:
    return trend_of(_readings(line), choice.frequency, choice.option("test"))


def _verdict(choice: Choice, line: Line) -> Verdict:
    return Verdict(line.name, _of_line(choice, line), choice.frequency, line.url, line.demonstration)


def _by(choice: Choice, line: Line, test: str) -> Verdict:
    """The same series by another test."""
    return Verdict(str(TESTS[test]), trend_of(_readings(line), choice.frequency, test), choice.frequency)


def _together(showing: Showing, others: Sequence[Line]) -> Verdict | None:
    """The places below as one region: each keeps its own level, scores are added. Only where all of them are here."""
    if not showing.choice.below or showing.count != 1 + len(others) or len(others) < 2:
        return None
    found = regional([complete_values(_readings(line)) for line in others])
    made_up = any(line.demonstration for line in others)
    return Verdict(_("All of them together (regional Mann–Kendall)"), found, showing.choice.frequency, "", made_up)


def _chart(choice: Choice, line: Line, found: Trend | Refusal) -> Chart:
    measure = choice.measure
    words = {"indicator": measure.short, "place": line.name}
    if isinstance(found, Trend):
        title = {
            "increasing": _("%(indicator)s, %(place)s: rising trend"),
            "decreasing": _("%(indicator)s, %(place)s: falling trend"),
            "none": _("%(indicator)s, %(place)s: no trend can be claimed"),
        }[found.direction]
    else:
        title = _("%(indicator)s, %(place)s: no trend can be tested")
    series = [drawn_line(line)]
    if isinstance(found, Trend):
        steps = SEASONS[choice.frequency] if found.variant in SEASONAL else 1
        slope = [found.intercept + found.slope * place / steps for place in range(len(line.cells))]
        labels = [cell.period for cell in line.cells]
        series.append(Series(_("Sen’s slope"), list(zip(labels, slope, strict=True)), "guide"))
    coverage = is_coverage(measure)
    return line_chart(
        series,
        title=title % words,
        unit=unit_name(measure.unit),
        source=measure.source,
        reference=100 if coverage else None,
        reference_label="100 %" if coverage else "",
        key="explorer-chart",
    )


def _headers(choice: Choice) -> list[str]:
    return [
        _("Code"), _("Indicator"), _("Place"), _("DHIS2 uid"), _("From"), _("To"), _("Test (code)"), _("Test"),
        _("Periods tested"), "S", "var S", "tau", "z", "p", _("Sen’s slope"), _("Slope per"), _("Result (code)"),
        _("Result"), _("Demonstration"),
    ]  # fmt: skip


def _rows(showing: Showing) -> Rows:
    """One row per place or group by the test chosen; of a place by itself one row per test."""
    choice = showing.choice
    tests = list(TESTS) if choice.show == PLACE else [choice.option("test")]
    found = read(choice, showing.everything)
    for subject in showing.everything:
        periods = [found[key_of(subject), when] for when in choice.periods]
        uid = subject.uid if isinstance(subject, OrgUnit) else ""
        for test in tests:
            yield [choice.measure.code, choice.measure.name, subject.name, uid, *_figures(choice, periods, test)]


def _figures(choice: Choice, periods: Sequence[Reading], test: str) -> Iterator[Value]:
    found = trend_of(periods, choice.frequency, test)
    yield from (choice.periods[0].id, choice.periods[-1].id, test, str(TESTS[test]), found.points)
    if isinstance(found, Trend):
        per = "year" if test in SEASONAL else choice.frequency
        yield from (found.s, found.var_s, found.tau, found.z, found.p, found.slope, per, found.direction)
        yield direction_text(found)
    else:
        yield from (None, None, None, None, None, None, "", found.reason, refusal_text(found))
    yield _("yes") if any(reading.demonstration for reading in periods) else _("no")


TREND = View(
    "trend",
    gettext_lazy("Trend"),
    "indicators/pages/explorer_trend.html",
    _shown,
    _headers,
    _rows,
    {"test": lambda: forms.ChoiceField(label=gettext_lazy("Test"), choices=list(TESTS.items()))},
)
