"""The rules about targets, each with a case that it lets pass."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.quality.findings import Figure
from indicators.quality.targets import (
    SourceTarget,
    implied_rates_differ,
    more_survivors_than_births,
    parts_differ,
    sources_differ,
    year_changes,
)

UNIT = 7


def years(**values: float) -> Mapping[tuple[str, int, int], Figure]:
    return {("surviving_infants", UNIT, int(year[1:])): Figure(value) for year, value in values.items()}


def test_a_change_of_exactly_ten_percent_counts_either_way() -> None:
    for after, flagged in ((110, True), (90, True), (109, False), (91, False)):
        found = year_changes(years(y2024=100, y2025=after), [2025])
        assert bool(found.flags) is flagged, after
    assert year_changes(years(y2025=100), [2025]).untested[0].reason == "no_year_before"
    assert year_changes(years(y2024=0, y2025=100), [2025]).untested[0].reason == "zero_before"


def test_a_whole_differs_from_its_parts_only_beyond_rounding() -> None:
    parts = {("surviving_infants", child, 2025): Figure(50) for child in (1, 2)}
    for own, flagged in ((100, False), (101, False), (102, True), (98, True)):
        found = parts_differ(years(y2025=own), parts, {UNIT: [1, 2]}, [2025])
        assert bool(found.flags) is flagged, own
    assert parts_differ(years(y2025=100), parts, {UNIT: [1, 2, 3]}, [2025]).untested[0].reason == "part_missing"


@pytest.mark.parametrize(("until", "tested"), [(2024, 1), (2025, 0)])
def test_the_parts_of_today_are_not_those_before_a_move(until: int, tested: int) -> None:
    parts = {("surviving_infants", child, 2025): Figure(50, False) for child in (1, 2)}
    found = parts_differ(years(y2025=70), parts, {UNIT: [1, 2]}, [2025], {UNIT: until})
    assert (sum(found.tested.values()), len(found.flags)) == (tested, tested)
    assert [gap.reason for gap in found.untested] == ["parts_moved"] * (1 - tested)


def test_more_survivors_than_births_imply_negative_mortality() -> None:
    births = {("live_births", UNIT, 2025): Figure(100)}
    found = more_survivors_than_births({**years(y2025=105), **births}, [2025])
    assert [round(flag.score or 0, 6) for flag in found.flags] == [-5]
    assert more_survivors_than_births({**years(y2025=95), **births}, [2025]).flags == []
    assert more_survivors_than_births(years(y2025=95), [2025]).untested[0].reason == "one_kind"


def test_sources_are_compared_with_the_preferred_one() -> None:
    def row(value: float, preferred: bool) -> SourceTarget:
        return SourceTarget("live_births", UNIT, 2025, Figure(value), preferred)

    found = sources_differ([row(100, True), row(90, False), row(105, False)], [2025])
    assert [(flag.value, flag.against, flag.score) for flag in found.flags] == [(90, 100, -10)]
    assert found.tested == {UNIT: 2}
    assert sources_differ([row(100, True)], [2025]).untested[0].reason == "one_source"
    assert sources_differ([row(100, False)], [2025]).untested[0].reason == "no_preferred"


def rates(own: tuple[float, float], *others: tuple[float, float]) -> tuple:
    """Survivors and births of the preferred source and of others, as the rule takes them."""
    kinds = ("surviving_infants", "live_births")
    preferred = {(kind, UNIT, 2025): Figure(value) for kind, value in zip(kinds, own, strict=True)}
    given = [
        SourceTarget(kind, UNIT, 2025, Figure(value), source == 0, source)
        for source, pair in enumerate((own, *others))
        for kind, value in zip(kinds, pair, strict=True)
    ]
    return preferred, given, [2025]


def test_implied_mortality_a_fifth_away_from_another_source_is_flagged() -> None:
    for survivors, flagged in ((940, True), (941, False), (960, True), (959, False)):
        found = implied_rates_differ(*rates((survivors, 1000), (950, 1000)))
        assert bool(found.flags) is flagged, survivors
    [flag] = implied_rates_differ(*rates((1010, 1000), (950, 1000))).flags
    assert (flag.value, flag.against, flag.score) == (-1, 5, -120)


def test_implied_rates_that_cannot_be_compared_say_why() -> None:
    for figures, reason in (
        (((950, 1000),), "one_source"),
        (((950, 0), (950, 1000)), "zero_births"),
        (((950, 1000), (0, 0)), "zero_births"),
        (((950, 1000), (1000, 1000)), "zero_before"),
    ):
        found = implied_rates_differ(*rates(*figures))
        assert (found.flags, [gap.reason for gap in found.untested]) == ([], [reason])
    assert implied_rates_differ(years(y2025=95), [], [2025]).untested[0].reason == "one_kind"


pairs = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(pairs, st.lists(pairs, max_size=3))
def test_implied_rates_against_a_plain_loop(own: tuple[int, int], others: list[tuple[int, int]]) -> None:
    found = implied_rates_differ(*rates(own, *others))
    wanted = []
    for survivors, births in others:
        if survivors == births:
            continue
        # a/b and c/d are a fifth apart: multiplied out, in whole numbers
        mine, theirs = (own[1] - own[0]) * births, (births - survivors) * own[1]
        wanted += [100 * (1 - survivors / births)] if 5 * abs(mine - theirs) >= abs(theirs) else []
    assert [flag.against for flag in found.flags] == pytest.approx(wanted)
