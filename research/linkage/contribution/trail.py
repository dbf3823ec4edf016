"""What was changed in a theory of change, and in one of its links, by whom."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from research.linkage.contribution.models import (
    LinkAssumption,
    LinkEvidence,
    LinkRival,
    Step,
    StepLink,
    TheoryOfChange,
)
from research.revisions import Change, changes_of

_ALL = ("proposed", "withdrawn_because")
_FIELDS: dict[Any, tuple[str, ...]] = {
    TheoryOfChange: ("title_fr", "title_en", "claim_fr", "claim_en", *_ALL),
    Step: ("kind", "label_fr", "label_en", "note_fr", "note_en", "order", *_ALL),
    StepLink: ("start", "end", "statement_fr", "statement_en", *_ALL),
    LinkAssumption: ("text_fr", "text_en", "judged", "reason", *_ALL),
    LinkRival: ("kind", "text_fr", "text_en", "verdict", "reason", *_ALL),
    LinkEvidence: ("kind", "side"),  # neither its note nor its name: not everybody may read what it leads to
}


def changes_of_theory(theory: TheoryOfChange) -> list[Change]:
    """Every change of its own words, of its steps and of its links, the latest first. Three queries and the names of
    the steps."""
    found = _changes(TheoryOfChange, Q(id=theory.pk), whole=True)
    return _sorted(found + _changes(Step, Q(theory_id=theory.pk)) + _changes(StepLink, Q(theory_id=theory.pk)))


def changes_of_link(link: StepLink) -> list[Change]:
    """Every change of its own words, of its assumptions and rival explanations and of what is tied to it."""
    found = _changes(StepLink, Q(id=link.pk), whole=True)
    for model in (LinkAssumption, LinkRival, LinkEvidence):
        found += _changes(model, Q(link_id=link.pk))
    return _sorted(found + _taken_off(link))


def _taken_off(link: StepLink) -> list[Change]:
    """Why pieces of evidence were taken off."""
    rows = LinkEvidence.history.filter(link_id=link.pk, history_type="-").select_related("history_user")
    word = _("evidence of a link: why it was taken off")
    return [
        Change(row.history_date, str(row.history_user or ""), word, None, row.history_change_reason) for row in rows
    ]


def _changes(model: Any, which: Q, *, whole: bool = False) -> list[Change]:
    def named(_record: Any, field: str) -> str:
        label = str(model._meta.get_field(field).verbose_name)
        return label if whole else f"{model._meta.verbose_name}: {label}"

    records = model.history.filter(which)
    if model is StepLink:
        records = records.select_related("start", "end")
    return [one for one in changes_of(records, named, list(_FIELDS[model])) if one.before or one.after]


def _sorted(found: list[Change]) -> list[Change]:
    return sorted(found, key=lambda change: change.at, reverse=True)
