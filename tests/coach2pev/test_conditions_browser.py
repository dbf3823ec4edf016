"""Conditions mean in the browser what they mean on the server."""

import math
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from research.coach2pev.checklists.expressions import Expression, as_json, evaluate, parse, truth
from tests.coach2pev.test_expressions import TREES, VALUES

pytestmark = pytest.mark.browser
TODAY = date(2025, 11, 23)
TEXTS = [
    "${age} > 5",
    "${age} = 12.0",
    "${age} = '12.0'",
    "${seen} = 'yes' and ${age} >= 12",
    "${blank} > 0 or 1 > ${blank}",
    "${nowhere} = ''",
    "${nowhere} != 3",
    "selected(${tools}, 'card')",
    "selected(${tools}, '')",
    "count-selected(${tools})",
    "regex(${site}, '[a-z]{5}')",
    "regex(${site}, 'a|b')",
    r"regex(${day}, '\d{4}\-\d{2}\-\d{2}')",
    "string-length(${site}) - 1",
    "if(${age} mod 5 = 2, 'two', 'other')",
    "coalesce(${blank}, ${site})",
    "concat(${n}, '/', ${age}, true())",
    "1 + 2 * 3",
    "-${n} + 1",
    "10 div 4",
    "-7 mod 3",
    "5 div 0",
    "0 div 0 = 0 div 0",
    "int(-2.7)",
    "int('x')",
    "round(2.5)",
    "round(-2.5)",
    "round(2.345, 2)",
    "round(1234.5, -2)",
    "${day} <= today()",
    "${day} > '2025-11-03'",
    "true() != false()",
    "1 < 2 = true()",
    "number('1e3')",
    "number(' 7. ')",
    ". >= 4",
    "region = ${region}",
    "not(region)",
    "'' or 'x'",
    "2 and 0",
    "concat(0.1 + 0.2)",
]
ANSWERS: dict[str, Any] = {
    "age": "12", "site": "boura", "seen": "yes", "tools": "fridge card", "day": "2025-11-03", "n": 4.0, "blank": "",
    "region": "kayes",
}  # fmt: skip


def test_both_give_the_same(page: Any) -> None:
    page.add_script_tag(path=str(settings.BASE_DIR / "static/js/conditions.js"))
    trees = [as_json(parse(text)) for text in TEXTS]
    more = {"self": 5, "attributes": {"region": "kayes"}, "today": TODAY.isoformat()}
    script = """([trees, answers, more]) => trees.map((tree) => {
        const value = conditions.evaluate(tree, answers, more);
        return [Number.isNaN(value) ? "NaN" : value, conditions.truth(value)];
    })"""
    found = page.evaluate(script, [trees, ANSWERS, more])
    for text, (value, true) in zip(TEXTS, found, strict=True):
        mine = evaluate(parse(text), ANSWERS, this=5.0, attributes={"region": "kayes"}, today=TODAY)
        shown: Any = "NaN" if isinstance(mine, float) and math.isnan(mine) else mine
        assert (value, true) == (shown, truth(mine)), text


def test_both_give_the_same_for_whatever_is_written(page: Any) -> None:
    page.add_script_tag(path=str(settings.BASE_DIR / "static/js/conditions.js"))
    script = "([tree, answers, more]) => conditions.evaluate(tree, answers, more)"

    @drawn(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TREES, st.dictionaries(st.sampled_from(["a", "b_1", "c.d-e"]), VALUES), VALUES)
    def same(tree: Any, answers: Any, this: Any) -> None:
        expression = Expression("", tree)
        mine = evaluate(expression, answers, this=this, attributes={"region": "kayes"}, today=TODAY)
        more = {"self": this, "attributes": {"region": "kayes"}, "today": TODAY.isoformat()}
        theirs = page.evaluate(script, [as_json(expression), answers, more])
        both_none = isinstance(mine, float) and math.isnan(mine) and math.isnan(theirs)
        assert both_none or (theirs == mine and isinstance(theirs, bool) == isinstance(mine, bool))

    same()
