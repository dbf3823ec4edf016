"""The reading against the study's own page on Q4 2022 – Q1 2024, sentence by sentence.

The page prints few of the values it speaks of (`research/study/files/figures.yaml`). What follows from those is told
from those alone. Every other sentence rests on values that are not printed: it is told of every way to fill them in
that agrees with what the page says, and of no series as printed.
"""

from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Frequency, Period, between
from indicators.trends.reading import facts
from indicators.trends.reading_facts import Course
from indicators.trends.reading_several import together
from indicators.trends.reading_steps import steps
from research.study.files import DIRECTORY
from tests.pages.given_told import texts_of, texts_together

pytestmark = pytest.mark.usefixtures("in_english")

QUARTERS = [*between(Period(Frequency.QUARTER, 2022, 4), Period(Frequency.QUARTER, 2024, 1))]
PLACES = ("Bougouni Oest", "Aniasco", "Asaco-Sodia", "Boura", "N'Debougou", "Niono Central", "Kologo")


@cache
def printed_rows() -> list[dict[str, Any]]:
    rows = yaml.safe_load((DIRECTORY / "figures.yaml").read_text(encoding="utf-8"))
    return [row for row in rows if row["indicator"] == "dtp1_coverage"]


def printed(place: str) -> list[float | None]:
    """The six quarters as printed. «About», ranges and figures without a quarter are no value of a quarter."""
    found = {
        row["period"]: float(row["value"])
        for row in printed_rows()
        if row["printed_place"] == place and "period" in row and "precision" not in row
    }
    return [found.get(quarter.id) for quarter in QUARTERS]


def kinds(values: list[float | None]) -> set[str]:
    return {fact.kind for fact in facts(Course(values, limit=100))}


# ---- as printed


def test_what_the_page_prints() -> None:
    assert printed("Bougouni Oest") == [None, None, None, None, 48, 142]
    assert printed("Asaco-Sodia") == [142, None, 74, None, None, 59]
    assert printed("Boura") == [107, None, 62, None, None, None]
    for place in ("Aniasco", "N'Debougou", "Niono Central", "Kologo"):
        assert printed(place) == [None] * 6
    assert max(row.get("value", 0) for row in printed_rows()) == 155


def test_asaco_sodia_as_printed_is_lowest_at_its_last_value_not_where_the_page_says() -> None:
    """«reaching their lowest points in Q2 2023 at 74» – and then «a low of 59 % in Q1 2024»: the second is lower."""
    assert texts_of(printed("Asaco-Sodia")) == [
        "No complete value in 3 of 6 quarters: Q1 2023, Q3 2023, Q4 2023.",
        "Above 100% in 1 of 3 quarters, as high as 142.0% (Q4 2022): doses or target are doubtful, or the target "
        "population is too small.",
        "A trend cannot be tested here: too few complete periods (n = 3).",
        "Between 59.0% (Q1 2024) and 142.0% (Q4 2022).",
    ]


@pytest.mark.parametrize(
    ("place", "claims"),
    [
        ("Bougouni Oest", {"drop", "drop_rebound", "around", "above"}),  # nothing is printed before Q4 2023
        (
            "Boura",
            {"decline", "decline_to_lowest", "recovery", "above"},
        ),  # no Q1 2023; 100 % is printed without quarter
        ("Asaco-Sodia", {"decline", "decline_to_lowest", "variable"}),  # no Q1 2023; no two neighbours at all
        ("N'Debougou", {"variable", "no_trend"}),  # «40–50 %» and «39 points» are no values of quarters
        ("Niono Central", {"variable", "no_trend"}),
        ("Kologo", {"variable", "no_trend"}),
        ("Aniasco", {"around", "above"}),  # «around 100 %», of no quarter
    ],
)
def test_what_the_page_says_and_its_printed_values_do_not_show(place: str, claims: set[str]) -> None:
    assert kinds(printed(place)).isdisjoint(claims)


def test_of_a_single_series_of_three_printed_values_nothing_can_be_said_side_by_side() -> None:
    assert together([Course(printed(place), limit=100) for place in PLACES]) == []


def test_the_most_dramatic_step_that_is_printed_is_another_places() -> None:
    """«The most dramatic fluctuations are observed in Asaco-Sodia and Boura»: of neither are two neighbours printed,
    and the one step that is, in Bougouni Oest, is more than twice the 39 points of the most variable three."""
    assert {place: [step.by for step in steps(printed(place))] for place in PLACES if steps(printed(place))} == {
        "Bougouni Oest": [94]
    }


# ---- with what is not printed filled in as the page describes it


