"""The sentences of a reading: what they say of each kind of fact, where they lead, and that every number is there."""

import re
from html import unescape

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from indicators.pages.breakdown import Part, number_url
from indicators.pages.formats import number_text
from indicators.pages.told_alone import CLAIMS, told
from indicators.pages.told_together import told_together
from indicators.pages.told_words import Shown as Words
from indicators.pages.told_words import course, named, sentence
from indicators.periods import Frequency, Period
from indicators.registry.definitions import definition
from indicators.rollup.readings import Reading
from tests.pages.given_told import FIRST, a_reading, parts_of, texts_of, texts_together

pytestmark = pytest.mark.usefixtures("in_english")

DROP = [100, 98, 104, 100, 48, 142]
BOURA = [107, 85, 62, 75, 88, 100]
COVERAGE = definition("dtp1_coverage")


def test_each_number_leads_to_the_page_behind_it() -> None:
    (drop,) = [one for one in told(parts_of(DROP), COVERAGE, "quarter").sentences if one.kind == "drop_rebound"]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', drop.html) == [
        (number_url("dtp1_coverage", 7, FIRST.shift(place)), f"{DROP[place]:.1f}% ({quarter})")
        for place, quarter in [(3, "Q3 2023"), (4, "Q4 2023"), (5, "Q1 2024")]
    ]
    assert re.sub("<[^>]+>", "", unescape(drop.html)) == drop.text
    stranger = told(parts_of(DROP, link=False), COVERAGE, "quarter").sentences
    assert not any("<a" in one.html for one in stranger)
    assert [one.text for one in stranger] == [one.text for one in told(parts_of(DROP), COVERAGE, "quarter").sentences]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([50, 52, 49, 50, 95, 51],
         "Sharp rise from 50.0% (Q3 2023) to 95.0% (Q4 2023), and back down to 51.0% (Q1 2024) in the "
         "following quarter."),
        ([50, 52, 49, 50, 95, 96], "Sharp rise from 50.0% (Q3 2023) to 95.0% (Q4 2023)."),
        ([100, 98, 104, 100, 48, 50], "Sharp drop from 100.0% (Q3 2023) to 48.0% (Q4 2023)."),
        ([60, 70, 85, 84, 83, 82], "Rises steadily from 60.0% (Q4 2022) to its highest point, 85.0% (Q2 2023)."),
        ([80, 60, 70, 85, 90, 84], "Gradually climbs back from its lowest point, 60.0% (Q1 2023), to 90.0% (Q4 2023)."),
        ([98, 99, 97, 98.5, 99, 97], "Stays around 98%: all values lie between 97.0% (Q2 2023) and 99.0% (Q1 2023)."),
        ([80, 82, 95, 93, 94, 92],
         "Largest movement from one quarter to the next: 13.0 points, from 82.0% (Q1 2023) to 95.0% (Q2 "
         "2023)."),
        ([70, 50, 72, 51, 140, 124],
         "Substantial variability besides: as much as 22.0 points from one quarter to the next, from 50.0% "
         "(Q1 2023) to 72.0% (Q2 2023)."),
        ([45, 84, None, 80, 42, 79], "No complete value in 1 of 6 quarters: Q2 2023."),
        ([45, None, None, None, None, None, 42, 79],
         "No complete value in 5 of 8 quarters: what lies there is not known."),
        ([45, 84, 50, 80, 42, 79], "First value 45.0% (Q4 2022), last value 79.0% (Q1 2024)."),
        ([45, 84, 50, 80, 42, 79],
         "With 6 values the test sees a trend only if at most 1 of 15 pairs of values runs the other "
         "way: that none can be claimed does not mean that nothing changed."),
    ],
)  # fmt: skip
def test_a_sentence_of_each_kind(values: list[float | None], text: str) -> None:
    assert text in texts_of(values)


def test_months_years_and_counts_are_called_what_they_are() -> None:
    months = Period(Frequency.MONTH, 2023, 1)
    doses = texts_of([1000, 980, 1040, 1000, 480, 1420], "dtp1_doses", months)
    assert doses[0] == (
        "Sharp drop from 1,000 (Apr 2023) to 480 (May 2023), which rebounds to 1,420 (Jun 2023) in the following month."
    )
    swinging = texts_of([450, 840, 500, 800, 420, 790], "dtp1_doses", months)
    assert (
        swinging[0]
        == "Substantial variability: as much as 390 from one month to the next, from 450 (Jan 2023) to 840 (Feb 2023)."
    )
    years = texts_of(DROP, first=Period(Frequency.YEAR, 2018))
    assert years[0].startswith("Above 100% in 2 of 6 years, as high as 142.0% (2023)")
    assert "which rebounds to 142.0% (2023) in the following year." in years[1]


