"""Why an indicator is listed and not computed."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from indicators.registry.computability import LONGEST_CHAIN, Known, Refusal, data_part, refusal
from indicators.registry.expressions import Operand, parse
from indicators.registry.refusal_words import REASONS, reason

KNOWN, TEXT, UNKNOWN, OPTION, LATER = "Known000001", "Text0000001", "Unknown0001", "HllvX50cXC0", "Option00002"
CHAIN = {f"Chain{place:06}": (f"N{{Chain{place + 1:06}}}", "1") for place in range(LONGEST_CHAIN + 5)}
INDICATORS = {
    KNOWN: (f"#{{{KNOWN}}}", "1"),
    TEXT: (f"#{{{TEXT}}}", "1"),
    "Circle00001": ("1", "N{Circle00002}"),
    "Circle00002": ("N{Circle00001}", "1"),
    **CHAIN,
}
ALL_KNOWN = Known(
    elements={KNOWN: True, f"{KNOWN}.{OPTION}": True, f"{KNOWN}.*.{OPTION}": True, TEXT: False},
    options={OPTION, LATER},
    constants={KNOWN},
    data_sets={KNOWN: True, TEXT: False},
    groups={KNOWN},
    indicators=INDICATORS,
)


@pytest.mark.parametrize(
    "numerator",
    [
        f"#{{{KNOWN}}} - 1", f"#{{{KNOWN}.*}}", f"#{{{KNOWN}.{OPTION}}}", f"#{{{KNOWN}.*.{OPTION}}}", "1 + [days]",
        f"if(isNull(#{{{KNOWN}}}), 0, #{{{KNOWN}}})", f"C{{{KNOWN}}}", f"OUG{{{KNOWN}}}",
        f"N{{{KNOWN}}} + N{{{KNOWN}}}", f"R{{{KNOWN}.REPORTING_RATE}}", f"#{{{KNOWN}.ACTUAL_REPORTS}}",
        f"N{{Chain{LONGEST_CHAIN + 5:06}}}",
    ],
)  # fmt: skip
def test_what_can_be_computed(numerator: str) -> None:
    known = replace(ALL_KNOWN, indicators={**INDICATORS, f"Chain{LONGEST_CHAIN + 5:06}": ("1", "1")})
    assert refusal(numerator, "1", known) is None
    assert refusal("1", numerator, known) is None


@pytest.mark.parametrize(
    ("numerator", "code", "what"),
    [
        ("1 +", "unreadable", "unexpected_end at 3"),
        (f"#{{{KNOWN}}}.periodOffset(-1)", "function", ".periodOffset()"),
        (f"subExpression(#{{{KNOWN}}})", "function", "subExpression()"),
        ("if(1)", "arguments", "if()"),
        ("'one'", "text", "'one'"),
        (f"C{{{UNKNOWN}}}", "unknown_constant", UNKNOWN),
        (f"R{{{UNKNOWN}.REPORTING_RATE}}", "unknown_data_set", UNKNOWN),
        (f"R{{{TEXT}.REPORTING_RATE}}", "not_monthly", TEXT),
        (f"OUG{{{UNKNOWN}}}", "unknown_group", UNKNOWN),
        (f"N{{{UNKNOWN}}}", "unknown_indicator", UNKNOWN),
        (f"N{{{TEXT}}}", "indicator", TEXT),
        ("N{Circle00001}", "circle", "Circle00001"),
        ("N{Chain000000}", "chain", str(LONGEST_CHAIN)),
        (f"I{{{KNOWN}}}", "operand", f"I{{{KNOWN}}}"),
        (f"#{{{KNOWN}.co:{OPTION}}}", "operand", f"#{{{KNOWN}.co:{OPTION}}}"),
        (f"#{{{KNOWN}&{TEXT}}}", "operand", f"#{{{KNOWN}&{TEXT}}}"),
        (f"#{{deGroup:{KNOWN}}}", "operand", f"#{{deGroup:{KNOWN}}}"),
        (f"#{{{UNKNOWN}}}", "unknown_element", UNKNOWN),
        (f"#{{{UNKNOWN}.HllvX50cXC0}}", "unknown_element", UNKNOWN),
        (f"#{{{TEXT}}}", "not_summed", TEXT),
        (f"#{{{KNOWN}.{UNKNOWN}}}", "unknown_option", UNKNOWN),
        (f"#{{{KNOWN}.{OPTION}.{UNKNOWN}}}", "unknown_option", UNKNOWN),
        (f"#{{{KNOWN}.{LATER}}}", "not_kept", f"#{{{KNOWN}.{LATER}}}"),
    ],
)
def test_what_cannot_says_why(numerator: str, code: str, what: str) -> None:
    found = refusal(numerator, "1", ALL_KNOWN)
    assert found == refusal("1", numerator, ALL_KNOWN) == Refusal(code, what)
    assert found
    with override("en"):
        assert what in reason(found)


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("#{Known000001}", "Known000001"),
        ("#{Known000001.*.*}", "Known000001"),
        ("#{Known000001.Option00002}", "Known000001.Option00002"),
        ("#{Known000001.Option00002.*}", "Known000001.Option00002"),
        ("#{Known000001.*.Option00002}", "Known000001.*.Option00002"),
        ("#{Known000001.HllvX50cXC0.Option00002}", "Known000001.HllvX50cXC0.Option00002"),
    ],
)
def test_ways_of_writing_one_part_mean_one_element(text: str, uid: str) -> None:
    operand = parse(text)
    assert isinstance(operand, Operand)
    part = data_part(operand)
    assert part
    assert part.uid == uid


def test_every_reason_has_a_sentence() -> None:
    with override("en"):
        assert all("it" in reason(Refusal(code, "it")) for code in REASONS)
