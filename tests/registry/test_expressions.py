"""Expressions of DHIS2: read, written out, refused at their place, and computed twice."""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from indicators.registry.evaluation import Missing, NotComputable, evaluate
from indicators.registry.expressions import (
    BINDING,
    BadExpression,
    Binary,
    Call,
    Days,
    Modified,
    Node,
    Number,
    Operand,
    Text,
    Unary,
    Word,
    operands,
    parse,
)
from tests.registry.slow_expressions import slow

FOLDER = Path(settings.BASE_DIR).parent / "shared/data"
A, B, C = (Operand("#", (f"{letter}aaaaaaaaaa",)) for letter in "ABC")
WHOLE = st.integers(0, 50).map(float)
OPERANDS = st.sampled_from([A, B, C])


def bigger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    few = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+", "!"]), inner),
        st.builds(Binary, st.sampled_from(sorted(BINDING)), inner, inner),
        st.builds(Call, st.sampled_from(["if", "isNull", "subExpression", "orgUnit.group"]), few),
        st.builds(Modified, inner, st.sampled_from(["periodOffset", "yearToDate"]), few),
    )


TREES = st.recursive(
    st.one_of(
        st.builds(Number, st.floats(0, allow_infinity=False, allow_nan=False).map(abs)),
        st.builds(Text, st.text("aé z.,(#{", max_size=5)),
        st.just(Days()),
        OPERANDS,
        st.sampled_from(
            [
                Operand("#", ("fClA2Erf6IO", "*", "HllvX50cXC0")),
                Operand("R", ("fClA2Erf6IO", "REPORTING_RATE")),
                Operand("OUG", ("fClA2Erf6IO",)),
                Operand("V", ("event_count",)),
            ]
        ),
    ),
    bigger,
    max_leaves=12,
)
LEAVES = st.one_of(st.builds(Number, WHOLE), st.just(Days()), OPERANDS)
COMPUTABLE: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+", "!"]), inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "%", "<", ">=", "==", "&&", "||"]), inner, inner),
        st.builds(lambda *parts: Call("if", parts), inner, inner, inner),
        st.builds(lambda name, part: Call(name, (part,)), st.sampled_from(["isNull", "isNotNull", "log10"]), inner),
        st.builds(
            lambda name, parts: Call(name, tuple(parts)),
            st.sampled_from(["firstNonNull", "greatest", "least"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=10,
)


@given(TREES)
def test_a_tree_written_out_parses_to_itself(tree: Node) -> None:
    assert parse(str(tree)) == tree


@hypothesis_settings(max_examples=300)
@given(
    COMPUTABLE,
    st.dictionaries(OPERANDS, st.none() | WHOLE),
    st.integers(28, 366),
    st.sampled_from(Missing),
)
def test_the_number_is_that_of_the_slow_evaluation(
    tree: Node, table: dict[Operand, float | None], days: int, rule: Missing
) -> None:
    assert evaluate(tree, table, days=days, missing=rule) == pytest.approx(slow(tree, table, days, rule))


@given(st.text("#{}()+-*/.,'\"!<=&|%^ ifnotadysABCORGaaaaaaaaa0123456789[]é", max_size=60))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        tree = parse(text)
    except BadExpression as error:
        place = error.at
    else:
        assert parse(str(tree)) == tree
        place = 0
    assert 0 <= place <= len(text)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "unexpected_end", 0), ("1 +", "unexpected_end", 3), ("(1", "unexpected_end", 2), ("1 2", "unexpected", 2),
        ("1 + )", "unexpected", 4), ("if(1,)", "unexpected", 5), ("#{short}", "bad_operand", 0),
        ("1 + #{fClA2Erf6IO", "bad_operand", 4), ("Q{fClA2Erf6IO}", "bad_operand", 0),
        ("R{fClA2Erf6IO.MOOD}", "bad_operand", 0), ("1 $ 2", "unknown_character", 2), ("1e999", "bad_number", 0),
        ("1 = 1", "unknown_character", 2), ("Somebody", "unexpected_end", 8), ("#{fClA2Erf6IO}.1", "unexpected", 14),
        ("(" * 100 + "1" + ")" * 100, "too_deep", 60), ("-" * 100 + "1", "too_deep", 60),
        ("^".join("1" * 100), "too_deep", 120), ("+".join("1" * 300), "too_deep", 401),
        ("1" * 20_001, "too_long", 20_000),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_place(text: str, code: str, at: int) -> None:
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert (caught.value.code, caught.value.at) == (code, at)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 - 2 - 3", -4), ("2 * 3 + 4", 10), ("2 + 3 * 4", 14), ("-2 ^ 2", -4), ("2 ^ 3 ^ 2", 512), ("8 / 2 / 2", 2),
        ("(2 + 3) * 4", 20), ("10--3", 13), ("7 % 3", 1), ("-7 % 3", -1), ("1 < 2 && 2 < 1", 0), ("not 0 or 0", 1),
        ("if(1 > 0, 5, 6)", 5), ("log10(1000)", 3), ("log(8, 2)", 3), ("[days] / 31", 1), ("1 / 0", None),
        ("5 % 0", None), ("log(0)", None), ("(0 - 8) ^ 0.5", None), ("10 ^ 400", None), (".5 + 1.", 1.5),
        ("greatest(1, 3, 2) - least(4, 2)", 1),
    ],
)  # fmt: skip
def test_numbers_alone(text: str, value: float | None) -> None:
    assert evaluate(parse(text), {}, days=31) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "as_zero", "missing"),
    [
        ("{A} + {B}", 3, None), ("{A} - {B} - {C}", 3, None), ("{B} + {C}", None, None), ("{B} / {A}", 0, None),
        ("{A} / {B}", None, None), ("if(isNull({B}), {A}, 9)", 3, 3), ("if(isNotNull({B}), {A}, 9)", 9, 9),
        ("firstNonNull({B}, {C}, {A})", 3, 3), ("least({A}, {B})", 3, 3), ("greatest({B}, 0 - {A})", -3, -3),
        ("firstNonNull({B}, {C}) + {A}", None, None), ("0 * {B}", None, None), ("C{cccccccccc1} * {A}", None, None),
    ],
)  # fmt: skip
def test_what_missing_means_is_named(text: str, as_zero: float | None, missing: float | None) -> None:
    """A is reported with 3; B and C are not, and nobody knows the constant."""
    tree = parse(text.replace("{A}", str(A)).replace("{B}", str(B)).replace("{C}", str(C)))
    assert evaluate(tree, {A: 3}, days=31) == as_zero
    assert evaluate(tree, {A: 3, B: None}, days=31, missing=Missing.MISSING) == missing