def test_doubt_is_said_in_the_terms_of_the_indicator() -> None:
    assert texts_of([12, -3, 5, -7, 4, 1], "zero_dose")[0] == (
        "Below zero in 2 of 6 quarters, as low as -7 (Q3 2023): more doses than target children were reported."
    )
    assert "more third than first doses" in texts_of([5, -3, 2, 1, 4, 1], "dropout_dtp1_dtp3")[0]
    assert not any("Below" in text for text in texts_of([1, -1, 2, 1, 4, 1], "competency_gain"))


def test_a_drop_to_a_value_that_lacks_reports_may_be_one_of_reporting() -> None:
    values: list[Reading | float | None] = [100, 98, 104, 100, a_reading(48, "reports_missing"), 142]
    assert texts_of(values)[1].endswith(
        "in the following quarter. For a value told here fewer reports came in than were expected: part of it may be "
        "reporting."
    )
    assert not any("reports" in text for text in texts_of(values, "checklist_score"))  # the score is about those


def test_an_incomplete_quarter_is_no_drop() -> None:
    values: list[Reading | float | None] = [100, 98, 104, 100, a_reading(48, "incomplete"), 97]
    assert not any("drop" in text for text in texts_of(values))
    assert "No complete value in 1 of 6 quarters: Q4 2023." in texts_of(values)


def test_of_twelve_children_nothing_is_made_of_a_drop_to_six() -> None:
    few = [a_reading(value, doses=value * 0.12) for value in (100, 98, 104, 100, 48, 101)]
    assert not any("drop" in text for text in texts_of(few))
    assert any("drop" in text for text in texts_of([100, 98, 104, 100, 48, 101]))


def test_what_the_page_says_elsewhere_is_left_out_and_made_up_values_are_marked() -> None:
    all_told = told(parts_of(BOURA), COVERAGE, "quarter")
    assert CLAIMS & {one.kind for one in all_told.sentences}
    assert not CLAIMS & {one.kind for one in told(parts_of(BOURA), COVERAGE, "quarter", without=CLAIMS).sentences}
    assert not all_told.demonstration
    made_up = [a_reading(value, demonstration=place == 2) for place, value in enumerate(BOURA)]
    assert told(parts_of(made_up), COVERAGE, "quarter").demonstration


@pytest.mark.parametrize("values", [[], [None] * 6, [48, 142], [80] * 6])
def test_silence(values: list[float | None]) -> None:
    assert texts_of(values) == []


def test_side_by_side() -> None:
    told = texts_together(
        {"Poste A": [45, 84, 50, 80, 42, 79], "Poste B": [48, 70, 45, 80, 50, 75], "Poste C": DROP, "Poste D": BOURA}
    )
    assert told == [
        ("", "Above 100% at 2 of 4 places (3 values), as high as 142.0% (Poste C, Q1 2024): doses or target are "
             "doubtful, or the target population is too small."),
        ("", "Substantial variability: Poste A, Poste B. Largest movement (Poste A): 39.0 points from one quarter to "
             "the next, from 45.0% (Q4 2022) to 84.0% (Q1 2023). They start between 45.0% (Poste A, Q4 2022) and "
             "48.0% (Poste B, Q4 2022)."),
        ("", "No trend can be claimed at any of the 4 places that could be tested (Mann–Kendall original). So few "
             "periods (6 at most) show only a trend that hardly ever turns."),
        ("Poste C", "Sharp drop from 100.0% (Q3 2023) to 48.0% (Q4 2023), which rebounds to 142.0% (Q1 2024) in the "
                    "following quarter."),
        ("", "Generally around one level: Poste C (100%)."),
    ]  # fmt: skip


def test_a_drop_that_places_share_is_told_first_and_not_of_each() -> None:
    told = texts_together({"Poste A": DROP, "Poste B": [80, 81, 79, 80, 40, 80], "Poste C": BOURA})
    assert told[0] == ("", "Sharp drop at 2 of 3 places at the same time, Q4 2023: Poste A 48.0%, Poste B 40.0%.")
    assert [place for place, _ in told if place] == ["Poste C"]


def test_trends_side_by_side_say_what_chance_would_show() -> None:
    rising = [float(value) for value in range(40, 64, 2)]
    told = texts_together({"Poste A": rising, "Poste B": rising[::-1], "Poste C": [50, 51] * 6})
    assert told[0][1] == (
        "Rising trend at 1 of 3 places that could be tested: Poste A (Mann–Kendall original). The test takes the "
        "periods as independent of each other. Without any trend, about 0.2 of them would still seem to have one."
    )
    assert told[1][1].startswith("Falling trend at 1 of 3 places that could be tested: Poste B")


