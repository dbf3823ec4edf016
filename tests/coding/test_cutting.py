"""Sentences of a text, and a text cut where codes begin and end."""

from hypothesis import given
from hypothesis import strategies as st

from research.coding.segments import segments
from research.coding.sentences import sentences, sentences_touched


def test_a_sentence_ends_at_its_mark_and_at_the_end_of_the_line() -> None:
    text = "Il y a 3.5 doses. «C'est peu !» Pourquoi ?\n\nSans point\nFin…"
    assert [text[a:b] for a, b in sentences(text)] == [
        "Il y a 3.5 doses.", "«C'est peu !»", "Pourquoi ?", "Sans point", "Fin…",
    ]  # fmt: skip
    assert sentences(" \n ") == []


def test_a_stretch_touches_the_sentences_in_which_it_has_a_letter() -> None:
    text = "Un. Deux. Trois."
    parts = sentences(text)
    assert sentences_touched(text, [(0, 4)], parts) == {0}
    assert sentences_touched(text, [(2, 6)], parts) == {0, 1}
    assert sentences_touched(text, [], parts) == set()


def test_overlapping_stretches_cut_the_text() -> None:
    found = segments("abcdef", [(1, 4, 7), (3, 5, 8)])
    assert [(one.start, one.text, one.keys, one.begins) for one in found] == [
        (0, "a", (), ()), (1, "bc", (7,), (7,)), (3, "d", (7, 8), (8,)), (4, "e", (8,), ()), (5, "f", (), ()),
    ]  # fmt: skip


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 9))))
def test_no_letter_is_lost_or_doubled(text: str, stretches: list[tuple[int, int, int]]) -> None:
    assert "".join(one.text for one in segments(text, stretches)) == text
