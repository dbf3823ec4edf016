"""How strong a link is: each level from what it rests on, and what can never happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.linkage.contribution.missing import Lack, Missing, of_link, of_theory
from research.linkage.contribution.strength import (
    SUPPORT,
    Because,
    Confidence,
    Level,
    Piece,
    Standing,
    standing,
    strength,
)

RAW, VERY_LOW, LOW, MODERATE, HIGH = Confidence
LOOKED_AT = ["unlikely"]
pieces = st.lists(st.builds(Piece, st.booleans(), st.sampled_from(Confidence), st.booleans()), max_size=6)
verdicts = st.lists(st.sampled_from(["open", "unlikely", "possible", "likely"]), max_size=3)
standings = st.lists(st.sampled_from(Standing), max_size=3)


def pro(*levels: Confidence, stale: bool = False) -> list[Piece]:
    return [Piece(True, level, stale) for level in levels]


def con(*levels: Confidence) -> list[Piece]:
    return [Piece(False, level) for level in levels]


@pytest.mark.parametrize(
    ("given_pieces", "level", "because"),
    [
        ([], Level.NONE, Because.NOTHING),
        (con(RAW), Level.NONE, Because.AGAINST_ONLY),
        (pro(RAW, VERY_LOW) + con(LOW), Level.NONE, Because.AGAINST_ONLY),
        (pro(RAW, RAW, RAW), Level.WEAK, Because.UNASSESSED_ONLY),
        (pro(LOW, LOW, LOW), Level.WEAK, Because.LOW_ONLY),
        (pro(VERY_LOW), Level.WEAK, Because.LOW_ONLY),
        (pro(HIGH, HIGH) + con(LOW), Level.MIXED, Because.BOTH_SIDES),
        (pro(LOW) + con(HIGH), Level.MIXED, Because.BOTH_SIDES),
        (pro(MODERATE), Level.MODERATE, Because.ONE_MODERATE),
        (pro(HIGH), Level.MODERATE, Because.ONE_MODERATE),
        (pro(MODERATE, MODERATE), Level.MODERATE, Because.ONE_MODERATE),
        (pro(HIGH) + con(VERY_LOW), Level.MODERATE, Because.ONE_MODERATE),
        (pro(HIGH, MODERATE), Level.STRONG, Because.SEVERAL),
        (pro(HIGH, LOW), Level.MODERATE, Because.ONE_MODERATE),
    ],
)
def test_levels(given_pieces: list[Piece], level: Level, because: Because) -> None:
    found = strength(given_pieces, verdicts=LOOKED_AT)
    assert (found.level, found.because[0]) == (level, because)


@pytest.mark.parametrize(
    ("more", "level", "because"),
    [
        ({"verdicts": []}, Level.MODERATE, Because.CAP_RIVALS),
        ({"verdicts": ["unlikely", "open"]}, Level.MODERATE, Because.CAP_RIVALS),
        ({"verdicts": ["possible"]}, Level.STRONG, Because.SEVERAL),
        ({"verdicts": ["likely"]}, Level.WEAK, Because.CAP_LIKELY),
        ({"verdicts": LOOKED_AT, "standings": [Standing.BROKEN]}, Level.WEAK, Because.CAP_BROKEN),
        ({"verdicts": LOOKED_AT, "standings": [Standing.UNKNOWN]}, Level.STRONG, Because.SEVERAL),
    ],
)
def test_what_a_strong_link_loses_by_its_rivals_and_assumptions(
    more: dict[str, list[str]], level: Level, because: Because
) -> None:
    found = strength(pro(HIGH, HIGH), **more)  # type: ignore[arg-type]
    assert found.level == level
    assert because in found.because


def test_one_unassessed_record_against_keeps_a_link_from_being_strong() -> None:
    assert strength(pro(HIGH, HIGH) + con(RAW), verdicts=LOOKED_AT) == (
        Level.MODERATE,
        (Because.SEVERAL, Because.CAP_AGAINST),
    )


def test_a_finding_to_be_looked_at_again_counts_as_low() -> None:
    found = strength(pro(HIGH, HIGH, stale=True), verdicts=LOOKED_AT)
    assert found == (Level.WEAK, (Because.LOW_ONLY, Because.STALE))


def test_a_cap_that_changes_nothing_is_not_told() -> None:
    assert strength(pro(LOW), verdicts=["likely"]).because == (Because.LOW_ONLY,)


@given(pieces, verdicts, standings, st.booleans(), st.sampled_from(Confidence), st.booleans())
def test_one_more_for_it_never_lowers_and_one_more_against_never_raises(
    before: list[Piece], said: list[str], known: list[Standing], speaks_for: bool, level: Confidence, stale: bool
) -> None:
    first = strength(before, verdicts=said, standings=known).level
    then = strength([*before, Piece(speaks_for, level, stale)], verdicts=said, standings=known).level
    if speaks_for:
        assert SUPPORT[then] >= SUPPORT[first]
    else:
        assert SUPPORT[then] <= SUPPORT[first]


@given(pieces, verdicts, standings)
def test_the_order_of_what_is_known_does_not_matter(
    before: list[Piece], said: list[str], known: list[Standing]
) -> None:
    assert strength(before, verdicts=said, standings=known) == strength(
        before[::-1], verdicts=said[::-1], standings=known[::-1]
    )


@given(pieces, verdicts, standings)
def test_strong_needs_two_findings_nothing_against_and_every_rival_examined(
    before: list[Piece], said: list[str], known: list[Standing]
) -> None:
    if strength(before, verdicts=said, standings=known).level == Level.STRONG:
        assert all(one.speaks_for for one in before)
        assert sum(one.counted >= MODERATE for one in before) >= 2
        assert said
        assert not {"open", "likely"} & set(said)
        assert Standing.BROKEN not in known


@pytest.mark.parametrize(
    ("judged", "given_pieces", "expected"),
    [
        ("", [], Standing.UNKNOWN),
        ("", pro(RAW, VERY_LOW), Standing.UNKNOWN),
        ("", pro(LOW), Standing.HOLDS),
        ("", con(HIGH), Standing.BROKEN),
        ("", pro(HIGH) + con(LOW), Standing.DISPUTED),
        ("holds", con(HIGH), Standing.HOLDS),
        ("broken", pro(HIGH), Standing.BROKEN),
    ],
)
def test_assumptions_hold_as_judged_or_as_findings_say(
    judged: str, given_pieces: list[Piece], expected: Standing
) -> None:
    assert standing(judged, given_pieces) == expected


def test_what_is_missing() -> None:
    assert of_link([]) == [Missing(Lack.NOTHING, 1), Missing(Lack.NO_RIVAL, 1), Missing(Lack.NO_ASSUMPTION, 1)]
    whole = of_link(pro(HIGH), verdicts=["unlikely"], standings=[Standing.HOLDS])
    assert whole == []
    found = of_link(
        con(RAW), unapproved=2, gone=1, verdicts=["open", "open"], standings=[Standing.UNKNOWN, Standing.DISPUTED]
    )
    assert found == [
        (Lack.AGAINST_ONLY, 1), (Lack.UNAPPROVED, 2), (Lack.GONE, 1), (Lack.RIVAL_OPEN, 2),
        (Lack.ASSUMPTION_UNKNOWN, 1), (Lack.ASSUMPTION_DISPUTED, 1),
    ]  # fmt: skip
    assert of_link(pro(RAW), verdicts=LOOKED_AT, standings=[Standing.HOLDS]) == [(Lack.UNASSESSED, 1)]
    assert of_link(pro(LOW, stale=True), verdicts=LOOKED_AT, standings=[Standing.HOLDS]) == [(Lack.STALE, 1)]
    assert of_theory(loose=0, reaches=True, proposed=0) == []
    assert of_theory(loose=1, reaches=False, proposed=4) == [(Lack.LOOSE, 1), (Lack.NO_WAY, 1), (Lack.PROPOSED, 4)]
