import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest
from django.utils import translation

from indicators.pages.bars import bar_pairs
from indicators.pages.charts import Chart, Series, line_chart, small_multiples
from indicators.templatetags.capev import chart as draw

QUARTERS = ["T4 2022", "T1 2023", "T2 2023", "T3 2023", "T4 2023", "T1 2024"]


def series(name: str = "Boura", values: Any = (107, 96, None, 62, 80, 100), **more: Any) -> Series:
    return Series(name, list(zip(QUARTERS, values, strict=True)), **more)


def coverage(*lines: Series, **more: Any) -> Chart:
    words: dict[str, Any] = {
        "title": "Couverture",
        "unit": "%",
        "source": "DHIS2",
        "reference": 100,
        "reference_label": "100 %",
    }
    return line_chart(lines or [series()], **{"reference_label": "100 %", **words, **more})


def test_a_missing_value_leaves_the_line_open_and_is_no_zero() -> None:
    chart = coverage()
    for drawing in chart.drawings.values():
        (curve,) = drawing.curves
        assert curve.path.count("M") == 2
        assert [mark.value for mark in curve.marks] == [107, 96, 62, 80, 100]
    assert chart.missing == 1
    assert chart.rows[2] == ("T2 2023", [None])
    assert chart.figure["data"][0]["y"][2] is None
    assert chart.figure["data"][0]["connectgaps"] is False


def test_a_value_between_two_gaps_is_drawn_as_a_point() -> None:
    long = Series("A", [(str(i), 5.0 if i == 20 else None) for i in range(40)])
    (curve,) = line_chart([long], title="t", unit="u", source="s").drawings["wide"].curves
    assert [mark.label for mark in curve.marks] == ["20"]


def test_zero_is_drawn_on_the_zero_line() -> None:
    drawing = coverage(series(values=(0, 10, 20, 30, 40, 50))).drawings["wide"]
    zero = next(tick for tick in drawing.y_ticks if tick.zero)
    assert drawing.curves[0].marks[0].y == zero.place


def test_only_values_above_the_reference_are_marked_and_they_are_drawn_where_they_lie() -> None:
    chart = coverage(series(values=(155, 100, 100.04, 62, None, 59)))
    assert chart.over == [("Boura", "T4 2022", 155), ("Boura", "T2 2023", 100.04)]
    over = [mark for mark in chart.drawings["wide"].curves[0].marks if mark.over]
    assert [mark.value for mark in over] == [155, 100.04]
    assert all(mark.shape and mark.labelled for mark in over)
    assert float(over[0].y) < float(chart.drawings["wide"].reference)
    assert chart.figure["data"][0]["marker"]["symbol"].count("triangle-up-open") == 2


def test_without_a_reference_nothing_is_over_and_negative_values_keep_their_sign() -> None:
    chart = line_chart([series(values=(-120, 30, 40, None, 10, 340))], title="Zéro dose", unit="enfants", source="s")
    assert chart.over == []
    ticks = [tick.value for tick in chart.drawings["wide"].y_ticks]
    assert ticks[0] <= -120
    assert 0 in ticks


def test_not_a_number_counts_as_missing_and_infinity_is_refused() -> None:
    assert series(values=(float("nan"), 1, 1, 1, 1, 1)).values[0] is None
    with pytest.raises(ValueError, match="infinite"):
        series(values=(float("inf"), 1, 1, 1, 1, 1))


def test_series_over_different_periods_are_refused() -> None:
    other = Series("B", [("T1 2023", 1.0)])
    with pytest.raises(ValueError, match="same labels"):
        coverage(series(), other)


def test_without_any_value_there_are_no_axes_but_a_sentence() -> None:
    chart = coverage(series(values=[None] * 6))
    assert chart.empty
    html = draw(chart)
    assert "<svg" not in html
    assert 'class="empty' in html
    assert line_chart([], title="t", unit="u", source="s").empty


