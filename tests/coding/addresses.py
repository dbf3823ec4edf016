"""Addresses of the pages of coding, with rows that they show."""

from typing import Any

from indicators.accounts.roles import Role
from research.coding.codebooks.actions import new_edition
from research.models import Codebook, Observation
from tests.builders import a_passage, a_user

STEPS = {
    "coding-task-step", "passage-remove", "codebook-step", "code-step", "memo-create", "memo-edit", "memo-remove",
    "codebook-file", "qda-check",
}  # fmt: skip
"""What is sent; what is met on a thing (`memo-create?question=`), by its author only, or with a file; a file."""


def of_coding(observation: Observation) -> dict[str, dict[str, Any]]:
    """A coded observation, the greatest codebook that is shipped, and a draft of its next version."""
    codebook, lead = Codebook.objects.get(key="cfir-2022", edition=1), a_user(Role.LEAD)
    codes = codebook.codes.filter(groups_only=False)
    for code, words in zip(codes, observation.seen.split(". "), strict=False):
        a_passage(words, code, observation, lead)
        a_passage(words, codes.last(), observation, lead)  # type: ignore[arg-type]
    draft = new_edition(codebook, by=lead)
    return {
        "observation-coding": {"pk": observation.pk},
        "coding-task-create": {"pk": observation.pk},
        "codebook-detail": {"pk": codebook.pk},
        "codebook-edit": {"pk": draft.pk},
        "code-create": {"pk": draft.pk},
        "code-edit": {"pk": draft.codes.values_list("pk", flat=True)[0]},
    }
