"""Words, questions and excerpts of the search, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.search.excerpts import excerpt
from research.search.questions import for_postgresql, for_sqlite, read
from research.search.tokens import STOP, fold, indexed, words


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("rupture", "Deux ruptures de Penta"),
        ("vaccinees", "Les filles vaccinées"),
        ("vaccinés", "une fille vaccinée"),
        ("SEANCES", "La séance est annulée"),
        ("œuvre", "mise en oeuvre"),
        ("sessions", "one session was cancelled"),
        ("banna", "Boloci fura tun banna"),
        ("dɔgɔkun", "segin dɔgɔkun nata la"),
    ],
)
def test_a_word_is_met_in_its_other_forms(asked: str, text: str) -> None:
    question = read(asked)
    assert any(piece.met for piece in excerpt(text, question.stems))


@pytest.mark.parametrize(("asked", "text"), [("rupture", "la route"), ("penta", "BCG"), ("froid", "Frédéric")])
def test_other_words_are_not(asked: str, text: str) -> None:
    assert not any(piece.met for piece in excerpt(text, read(asked).stems))


def test_a_question_is_read_as_it_is_written() -> None:
    question = read('"rupture de stock" penta vaccin* -campagne')
    assert [(len(term.words), term.without, term.prefix) for term in question.terms] == [
        (2, False, False),
        (1, False, False),
        (1, False, True),
        (1, True, False),
    ]
    assert " NOT (" in for_sqlite(question)
    assert "wvaccin:*" in for_postgresql(question)


@pytest.mark.parametrize("asked", ["", "   ", "de la", "-campagne", '"', '""', "*", "- -", "'"])
def test_what_says_nothing_asks_for_nothing(asked: str) -> None:
    assert not read(asked).asks


@given(st.text(max_size=60))
def test_tokens_hold_only_letters_and_digits_that_no_engine_cuts(text: str) -> None:
    assert all(sign.isascii() and (sign.isalnum()) for token in indexed(text).split() for sign in token)
    question = read(text)
    for written in (for_sqlite(question), for_postgresql(question)) if question.asks else ():
        assert written.isascii()


@given(st.text(max_size=80))
def test_each_word_stands_where_it_says(text: str) -> None:
    for word in words(text):
        assert text[word.start : word.end].lower() not in STOP
        assert fold(text[word.start : word.end]) != "" or word.exact


@given(st.text(max_size=300), st.text(max_size=20))
def test_an_excerpt_is_a_piece_of_the_text(text: str, asked: str) -> None:
    pieces = "".join(piece.text for piece in excerpt(text, read(asked).stems))
    assert pieces.removeprefix("… ").removesuffix(" …") in text


def test_a_long_text_is_cut_around_the_first_word_that_is_met() -> None:
    text = " ".join(f"mot{number}" for number in range(100)) + " rupture " + " ".join(["fin"] * 50)
    pieces = excerpt(text, read("ruptures").stems)
    assert [piece.text for piece in pieces if piece.met] == ["rupture"]
    assert pieces[0].text == "… "
    assert len(pieces) < 10
