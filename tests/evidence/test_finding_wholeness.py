"""What a finding lacks before it may be approved."""

import pytest

from research.evidence.wholeness import Missing, missing

WHOLE = {
    "statements": {"fr": "Le coaching aide.", "en": "Coaching helps."},
    "components": dict.fromkeys(("methods", "coherence", "adequacy", "relevance"), ("minor", "Deux sites.")),
    "confidence": ("low", "Peu de données."),
    "evidence_for": 1,
    "rivals": 1,
}


def test_a_whole_one_lacks_nothing() -> None:
    assert missing(**WHOLE) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("without", "lacks"),
    [
        ({"statements": {"fr": " ", "en": "Coaching helps."}}, Missing.FRENCH),
        ({"statements": {"fr": "Le coaching aide.", "en": ""}}, Missing.ENGLISH),
        ({"components": {**WHOLE["components"], "relevance": ("", "")}}, Missing.COMPONENTS),  # type: ignore[dict-item]
        ({"components": {**WHOLE["components"], "methods": ("minor", "  ")}}, Missing.COMPONENTS),  # type: ignore[dict-item]
        ({"confidence": ("low", "")}, Missing.CONFIDENCE),
        ({"evidence_for": 0}, Missing.EVIDENCE),
        ({"rivals": 0}, Missing.RIVALS),
    ],
)
def test_each_thing_that_lacks_is_named_alone(without: dict[str, object], lacks: Missing) -> None:
    assert missing(**WHOLE | without) == [lacks]  # type: ignore[arg-type]


def test_an_empty_one_lacks_everything_in_the_order_of_the_form() -> None:
    empty = {"statements": {"fr": "", "en": ""}, "components": {"methods": ("", "")}, "confidence": ("", "")}
    assert missing(**empty, evidence_for=0, rivals=0) == list(Missing)  # type: ignore[arg-type]