def test_zero_reported_is_a_number() -> None:
    assert evaluate(parse(f"{A} + {B}"), {A: 0}, days=31) == 0
    assert evaluate(parse(f"{A} + {B}"), {}, days=31) is None


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        (f"{A}.periodOffset(-1) + 1", "function", ".periodOffset()"),
        (f"{A}.aggregationType(SUM)", "function", ".aggregationType()"),
        (f"subExpression({A})", "function", "subExpression()"),
        ("if(orgUnit.group(oZg33kd9taw), 1, 0)", "function", "orgUnit.group()"),
        ("if(1, 2)", "arguments", "if()"),
        ("1 + 'one'", "text", "'one'"),
        ("greatest(SUM, 1)", "text", "SUM"),
    ],
)
def test_what_is_not_computed_is_refused_by_name(text: str, code: str, what: str) -> None:
    with pytest.raises(NotComputable) as caught:
        evaluate(parse(text), {A: 1}, days=31)
    assert (caught.value.code, caught.value.what) == (code, what)


def test_operands_in_the_order_they_stand() -> None:
    text = f"if(isNull({B}), {A}, {B}.periodOffset(-1)) + #{{ fClA2Erf6IO . * }} + R{{fClA2Erf6IO.REPORTING_RATE}}"
    assert [str(one) for one in operands(parse(text))] == [
        str(B), str(A), str(B), "#{fClA2Erf6IO.*}", "R{fClA2Erf6IO.REPORTING_RATE}",
    ]  # fmt: skip
    assert parse("#{fClA2Erf6IO.ACTUAL_REPORTS}") == Operand("R", ("fClA2Erf6IO", "ACTUAL_REPORTS"))
    assert parse("orgUnit.group(oZg33kd9taw)") == Call("orgUnit.group", (Word("oZg33kd9taw"),))


@pytest.mark.skipif(not FOLDER.exists() and "CI" not in os.environ, reason=f"the trial data are not at {FOLDER}")
@pytest.mark.parametrize(("file", "count"), [("sl_metadata.json", 3), ("who_epi_metadata_package.json", 107)])
def test_every_indicator_of_the_real_packages_is_read(file: str, count: int) -> None:
    indicators = json.loads((FOLDER / file).read_text())["indicators"]
    assert len(indicators) == count
    for indicator in indicators:
        for text in (indicator["numerator"], indicator["denominator"]):
            tree = parse(text)
            assert parse(str(tree)) == tree
