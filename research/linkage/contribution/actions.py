"""The only writer of theories of change and of their parts. Evidence is tied in `evidence_actions.py`."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.evidence.kinds import fingerprint
from research.linkage.contribution.models import LinkAssumption, LinkRival, Proposable, Step, StepLink, TheoryOfChange
from research.linkage.contribution.policies import can_adopt, check_adopt, check_write
from research.linkage.contribution.rules import problems
from research.revisions import Conflict, create_once, hold, lock

Row = TypeVar("Row", bound=Proposable)
WHOLES: dict[type[Proposable], str] = {
    Step: "theory",
    StepLink: "theory",
    LinkAssumption: "link",
    LinkRival: "link",
}
"""What each part belongs to."""
_OWN = {
    "id", "version", "created_at", "updated_at", "created_by", "client_uuid", "demonstration", "key", "proposed",
    "source", "withdrawn_because", "order",
}  # fmt: skip


@transaction.atomic
def write(model: type[Row], whole: Any, *, by: User, client_uuid: UUID, values: dict[str, Any]) -> Row:
    """Stores a new theory (`whole` None) or a new part of `whole`; sent again with the same `client_uuid`, the stored
    one. What a lead writes is adopted, what others write is proposed.

    Raises ValidationError by field, PermissionDenied, Conflict where that uuid is stored with other content.
    """
    check_write(by)
    row = model(client_uuid=client_uuid, created_by=by)
    if model in WHOLES:
        hold(_theory(whole))
        setattr(row, WHOLES[model], whole)
        row._change_reason = "added"  # type: ignore[attr-defined]  # so that the history of the whole tells it
    if isinstance(row, Step):
        row.order = 1 + max(row.theory.steps.values_list("order", flat=True), default=0)
    stored = model._default_manager.filter(client_uuid=client_uuid).first()
    if stored is None:
        _apply(row, values, by)
    else:
        _set(row, values, by)
    kept, new = create_once(row, find=model._default_manager.filter(client_uuid=client_uuid).first)
    if not new and (kept.created_by_id != by.pk or _words(kept) != _words(row)):
        raise Conflict(kept)
    return kept


@transaction.atomic
def edit(row: Row, *, by: User, version: int, values: dict[str, Any]) -> Row:
    """Stores the edited row, one version higher; unchanged where nothing differs. What somebody who is no lead edits is
    proposed again. Raises Conflict where `version` is not the stored one, else as `write`."""
    check_write(by)
    if type(row) in WHOLES:
        hold(_theory(getattr(row, WHOLES[type(row)])))
    stored = lock(row, version=version)
    before = _words(stored)
    _apply(stored, values, by)
    if _words(stored) != before:
        _store(stored, by)
    return stored


@transaction.atomic
def adopt(row: Row, *, by: User, version: int) -> Row:
    """Says that what was proposed is the hub's own. Leads only."""
    check_adopt(by)
    stored = lock(row, version=version)
    if stored.proposed:
        _store(stored, by)
    return stored


@transaction.atomic
def withdraw(row: Row, *, by: User, version: int, reason: str) -> Row:
    """It counts no more and stays readable, with the reason; a step takes its links out of the story with it. Raises
    ValidationError (`reason`) without one."""
    check_write(by)
    stored = lock(row, version=version)
    words = reason.strip()
    if not words:
        raise ValidationError({"reason": _("Say why.")})
    if words != stored.withdrawn_because:
        stored.withdrawn_because = words[:1000]
        _store(stored, by)
    return stored


@transaction.atomic
def restore(row: Row, *, by: User, version: int) -> Row:
    """It counts again. Raises ValidationError where it does not fit any more (a link that would lead back)."""
    check_write(by)
    if type(row) in WHOLES:
        hold(_theory(getattr(row, WHOLES[type(row)])))
    stored = lock(row, version=version)
    if stored.withdrawn_because:
        stored.withdrawn_because = ""
        if found := problems(stored):
            raise ValidationError(found)
        _store(stored, by)
    return stored


@transaction.atomic
def shift(step: Step, *, by: User, up: bool) -> None:
    """Moves a step one place up or down among those of its kind; at the end nothing happens."""
    check_write(by)
    hold(step.theory)
    rows = list(Step.objects.select_for_update().filter(theory=step.theory_id, withdrawn_because=""))
    same = [row for row in rows if row.kind == step.kind]
    place = next((number for number, row in enumerate(same) if row.pk == step.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(same):
        return
    same[place], same[other] = same[other], same[place]
    others = [row for row in rows if row.kind != step.kind]
    for number, row in enumerate([*same, *others]):
        if row.order != number:
            row.order = number
            row._history_user = by  # type: ignore[attr-defined]
            row.save()


def _theory(whole: Any) -> TheoryOfChange:
    theory: TheoryOfChange = whole.theory if isinstance(whole, StepLink) else whole
    return theory


def _set(row: Proposable, values: dict[str, Any], by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    for name, value in values.items():
        setattr(row, name, value)
    row.proposed = not can_adopt(by)


def _apply(row: Proposable, values: dict[str, Any], by: User) -> None:
    was = row.proposed
    _set(row, values, by)
    if row.pk:
        row.proposed = was  # until something differs (`_store`)
    if found := problems(row):
        raise ValidationError(found)


def _store(row: Proposable, by: User) -> None:
    row.version += 1
    row.proposed = not can_adopt(by)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()


def _words(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in _OWN)


def what_is_proposed(theory: TheoryOfChange) -> str:
    """A fingerprint of all that is proposed in the theory, so that nobody adopts what they have not read."""
    return fingerprint({"parts": [[row._meta.model_name, row.pk, row.version] for row in _proposed(theory)]})


@transaction.atomic
def adopt_all(theory: TheoryOfChange, *, by: User, seen: str) -> int:
    """Adopts all that is proposed in the theory and returns how many parts. Raises Conflict where that is not what the
    lead has `seen` (`what_is_proposed`)."""
    check_adopt(by)
    hold(theory)
    if what_is_proposed(theory) != seen:
        raise Conflict(theory)
    rows = _proposed(theory)
    for row in rows:
        adopt(row, by=by, version=row.version)
    return len(rows)


def _proposed(theory: TheoryOfChange) -> list[Proposable]:
    """In a fixed order. Five queries."""
    found: list[Proposable] = [one for one in TheoryOfChange.objects.filter(pk=theory.pk) if one.proposed]
    for model, whole in WHOLES.items():
        named = {whole: theory} if whole == "theory" else {"link__theory": theory}
        rows: Any = model._default_manager.filter(proposed=True, withdrawn_because="", **named).order_by("pk")
        found += list(rows)
    return found
