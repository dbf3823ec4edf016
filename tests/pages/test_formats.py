from datetime import date
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from indicators.pages import formats
from indicators.periods import BadPeriod, Period
from indicators.templatetags import capev

NBSP = "\N{NO-BREAK SPACE}"


def rendered(language: str, source: str, **context: Any) -> str:
    with translation.override(language):
        return Template("{% load capev %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "value", "french", "english"),
    [
        ("number", 1146, f"1{NBSP}146", "1,146"),
        ("number", 157055.0, f"157{NBSP}055", "157,055"),
        ("number", 0, "0", "0"),
        ("number", -0.04, "0,0", "0.0"),
        ("number", -120, "-120", "-120"),
        ("percent", 82.7, f"82,7{NBSP}%", "82.7%"),
        ("percent", 0, f"0,0{NBSP}%", "0.0%"),
        ("percent", 155, f"155,0{NBSP}%", "155.0%"),
        ("percent:0", 104.3, f"104{NBSP}%", "104%"),
        ("period_label", "2024Q1", "T1 2024", "Q1 2024"),
        ("period_label", "202401", "janv. 2024", "Jan 2024"),
        ("period_label", Period.parse("2024").code, "2024", "2024"),
        ("period_label", "2024S1", "janv.–juin 2024", "Jan\N{THIN SPACE}–\N{THIN SPACE}Jun 2024"),
        ("period_label", "2024S3", "2024S3", "2024S3"),
        ("month_label", date(2024, 1, 15), "janvier 2024", "January 2024"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(source: str, value: Any, french: str, english: str) -> None:
    assert rendered("fr", f"{{{{ value|{source} }}}}", value=value) == french
    assert rendered("en", f"{{{{ value|{source} }}}}", value=value) == english


@pytest.mark.parametrize("source", ["number", "percent", "period_label", "month_label"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_a_dash_that_is_read_out(source: str, value: Any) -> None:
    html = rendered("en", f"{{{{ value|{source} }}}}", value=value)
    assert "—" in html
    assert "no data" in html


def test_text_that_is_no_number_is_refused_and_no_period_raises() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        capev.number("douze")
    with pytest.raises(BadPeriod):
        formats.period_text("2024S3")


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("20040315", "15 mars 2004", "Mar 15, 2004"),
        ("2004W10", "1–7 mars 2004", "Mar 1 – 7, 2004"),
        ("200401B", "janv.–févr. 2004", "Jan – Feb 2004"),
        ("2004AprilS2", "oct. 2004 – mars 2005", "Oct 2004 – Mar 2005"),
        ("2004Nov", "nov. 2003 – oct. 2004", "Nov 2003 – Oct 2004"),
    ],
)
def test_periods_of_other_types_are_named_by_their_days_or_months(text: str, french: str, english: str) -> None:
    for language, wanted in (("fr", french), ("en", english)):
        with translation.override(language):
            assert formats.period_text(text).replace("\N{THIN SPACE}", " ") == wanted


@pytest.mark.parametrize(("value", "over"), [(100.0, False), (100.0001, True), (155, True), (None, False), (0, False)])
def test_over_100_is_judged_before_rounding(value: float | None, over: bool) -> None:
    assert capev.over_100(value) is over
    assert ('class="over"' in capev.coverage(value)) is over


def test_progress_shows_more_than_planned_and_never_divides_by_nothing() -> None:
    source = "{% progress label='Visits' done=done planned=planned %}"
    html = rendered("en", source, done=9, planned=8)
    assert '<progress max="8" value="8"' in html
    assert "more than planned" in html
    assert "112%" in html
    for planned in (0, None):
        assert "<progress" not in rendered("en", source, done=3, planned=planned)
    unknown = rendered("en", source, done=None, planned=8)
    assert "no data" in unknown
    assert "<progress" not in unknown


def test_a_tile_shows_zero_and_marks_missing() -> None:
    source = "{% stat_tile label='x' value=value %}"
    assert "no data" not in rendered("en", source, value=0)
    assert "no data" in rendered("en", source, value=None)


def test_the_demonstration_mark_shows_only_on_made_up_rows() -> None:
    assert rendered("en", "{% demo_mark row %}", row=False) == ""
    assert "demonstration" in rendered("en", "{% demo_mark row %}", row=True)


def test_text_from_people_is_escaped() -> None:
    html = rendered("en", "{% data_table headers=h rows=r %}", h=["<b>"], r=[["<i>", "<u>"]])
    assert not {"<b>", "<i>", "<u>"} & set(html.split("\n"))
    assert "&lt;i&gt;" in html
