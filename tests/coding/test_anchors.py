"""Coded stretches follow their words through edits, and are told to be adrift where the words are gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coding.anchors import found_again, moved

TEXT = "Le frigo marche. Les agents attendent la visite. Le stock est à jour."
SENTENCE = "Les agents attendent la visite."
START = TEXT.index(SENTENCE)
STRETCH = (START, START + len(SENTENCE))


def words(after: str, stretch: tuple[int, int] | None) -> str | None:
    return after[slice(*stretch)] if stretch else None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (TEXT, SENTENCE),
        ("Ce matin : " + TEXT, SENTENCE),
        (TEXT.replace("Le frigo marche. ", ""), SENTENCE),
        (TEXT.replace("attendent", "attendent toujours"), "Les agents attendent toujours la visite."),
        (TEXT.replace(" la visite", ""), "Les agents attendent."),
        (TEXT.replace(SENTENCE + " ", "") + " " + SENTENCE, SENTENCE),
        (TEXT.replace(SENTENCE, "Rien."), None),
        ("", None),
    ],
)
def test_a_stretch_moves_with_its_words(after: str, expected: str | None) -> None:
    assert words(after, moved(TEXT, after, [STRETCH])[0]) == expected


def test_of_two_same_sentences_the_right_one_is_kept() -> None:
    before = "Oui. Oui. Oui."
    assert moved(before, "Non ! " + before, [(5, 9)]) == [(11, 15)]


def test_characters_beyond_the_basic_plane_count_as_one() -> None:
    assert moved("🙂 stock plein", "🙂🙂 stock plein", [(2, 7)]) == [(3, 8)]


def test_words_that_come_back_are_found_nearest_to_where_they_were() -> None:
    assert found_again("non oui non oui", "oui", 10) == (12, 15)
    assert found_again("non", "oui", 0) is None
    assert found_again("a  b", "  ", 0) is None


texts = st.text(alphabet="ab é.\n🙂", max_size=40)


@given(texts, texts, texts, st.data())
def test_whatever_is_typed_around_a_stretch_it_keeps_its_words(
    head: str, stretch: str, tail: str, data: st.DataObject
) -> None:
    """Text put in before and behind it never changes what is coded, as far as its words stand there whole."""
    if not stretch.strip():
        return
    new_head, new_tail = head + data.draw(texts), data.draw(texts) + tail
    after = new_head + stretch + new_tail
    (place,) = moved(head + stretch + tail, after, [(len(head), len(head) + len(stretch))])
    assert words(after, place) == stretch


@given(texts, texts, st.integers(0, 40), st.integers(1, 40))
def test_a_place_is_always_inside_the_new_text_and_not_empty(before: str, after: str, start: int, length: int) -> None:
    end = min(start + length, len(before))
    if start >= end:
        return
    (place,) = moved(before, after, [(start, end)])
    if place is not None:
        assert 0 <= place[0] < place[1] <= len(after)


@given(texts)
def test_without_an_edit_nothing_moves(text: str) -> None:
    stretches = [(start, end) for start in range(len(text)) for end in (start + 1,) if text[start:end].strip()]
    assert moved(text, text, stretches) == stretches
