"""Guides (limits, slopes) and signals on a line chart: drawn and named, but never taken for measurements."""

from django.template.loader import render_to_string
from django.utils.translation import override

from indicators.pages.charts import Chart, line_chart
from indicators.pages.series import Series

LABELS = ["A", "B", "C", "D"]


def a_chart(values: list[float | None], guide: list[float | None], *signals: int) -> Chart:
    measured = Series("doses", list(zip(LABELS, values, strict=True)), signals=frozenset(signals))
    limit = Series("limit", list(zip(LABELS, guide, strict=True)), "guide")
    return line_chart([measured, limit], title="T", unit="%", source="S", reference=100)


def test_a_guide_is_a_line_without_marks_and_nothing_of_it_is_too_high_or_missing() -> None:
    chart = a_chart([90, 95, 99, 98], [120, 120, None, 120])
    measured, guide = chart.drawings["wide"].curves
    assert len(measured.marks) == 4
    assert (guide.marks, guide.guide, measured.guide) == ([], True, False)
    assert guide.path.count("M") == 2
    assert (chart.over, chart.missing, len(chart.extremes)) == ([], 0, 1)


def test_a_guide_alone_makes_no_chart() -> None:
    assert a_chart([None] * 4, [1, 1, 1, 1]).empty


def test_a_signal_is_ringed_named_in_the_legend_and_drawn_by_plotly() -> None:
    chart = a_chart([90, 120, 99, 98], [97] * 4, 1, 3)
    marks = chart.drawings["wide"].curves[0].marks
    assert [mark.label for mark in marks if mark.signal] == ["B", "D"]
    assert [mark.label for mark in marks if mark.over] == ["B"]
    with override("en"):
        page = render_to_string("components/chart.html", {"chart": chart})
    assert page.count('class="signal"') == 1 + 2 * 3  # the legend's, and two in each size
    assert "stands out" in page
    measured, guide = chart.figure["data"]
    assert measured["marker"]["symbol"] == ["circle", "triangle-up-open", "circle", "circle-open-dot"]
    assert guide["mode"] == "lines"


def test_without_signals_nothing_is_ringed() -> None:
    with override("en"):
        page = render_to_string("components/chart.html", {"chart": a_chart([1, 2, 3, 4], [2] * 4)})
    assert "signal" not in page
    assert "stands out" not in page


def test_a_signal_is_marked_even_among_many_points() -> None:
    points: list[tuple[str, float | None]] = [(str(i), float(i % 5)) for i in range(40)]
    chart = line_chart([Series("doses", points, signals=frozenset({7}))], title="T", unit="", source="S")
    assert [mark.label for mark in chart.drawings["wide"].curves[0].marks] == ["7"]
