"""Conditions of checklists: what they mean, what is refused by name, and that what is written is what is read."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coach2pev.checklists.expressions import (
    FUNCTIONS,
    ExpressionError,
    as_json,
    evaluate,
    parse,
    truth,
)

GIVEN: dict[str, Any] = {
    "age": "12", "site": "boura", "seen": "yes", "tools": "fridge card", "day": "2025-11-03", "n": 4.0, "blank": "",
}  # fmt: skip
TODAY = date(2025, 11, 23)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${age} > 5", True),
        ("${age} = 12.0", True),
        ("${age} = '12.0'", False),
        ("${seen} = 'yes' and ${age} >= 12", True),
        ("${seen} = 'no' or not(${age} < 12)", True),
        ("${blank} > 0 or ${blank} <= 0", False),
        ("${nowhere} = ''", True),
        ("${nowhere} != 3", True),
        ("selected(${tools}, 'card')", True),
        ("selected(${tools}, 'car')", False),
        ("selected(${tools}, '')", False),
        ("count-selected(${tools}) = 2", True),
        ("count-selected(${blank})", 0.0),
        ("regex(${site}, '[a-z]{5}')", True),
        ("regex(${site}, '[a-z]{4}')", False),
        ("string-length(${site}) - 1", 4.0),
        ("if(${age} mod 5 = 2, 'two', 'other')", "two"),
        ("coalesce(${blank}, ${site})", "boura"),
        ("concat(${n}, '/', ${age})", "4/12"),
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-${n} + 1", -3.0),
        ("10 div 4", 2.5),
        ("-7 mod 3", -1.0),
        ("int(-2.7)", -2.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -2.0),
        ("round(2.345, 2)", 2.35),
        ("${day} <= today()", True),
        ("${day} > '2025-11-03'", False),
        ("true() != false()", True),
        ("1 < 2 = true()", True),
        ("number('1e3') = number('1e3')", False),
        ("1 div 0 = 1 div 0", False),
    ],
)
def test_what_an_expression_means(text: str, value: Any) -> None:
    assert evaluate(parse(text), GIVEN, today=TODAY) == value


def test_the_value_being_given_and_the_attributes_of_a_choice() -> None:
    assert evaluate(parse(". >= 0 and . <= 10"), {}, this=7) is True
    assert evaluate(parse(".>=0"), {}, this="") is False
    cascade = parse("region =${region}")
    assert cascade.names == {"region"}
    assert cascade.attributes == {"region"}
    assert evaluate(cascade, {"region": "kayes"}, attributes={"region": "kayes"}) is True
    assert evaluate(cascade, {"region": "gao"}, attributes={"region": "kayes"}) is False


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "${age", "${1x}", "${age} >", "(1", "1)", "1 2", "'open", "a = = b", "position(..)", "pulldata('x')",
        "selected(${a})", "true(1)", "${a} ** 2", "a[1]", "/data/a", "#x", "regex(., '(a+)+')",
        "regex(., '((a+))+')", "regex(., '(a|aa)+')", "regex(., '((a?){8}){8}')",
        "regex(., '" + "a?" * 30 + "')", "regex(., '(?i)a')", "regex(., 'a++')", "regex(., '[')",
        "regex(., ${pattern})", "regex(., '" + "a" * 201 + "')", "(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "1" * 2001,
        "١ + 1", "and", "div 2", "if(1, 2)",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert str(refused.value)


def test_an_unknown_function_is_named() -> None:
    with pytest.raises(ExpressionError, match=r"pulldata\(\)"):
        parse("pulldata('file', 'x')")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(76|77|66)[0-9]{6}$", "76123456"),
        (r"([0-9]{2} ?){4}", "76 12 34 56"),
        (r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,4}", "a.b@c.ml"),
        (r"[+*(]?[)|{]x\(\+", "+)x(+"),
        (r"(?:ab)+[^]]*", "abab+"),
    ],
)
def test_patterns_in_use_are_let_through(pattern: str, text: str) -> None:
    assert evaluate(parse(f"regex(., '{pattern}')"), {}, this=text) is True


@pytest.mark.parametrize(
    ("number", "text"),
    [(1e15, "1000000000000000"), (1e-7, "1e-7"), (1.5e22, "1.5e+22"), (0.00001, "0.00001"), (-0.0, "0"),
     (2.0**60, "1152921504606847000"), (math.inf, "Infinity"), (-2.50, "-2.5")],
)  # fmt: skip
def test_numbers_are_written_as_browsers_write_them(number: float, text: str) -> None:
    assert evaluate(parse("concat(${n})"), {"n": number}) == text


def test_truth() -> None:
    assert [truth(it) for it in ("", "0", 0.0, math.nan, 2.0, True, False)] == [
        False,
        True,
        False,
        False,
        True,
        True,
        False,
    ]


SIGNS = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]
LEAVES = st.one_of(
    st.integers(0, 999).map(lambda n: ("number", float(n))),
    st.text("abc é0.-", max_size=6).map(lambda s: ("text", s)),
    st.sampled_from(["a", "b_1", "c.d-e"]).map(lambda s: ("answer", s)),
    st.just(("this",)),
    st.sampled_from(["region", "kind"]).map(lambda s: ("attribute", s)),
)


def _calls(children: Any) -> Any:
    names = [name for name in FUNCTIONS if name != "regex"]
    return st.sampled_from(names).flatmap(
        lambda name: st.lists(children, min_size=FUNCTIONS[name][0], max_size=min(3, FUNCTIONS[name][1])).map(
            lambda found: ("call", name, *found)
        )
    )


TREES = st.recursive(
    LEAVES,
    lambda children: st.one_of(
        st.tuples(st.sampled_from(SIGNS), children, children), children.map(lambda it: ("minus", it)), _calls(children)
    ),
    max_leaves=12,
)


def written(node: Any) -> str:
    """The tree with every bracket spelled out."""
    kind = node[0]
    if kind == "number":
        return f"{node[1]:g}"
    if kind == "text":
        return f"'{node[1]}'"
    if kind == "answer":
        return "${" + node[1] + "}"
    if kind == "this":
        return "."
    if kind == "attribute":
        return str(node[1])
    if kind == "call":
        return f"{node[1]}({', '.join(map(written, node[2:]))})"
    if kind == "minus":
        return f"-({written(node[1])})"
    return f"({written(node[1])}) {kind} ({written(node[2])})"


VALUES = st.one_of(st.just(""), st.text("a1 -.", max_size=5), st.floats(allow_nan=True), st.booleans())


@given(TREES, st.dictionaries(st.sampled_from(["a", "b_1", "c.d-e"]), VALUES), VALUES)
def test_what_is_written_is_what_is_read_and_nothing_breaks_it(tree: Any, answers: Any, this: Any) -> None:
    expression = parse(written(tree))
    assert expression.tree == tree
    value = evaluate(expression, answers, this=this, attributes={"region": "kayes"}, today=TODAY)
    assert isinstance(value, str | float | bool)
    assert as_json(expression)[0] == tree[0]