@given(st.lists(st.integers(95, 105).map(float), min_size=4, max_size=4))
def test_bougouni_oest_drops_to_48_and_rebounds_to_142(around_100: list[float]) -> None:
    """«maintain high coverage rates of around 100 %, except for a sharp drop in Bougouni Oest to 48 % in Q4 2023, which
    rebounds to 142 % in the following quarter»"""
    told = texts_of([*around_100, 48.0, 142.0])
    before = f"{around_100[-1]:.1f}% (Q3 2023)"
    assert (
        f"Sharp drop from {before} to 48.0% (Q4 2023), which rebounds to 142.0% (Q1 2024) in the following quarter."
        in told
    )
    (usual,) = [text for text in told if text.startswith("Generally around")]
    assert 95 <= int(usual.removeprefix("Generally around ").split("%")[0]) <= 105
    assert "4 of 6 quarters" in usual
    (above,) = [text for text in told if text.startswith("Above 100%")]
    assert "as high as 142.0% (Q1 2024)" in above


@given(st.integers(98, 118), st.integers(76, 120), st.integers(60, 120))
def test_asaco_sodia_declines_from_142_to_74_and_ends_lower(q1: int, q3: int, q4: int) -> None:
    """«experience steady declines … 74 … Asaco-Sodia continues to fluctuate, hitting a low of 59 % in Q1 2024». Steady
    it is where Q1 2023 lies between 97 and 119: further off, one quarter makes two thirds of the fall."""
    told = texts_of([142, q1, 74, q3, q4, 59])
    assert "Declines steadily from 142.0% (Q4 2022) to 74.0% (Q2 2023)." in told
    assert kinds([142, q1, 74, q3, q4, 59]).isdisjoint({"decline_to_lowest", "recovery"})
    assert {fact.kind: fact.places for fact in facts(Course([142, q1, 74, q3, q4, 59]))}["range"] == (5, 0)


@given(st.integers(78, 91), st.integers(67, 76), st.integers(78, 90))
def test_boura_declines_to_62_and_recovers_to_100(q1: int, q3: int, q4: int) -> None:
    """«Boura starts at 107 % … lowest … 62 % … gradually recovers to 100 %»: here in the last quarter."""
    told = texts_of([107, q1, 62, q3, q4, 100])
    assert "Declines steadily from 107.0% (Q4 2022) to its lowest point, 62.0% (Q2 2023)." in told
    assert "Gradually climbs back from its lowest point, 62.0% (Q2 2023), to 100.0% (Q1 2024)." in told


swings = st.tuples(st.integers(40, 50), st.lists(st.integers(16, 38), min_size=4, max_size=4), st.integers(0, 4))


def swinging(start: int, sizes: list[int], largest: int) -> list[float]:
    """Up and down in turn by these steps, one of 39 among them."""
    values, every = [float(start)], [*sizes[:largest], 39, *sizes[largest:]]
    for place, size in enumerate(every):
        values.append(values[-1] + (size if place % 2 == 0 else -size))
    return values


@given(st.lists(swings, min_size=3, max_size=3))
def test_the_three_most_variable_move_by_39_points_without_a_trend(three: list[tuple[int, list[int], int]]) -> None:
    """«N'Debougou, Niono Central, and Kologo exhibit substantial variability, with coverage rates starting in the
    40–50 % range in Q4 2022 and fluctuating by as much as 39 percentage points each quarter. Despite these shifts, no
    clear upward or downward trend emerges»"""
    series = {name: swinging(*one) for name, one in zip(("N'Debougou", "Niono Central", "Kologo"), three, strict=True)}
    for values in series.values():
        told = texts_of(values)
        assert [text for text in told if text.startswith("Substantial variability: as much as 39.0 points from one ")]
        assert [text for text in told if text.startswith("No trend can be claimed (Mann–Kendall original, n = 6, p ")]
    told_of_all = {text.split(":")[0].split(" at any")[0]: text for _place, text in texts_together(series)}
    varied = told_of_all["Substantial variability"]
    assert all(name in varied for name in series)
    assert "39.0 points from one quarter to the next" in varied
    starts = varied.partition("They start between ")[2]
    low, high = sorted(values[0] for values in series.values())[:: len(series) - 1]
    assert starts.startswith(f"{low:.1f}% (")
    assert f" and {high:.1f}% (" in starts
    assert "No trend can be claimed" in told_of_all


@given(st.integers(1, 5))
def test_as_high_as_155_wherever_it_was(place: int) -> None:
    """«often exceed 100 %, reaching as high as 155 %, indicating potential data quality issues or underestimating
    target populations», printed without place and quarter."""
    aniasco: list[float] = [102, 99, 101, 98, 103, 100]
    aniasco[place] = 155
    quarter = ["Q4 2022", "Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023", "Q1 2024"][place]
    (told,) = [
        text for _, text in texts_together({"Aniasco": aniasco, "Boura": [107, 85, 62, 75, 88, 100]}) if "Above" in text
    ]
    assert (
        f"as high as 155.0% (Aniasco, {quarter}): doses or target are doubtful, or the target population is too small."
        in told
    )
    assert told.startswith("Above 100% at 2 of 2 places (")
