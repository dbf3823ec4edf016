"""The only writer of findings, of their rival explanations and assumptions, and of the log of their uses."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research import review
from research.agenda.models import Dissemination
from research.evidence.models import COMPONENTS, Finding, FindingAssumption, FindingUse, RivalExplanation
from research.evidence.policies import can_review, can_write, check_edit, check_edit_use, check_write
from research.evidence.queries import missing_of
from research.review_states import Move
from research.revisions import Conflict, create_once, lock

Part = TypeVar("Part", RivalExplanation, FindingAssumption)
_OWN = {"id", "version", "created_at", "updated_at", "created_by", "client_uuid", "demonstration"}
_OF_THE_REVIEW = {
    "state", "state_reason", "submitted_at", "reviewed_at", "reviewed_by", "approved_version", "stale_since",
}  # fmt: skip


@transaction.atomic
def write_finding(*, by: User, client_uuid: UUID, values: dict[str, Any]) -> Finding:
    """Stores a new finding as a draft; sent again with the same `client_uuid`, the stored one is returned.

    Raises ValidationError by field, PermissionDenied, Conflict where that uuid is stored with other words.
    """
    check_write(by)
    row = Finding(client_uuid=client_uuid, created_by=by)
    told = _apply(row, values, by)
    stored, new = create_once(row, find=Finding.objects.filter(client_uuid=client_uuid).first)
    if new:
        _tell(stored, told)
    elif stored.created_by_id != by.pk or _words(stored) != _words(row) or _differs(stored, told):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_finding(finding: Finding, *, by: User, version: int, values: dict[str, Any]) -> Finding:
    """Stores the edited finding, one version higher; unchanged where nothing differs. What was approved says from then
    on that it was changed. Raises Conflict where `version` is not the stored one, else as `write_finding`."""
    check_edit(by, finding)
    stored = lock(finding, version=version)
    check_edit(by, stored)
    before = _words(stored)
    told = _apply(stored, values, by)
    if _words(stored) != before or _differs(stored, told):
        if stored.state == Finding.State.APPROVED and (lacking := missing_of(stored)):
            raise ValidationError(
                _("An approved finding stays whole. Missing: %(what)s.") % {"what": ", ".join(lacking)}
            )
        _tell(stored, told)
        stored.version += 1
        stored.save()
    return stored


@transaction.atomic
def move(finding: Finding, step: Move, *, by: User, version: int, reason: str = "") -> Finding:
    """Submits, approves, returns, withdraws or reopens it, as `research.review.make` does. Raises ValidationError where
    it is not whole and somebody would approve it."""
    if step is Move.APPROVE and (lacking := missing_of(finding)):
        raise ValidationError(_("It is not whole yet. Missing: %(what)s.") % {"what": ", ".join(lacking)})
    return review.make(
        finding, step, by=by, version=version, writes=can_write(by), reviews=can_review(by), reason=reason
    )


def moves(finding: Finding, user: Any) -> list[Move]:
    """The steps that the person may take with it now."""
    return review.moves(finding, user, writes=can_write(user), reviews=can_review(user))


@transaction.atomic
def write_part(model: type[Part], finding: Finding, *, by: User, client_uuid: UUID, values: dict[str, Any]) -> Part:
    """Stores a rival explanation or an assumption of the finding. The finding's version rises: its reviewer read it
    without. Raises ValidationError by field, PermissionDenied."""
    stored_finding = _locked(finding, by)
    row = model(finding=stored_finding, client_uuid=client_uuid, created_by=by, demonstration=finding.demonstration)
    row._change_reason = "added"  # type: ignore[attr-defined]  # so that the finding's history tells it
    _apply_part(row, values, by)
    stored, new = create_once(row, find=model._default_manager.filter(client_uuid=client_uuid).first)
    if new:
        _touched(stored_finding, by)
    elif stored.finding_id != finding.pk or stored.created_by_id != by.pk:
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_part(row: Part, *, by: User, version: int, values: dict[str, Any]) -> Part:
    """Stores the edited rival explanation or assumption, as `write_part`."""
    finding = _locked(row.finding, by)
    stored = lock(row, version=version)
    before = _words(stored)
    _apply_part(stored, values, by)
    if _words(stored) != before:
        stored.version += 1
        stored.save()
        _touched(finding, by)
    return stored


@transaction.atomic
def log_use(finding: Finding, *, by: User, client_uuid: UUID, values: dict[str, Any]) -> FindingUse:
    """Logs who used the finding for which decision; the version used is kept. Only what was approved is used.

    Raises ValidationError by field, PermissionDenied, Conflict where that uuid is stored with other content.
    """
    check_write(by)
    if finding.state != Finding.State.APPROVED:
        raise PermissionDenied(_("Only an approved finding is used."))
    row = FindingUse(finding=finding, client_uuid=client_uuid, created_by=by, finding_version=finding.version)
    _apply_use(row, values, by)
    row.demonstration = finding.demonstration
    stored, new = create_once(row, find=FindingUse.objects.filter(client_uuid=client_uuid).first)
    if not new and (stored.created_by_id != by.pk or _words(stored) != _words(row)):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_use(use: FindingUse, *, by: User, version: int, values: dict[str, Any]) -> FindingUse:
    """Corrects a logged use, or adds what came of it. By whoever logged it, or a lead."""
    check_edit_use(by, use)
    stored = lock(use, version=version)
    before = _words(stored)
    _apply_use(stored, values, by)
    if _words(stored) != before:
        stored.version += 1
        stored.save()
    return stored


def _locked(finding: Finding, by: User) -> Finding:
    check_edit(by, finding)
    stored = Finding.objects.select_for_update().get(pk=finding.pk)
    check_edit(by, stored)
    return stored


def _touched(finding: Finding, by: User) -> None:
    finding.version += 1
    _sign(finding, by)
    finding.save()


def _apply(row: Finding, values: dict[str, Any], by: User) -> list[Dissemination] | None:
    """Writes the values into the row; returns the disseminations among them, which are stored with it."""
    _sign(row, by)
    for name, value in values.items():
        if name != "disseminations":
            setattr(row, name, value)
    found: dict[str, str] = {}
    if not row.statement_fr and not row.statement_en:
        found["statement_fr"] = _("Write it in at least one language.")
    if row.part and row.part.question_id != row.learning_question_id:
        found["part"] = _("This part belongs to another question.")
    if row.evaluation_question and row.evaluation and row.evaluation_question.evaluation_id != row.evaluation_id:
        found["evaluation_question"] = _("This question belongs to another evaluation.")
    for name in (*COMPONENTS, "confidence"):
        if getattr(row, name) and not getattr(row, f"{name}_reason"):
            found[f"{name}_reason"] = _("Say why: a level without a reason convinces nobody.")
    if found:
        raise ValidationError(found)
    return values.get("disseminations")


def _differs(stored: Finding, told: list[Dissemination] | None) -> bool:
    return told is not None and set(stored.disseminations.all()) != set(told)


def _tell(stored: Finding, told: list[Dissemination] | None) -> None:
    if told is not None:
        stored.disseminations.set(told)


def _apply_part(row: RivalExplanation | FindingAssumption, values: dict[str, Any], by: User) -> None:
    _sign(row, by)
    for name, value in values.items():
        setattr(row, name, value)
    found: dict[str, str] = {}
    if not row.text_fr and not row.text_en:
        found["text_fr"] = _("Write it in at least one language.")
    judged = row.verdict != "open" if isinstance(row, RivalExplanation) else row.standing != "untested"
    if judged and not row.reason:
        found["reason"] = _("Say why.")
    if found:
        raise ValidationError(found)


def _apply_use(row: FindingUse, values: dict[str, Any], by: User) -> None:
    _sign(row, by)
    for name, value in values.items():
        setattr(row, name, value)
    found: dict[str, str] = {}
    if not row.decision_fr and not row.decision_en:
        found["decision_fr"] = _("Write it in at least one language.")
    if row.used_on and row.used_on > timezone.localdate():
        found["used_on"] = _("This day is still to come.")
    if row.use_case and row.use_case.question_id != row.finding.learning_question_id:
        found["use_case"] = _("This use case belongs to another question.")
    if found:
        raise ValidationError(found)


def _sign(row: Any, by: User) -> None:
    row._history_user = by  # simple_history: who, outside of a request too


def _words(row: Any) -> tuple[Any, ...]:
    left_out = _OWN | _OF_THE_REVIEW
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in left_out)