def test_each_panel_has_its_own_scale_unless_shared() -> None:
    lines = [series("Mali", (800_000, 810_000, 0, 1, 2, 3)), series("Hub", (9_000, 9_100, 0, 1, 2, 3))]
    words: dict[str, Any] = {"title": "DTC1", "unit": "doses", "source": "DHIS2"}

    def tops(**more: Any) -> list[float]:
        panels = small_multiples(lines, **words, **more).panels
        return [panel.drawings["only"].y_ticks[-1].value for panel in panels]

    assert tops() == [1_000_000, 10_000]
    assert tops(shared=True) == [1_000_000, 1_000_000]


def test_every_figure_is_one_that_plotly_accepts() -> None:
    lines = [series(), series("Kologo", (45, 50, 84, 60, 55, None), kind="points")]
    words: dict[str, Any] = {"title": "Couverture", "unit": "%", "source": "DHIS2"}
    names: dict[str, Any] = {"planned_name": "prévu", "done_name": "fait"}
    for figure in (
        coverage(*lines).figure,
        small_multiples([*lines, series("C")], reference=100, **words).whole.figure,
        bar_pairs([("A", 8, 7), ("B", 8, None)], **words, **names).figure,
    ):
        go.Figure(json.loads(json.dumps(figure, allow_nan=False)))
    with pytest.raises(ValueError, match="Invalid property"):
        go.Figure({"data": [{"type": "scatter", "connectgap": False}]})


def test_text_is_escaped_in_the_page_and_stripped_of_what_plotly_would_interpret() -> None:
    html = draw(coverage(series("<script>alert(1)</script> $x$"), title="</script><b>"))
    assert "<script>alert" not in html
    assert "<b>" not in html
    figure = coverage(series("<i>$x$")).figure
    assert figure["data"][0]["name"] == "ix"


def test_planned_and_done_keep_zero_missing_and_more_than_planned_apart() -> None:
    words: dict[str, Any] = {
        "title": "Visites",
        "unit": "visites",
        "source": "s",
        "planned_name": "prévu",
        "done_name": "fait",
    }
    chart = bar_pairs([("A", 8, 0), ("B", 8, None), ("C", 8, 9)], **words)
    none, missing, more = chart.drawings["wide"].bars
    assert (none.done_width, missing.done_width) == ("0", "")
    assert [bar.pair.over for bar in (none, missing, more)] == [False, False, True]
    html = draw(chart)
    assert "— / 8" in html
    assert "▲ 9 / 8" in html
    with pytest.raises(ValueError, match="negative"):
        bar_pairs([("A", 8, -1)], **words)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_coordinates_are_written_the_same_in_every_language(language: str) -> None:
    words: dict[str, Any] = {"title": "DTC1", "unit": "doses", "source": "s"}
    rows = [(str(i), 1.0, 0.5) for i in range(30)]
    with translation.override(language):
        drawn = [
            draw(line_chart([series(values=(1234.5, 2000, 1, 1, 1, 1))], **words)),
            draw(bar_pairs(rows, planned_name="p", done_name="d", **words)),
        ]
    for html in drawn:
        attributes = re.findall(r'\b(?:x|y|cx|cy|width|height|viewBox)="([^"]*)"', html)
        assert attributes
        assert all(re.fullmatch(r"-?[\d.]+( -?[\d.]+)*", text) for text in attributes)
        paths = re.findall(r'\bd="([^"]*)"', html)
        assert all("," not in path and "\N{NO-BREAK SPACE}" not in path for path in paths)


def test_the_drawing_is_described_and_its_numbers_stand_in_a_table() -> None:
    with translation.override("en"):
        html = draw(coverage(csv_url="/x.csv"))
    assert re.search(r"<desc[^>]*>\s*Boura: 107 in T4 2022, 100 in T1 2024\.", html)
    assert html.count('<th scope="row">') == 6
    assert 'href="/x.csv"' in html
    assert "style=" not in html