def test_a_single_place_is_read_alone_and_no_place_not_at_all() -> None:
    assert [text for _, text in texts_together({"Poste A": DROP})] == texts_of(DROP)
    assert texts_together({}) == []


def test_places_with_too_few_values_are_left_out_and_counted() -> None:
    lines = [
        ("Poste A", parts_of(DROP)),
        ("Poste B", parts_of(BOURA)),
        ("Poste C", parts_of([None, 155, 90, None, None, None])),
    ]
    found = told_together(lines, COVERAGE, "quarter")
    assert found.left_out == 1
    assert found.sentences[0].text.startswith("Above 100% at 2 of 2 places (3 values), as high as 142.0%")


def test_many_places_are_counted() -> None:
    places = [Words(name) for name in "ABCDE"]
    assert [one.text for one in named(places)] == ["A", "B", "C", "2 others"]
    assert [one.text for one in named(places[:4])] == ["A", "B", "C", "D"]


def test_names_and_messages_are_escaped() -> None:
    one = sentence("kind", "<b> %(place)s", place=Words("<script>", "/a?b=1&c=2"))
    assert one.html == '&lt;b&gt; <a href="/a?b=1&amp;c=2">&lt;script&gt;</a>'
    assert one.text == "<b> <script>"


def test_numbers_and_periods_are_written_as_the_reader_writes_them() -> None:
    with override("fr"):
        told = texts_of(DROP)
    assert any("48,0\xa0% (T4 2023)" in text and "142,0\xa0% (T1 2024)" in text for text in told)
    assert not any("Q4" in text or "48.0" in text for text in told)


SERIES = st.lists(st.none() | st.integers(0, 1600).map(lambda tenths: tenths / 10), max_size=14)


def written(parts: list[Part], texts: list[str]) -> set[str]:
    """The numbers of measured things in these sentences: no periods, no counts, no figures of a test."""
    labels = sorted({part.label for part in parts}, key=len, reverse=True)
    numbers = set()
    for text in texts:
        for label in labels:
            text = text.replace(label, "")
        numbers |= set(re.findall(r"(\d[\d,]*\.\d)(?=%| points)", text))
    return numbers


@given(SERIES)
def test_every_percentage_told_is_one_of_the_series_or_a_distance_of_two(values: list[float | None]) -> None:
    parts = parts_of(values)
    texts = [one.text for one in told(parts, COVERAGE, "quarter").sentences]
    known = [value for value in values if value is not None]
    allowed = {number_text(value, 1) for value in known}
    allowed |= {number_text(abs(one - other), 1) for one in known for other in known}
    assert written(parts, texts) <= allowed
    assert len(texts) <= 5
    assert not any(re.search(r"%\(|None|nan", text) for text in texts)


@given(SERIES)
def test_a_rebound_is_never_told_without_its_drop(values: list[float | None]) -> None:
    for text in texts_of(values):
        assert ("rebounds" not in text) or text.startswith("Sharp drop from ")


@given(st.lists(st.lists(st.none() | st.integers(0, 160).map(float), min_size=6, max_size=6), max_size=5))
def test_any_places_can_be_told_side_by_side(series: list[list[float | None]]) -> None:
    lines = [(f"Poste {number}", parts_of(values)) for number, values in enumerate(series)]
    told = told_together(lines, COVERAGE, "quarter").sentences
    texts = [one.text for one in told]
    known = [value for values in series for value in values if value is not None]
    allowed = {number_text(value, 1) for value in known}
    allowed |= {number_text(abs(one - other), 1) for one in known for other in known}
    assert written([part for _, parts in lines for part in parts], texts) <= allowed
    assert len(texts) <= 5


def test_the_series_that_is_read() -> None:
    found = course(parts_of([100, a_reading(90, "reports_missing"), a_reading(80, "incomplete"), None]), COVERAGE)
    assert (found.values, found.doubtful, found.limit) == ([100, 90, None, None], [1], 100)
    assert list(found.counts) == [1000, 900, 800, None]
    assert course(parts_of([1, 2], "zero_dose"), definition("zero_dose")).counts == ()


def test_a_reading_without_a_numerator_is_judged_without_chance() -> None:
    values = [Reading(float(value), None, None, 3, 3, False, ()) for value in DROP]
    assert any("drop" in text for text in texts_of(values))
