"""What was changed in a finding, by whom: its own words, its rival explanations and assumptions, what it rests on, and
the steps of its review."""

from typing import Any

from research.evidence.models import (
    COMPONENTS,
    EvidenceLink,
    Finding,
    FindingAssumption,
    FindingUse,
    RivalExplanation,
)
from research.revisions import Change, changes_of

_STEPS = ("state", "state_reason")
_OWN = (
    "learning_question", "part", "evaluation", "evaluation_question", "statement_fr", "statement_en", "explanation_fr",
    "explanation_en",
    *(name for component in (*COMPONENTS, "confidence") for name in (component, f"{component}_reason")),
    *_STEPS,
)  # fmt: skip
_OF_A_PART: dict[Any, tuple[str, ...]] = {
    RivalExplanation: ("text_fr", "text_en", "verdict", "reason"),
    FindingAssumption: ("text_fr", "text_en", "standing", "reason"),
    EvidenceLink: ("kind", "side"),  # neither its note nor its name: not everybody may read what it leads to
}
_OF_A_USE = (
    "used_by", "used_on", "use_case", "decision_fr", "decision_en", "result_fr", "result_en", "reference",
)  # fmt: skip


def differences(finding: Finding) -> list[Change]:
    """Every change after it was first saved, the latest first. Four queries."""
    found = changes_of(finding.history.all(), _named(Finding), list(_OWN))
    for model, fields in _OF_A_PART.items():
        parts = model.history.filter(finding_id=finding.pk)
        found += [one for one in changes_of(parts, _named(model, part=True), list(fields)) if one.before or one.after]
    return sorted(found, key=lambda change: change.at, reverse=True)


def changes_since(finding: Finding, changes: list[Change]) -> list[Change]:
    """Those of `changes` that came after the last approval; the steps of the review are no words of it."""
    if not finding.changed_since_approval or finding.reviewed_at is None:
        return []
    steps = {_label(Finding, name) for name in _STEPS}
    return [one for one in changes if one.at > finding.reviewed_at and one.what not in steps]


def differences_of_use(use: FindingUse) -> list[Change]:
    """Every correction of a logged use, the latest first. One query."""
    return changes_of(use.history.all(), _named(FindingUse), list(_OF_A_USE))


def _label(model: Any, field: str) -> str:
    return str(model._meta.get_field(field).verbose_name)


def _named(model: Any, *, part: bool = False) -> Any:
    def name(_record: Any, field: str) -> str:
        label = _label(model, field)
        return f"{model._meta.verbose_name}: {label}" if part else label

    return name
