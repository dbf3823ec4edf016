"""Why an indicator is listed and not computed."""

import pytest
from django.utils.translation import override

from indicators.registry.computability import Refusal, refusal
from indicators.registry.refusal_words import REASONS, reason

KNOWN, AVERAGE, UNKNOWN = "Known000001", "Average0001", "Unknown0001"
ELEMENTS = {KNOWN: True, AVERAGE: False}


@pytest.mark.parametrize(
    "numerator", [f"#{{{KNOWN}}} - 1", f"#{{{KNOWN}.*}}", "1 + [days]", f"if(isNull(#{{{KNOWN}}}), 0, #{{{KNOWN}}})"]
)
def test_what_can_be_computed(numerator: str) -> None:
    assert refusal(numerator, "1", ELEMENTS) is None
    assert refusal("1", numerator, ELEMENTS) is None


@pytest.mark.parametrize(
    ("numerator", "code", "what"),
    [
        ("1 +", "unreadable", "unexpected_end at 3"),
        (f"#{{{KNOWN}}}.periodOffset(-1)", "function", ".periodOffset()"),
        (f"subExpression(#{{{KNOWN}}})", "function", "subExpression()"),
        ("if(1)", "arguments", "if()"),
        ("'one'", "text", "'one'"),
        (f"C{{{KNOWN}}}", "operand", f"C{{{KNOWN}}}"),
        (f"R{{{KNOWN}.REPORTING_RATE}}", "operand", f"R{{{KNOWN}.REPORTING_RATE}}"),
        (f"#{{deGroup:{KNOWN}}}", "operand", f"#{{deGroup:{KNOWN}}}"),
        (f"#{{{UNKNOWN}}}", "unknown_element", UNKNOWN),
        (f"#{{{UNKNOWN}.HllvX50cXC0}}", "unknown_element", UNKNOWN),
        (f"#{{{AVERAGE}}}", "not_summed", AVERAGE),
        (f"#{{{KNOWN}.HllvX50cXC0}}", "disaggregated", f"#{{{KNOWN}.HllvX50cXC0}}"),
        (f"#{{{KNOWN}.*.HllvX50cXC0}}", "disaggregated", f"#{{{KNOWN}.*.HllvX50cXC0}}"),
    ],
)
def test_what_cannot_says_why(numerator: str, code: str, what: str) -> None:
    found = refusal(numerator, "1", ELEMENTS)
    assert found == refusal("1", numerator, ELEMENTS) == Refusal(code, what)
    assert found
    with override("en"):
        assert what in reason(found)


def test_every_reason_has_a_sentence() -> None:
    with override("en"):
        assert all("it" in reason(Refusal(code, "it")) for code in REASONS)
