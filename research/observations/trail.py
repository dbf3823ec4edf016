"""What was changed in an observation, by whom: its own fields, its quotes, and the steps of its review."""

from typing import Any

from research.observations.models import Observation, Quote
from research.revisions import Change, changes_of

_OWN = (
    "site", "observed_on", "kind", "language", "evaluation_question", "learning_question", "seen", "consent",
    "consent_terms", "informants", "sensitivity", "state", "state_reason",
)  # fmt: skip
_OF_A_QUOTE = ("text", "language", "informant_role", "translation_fr", "translation_en")


def differences(observation: Observation) -> list[Change]:
    """Every change after it was first submitted, the latest first; a draft is still being written. Three queries."""
    began = observation.history.exclude(state=Observation.State.DRAFT).order_by("history_date").first()
    if began is None:
        return []
    own = changes_of(observation.history.all(), _named(Observation), list(_OWN))
    quotes = changes_of(Quote.history.filter(observation_id=observation.pk), _named(Quote), list(_OF_A_QUOTE))
    since = [change for change in (*own, *quotes) if change.at > began.history_date]
    return sorted(since, key=lambda change: change.at, reverse=True)


def changes_since(observation: Observation) -> list[Change]:
    """What was changed in the text since it was approved; its states are no text. Empty where it never was."""
    if observation.reviewed_at is None:
        return []
    names = {str(Observation._meta.get_field(name).verbose_name) for name in ("state", "state_reason")}  # type: ignore[union-attr]
    return [
        change
        for change in differences(observation)
        if change.at > observation.reviewed_at and change.what not in names
    ]


def _named(model: Any) -> Any:
    def name(_record: Any, field: str) -> str:
        return str(model._meta.get_field(field).verbose_name)

    return name
