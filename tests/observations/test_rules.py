"""The pure rules: what looks like personal data, and how sensitive a note is."""

import pytest

from research.observations.personal_data import Kind, traces
from research.observations.sensitivity import NORMAL, RESTRICTED, sensitivity_of


@pytest.mark.parametrize(
    ("text", "kind", "excerpt"),
    [
        ("Appeler le 76 12 34 56.", Kind.PHONE, "76 12 34 56"),
        ("tél.: 66-12-34-56", Kind.PHONE, "66-12-34-56"),
        ("76123456", Kind.PHONE, "76123456"),
        ("+223 76 12 34 56", Kind.PHONE, "+223 76 12 34 56"),
        ("00223 20 22 45 67", Kind.PHONE, "00223 20 22 45 67"),
        ("76\u00a012\u00a034\u00a056", Kind.PHONE, "76\u00a012\u00a034\u00a056"),
        ("écrire à chef.cscom@exemple.ml svp", Kind.EMAIL, "chef.cscom@exemple.ml"),
        ("case à 12.6392, -8.0029", Kind.COORDINATES, "12.6392, -8.0029"),
        ("13°26'N", Kind.COORDINATES, "13°26'"),
        ("vu avec Mme Coulibaly", Kind.NAME, "Mme Coulibaly"),
    ],
)
def test_what_may_tell_who_somebody_is_is_found(text: str, kind: Kind, excerpt: str) -> None:
    assert [(trace.kind, trace.excerpt) for trace in traces(text)] == [(kind, excerpt)]


@pytest.mark.parametrize(
    "text",
    [
        "Visite du 12.03.2025, puis le 2025-09-15 et le 20250915.",
        "Frigo à +2 °C, limite 8 °C, relevé 4,5 °C.",
        "1 146 doses, 12 345 678 FCFA, lot 4512, couverture 82,75 %.",
        "Période 2024-2029, 79 interventions dans 44 districts.",
        "La sage-femme a parlé à la mère, madame n’a rien dit.",
        "ɲɛnajɛ, ŋɔmi, kɔnɔ",
        "",
    ],
)
def test_dates_doses_and_temperatures_are_not_personal(text: str) -> None:
    assert traces(text) == []


def test_a_wording_is_shown_once_over_all_texts() -> None:
    assert len(traces("le 76 12 34 56", "oui, le 76 12 34 56")) == 1


@pytest.mark.parametrize(
    ("asked", "arrives", "before", "may_lower", "stored"),
    [
        (None, False, None, False, NORMAL),
        (None, True, None, False, RESTRICTED),
        (RESTRICTED, False, None, False, RESTRICTED),
        (NORMAL, True, None, False, RESTRICTED),  # the rule holds for whoever may not lower it
        (NORMAL, True, None, True, NORMAL),
        (NORMAL, False, RESTRICTED, False, RESTRICTED),
        (NORMAL, False, RESTRICTED, True, NORMAL),
        (NORMAL, False, NORMAL, False, NORMAL),  # a lead lowered it earlier; a later edit does not undo that
        (NORMAL, True, NORMAL, False, RESTRICTED),  # moved into a conflict district
        (None, False, RESTRICTED, True, RESTRICTED),
    ],
)
def test_sensitivity(asked: str | None, arrives: bool, before: str | None, may_lower: bool, stored: str) -> None:
    assert sensitivity_of(asked, arrives_in_conflict=arrives, before=before, may_lower=may_lower) == stored
