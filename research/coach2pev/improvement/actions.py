"""The only writer of improvement actions, their comments and their evidence. After each step the measures of the
months that the action enters are published."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.improvement import states
from research.coach2pev.improvement.correcting import take_back
from research.coach2pev.improvement.following import Following, open_anew
from research.coach2pev.improvement.policies import can_verify
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of_action
from research.coach2pev.models import ActionComment, ActionEvidence, ChecklistItem, ImprovementAction, SupervisionVisit
from research.coach2pev.policies import check_enter
from research.kept_files import LARGEST, checked, named
from research.measures import SiteMonth
from research.revisions import Conflict, create_once, lock

__all__ = [
    "LARGEST", "NotNow", "agree", "attach", "claim", "comment", "drop", "follow_visit", "propose", "reopen",
    "send_back", "verify",
]  # fmt: skip

State = ImprovementAction.State
MOST_FILES = 10
"""Files kept as evidence of one action."""


class NotNow(Exception):
    """The action is in a state from which this step does not lead. `str()` is a sentence."""


@transaction.atomic
def follow_visit(visit: SupervisionVisit, failed: Collection[ChecklistItem], *, by: User | None) -> None:
    """What a done visit asks of its site's plan; called again after an edit, it changes only what differs.

    An item that failed proposes an action, unless one for the same item of the site is still to be done: that one
    failed again. One that was claimed or closed before this visit is opened anew as a proposal, to be agreed again. A
    proposal of this visit that nobody took up goes away with the failure that proposed it.
    """
    take_back(visit, failed, by=by)
    publish_measures(follow_visits([(visit, failed)], by=by), by=by)


@transaction.atomic
def follow_visits(
    visits: Sequence[tuple[SupervisionVisit, Collection[ChecklistItem]]], *, by: User | None
) -> set[SiteMonth]:
    """`follow_visit` for many, in their order, with few queries. Returns the site-months whose measures are to be
    published by the caller: those of actions that were opened anew."""
    work = Following(by, visits)
    for visit, failed in visits:
        work.follow(visit, failed)
    return work.store()


@transaction.atomic
def propose(
    *, site: OrgUnit, text: str, by: User, client_uuid: UUID, visit: SupervisionVisit | None = None
) -> ImprovementAction:
    """An action that people agreed on without a failed item. Sent again with the same key it is still one."""
    check_enter(by, site)
    if not text.strip():
        raise ValidationError({"text": [_("Say what will be done.")]})
    row = ImprovementAction(site=site, visit=visit, text=text.strip()[:500], created_by=by, client_uuid=client_uuid)
    _sign(row, by)
    stored, new = create_once(row, find=ImprovementAction.objects.filter(client_uuid=client_uuid).first)
    if not new and (stored.created_by_id != by.pk or stored.site_id != site.pk):
        raise Conflict(stored)
    return stored


def agree(
    action: ImprovementAction,
    *,
    by: User,
    version: int,
    text: str,
    owner: User | None,
    owner_role: str,
    due_on: date | None,
) -> ImprovementAction:
    """proposed or open → open: what will be done, by whom, until when. Raises ValidationError by field."""

    def apply(row: ImprovementAction) -> None:
        found = states.problems_of_agreement(
            text=text,
            has_owner=bool(owner or owner_role.strip()),
            due_on=due_on,
            today=timezone.localdate(),
            was_due=row.due_on,
        )
        if found:
            raise ValidationError({field: [sentence] for field, sentence in found.items()})
        row.text, row.owner, row.owner_role, row.due_on = text.strip(), owner, owner_role.strip(), due_on

    return _step("agree", action, by, version, apply)


def claim(action: ImprovementAction, *, by: User, version: int) -> ImprovementAction:
    """open → claimed: somebody says that it is done. Another person has to see that it is."""

    def apply(row: ImprovementAction) -> None:
        row.claimed_by, row.claimed_on = by, timezone.localdate()

    return _step("claim", action, by, version, apply)


def verify(action: ImprovementAction, *, by: User, version: int, note: str) -> ImprovementAction:
    """claimed → closed, by neither its owner nor its claimant, who says how it was verified."""

    def apply(row: ImprovementAction) -> None:
        if not can_verify(by, row):
            raise PermissionDenied(_("Somebody else than the owner and whoever said it was done has to verify it."))
        row.closing_note = _said(note, "note", _("Say how you saw that it was done."))
        row.closed_by, row.closed_on = by, timezone.localdate()

    return _step("verify", action, by, version, apply)


def send_back(action: ImprovementAction, *, by: User, version: int, reason: str) -> ImprovementAction:
    """claimed → open, with the reason as a comment."""
    said = _said(reason, "reason", _("Say what is still missing."))

    def apply(row: ImprovementAction) -> None:
        row.claimed_by, row.claimed_on = None, None
        _comment(row, by, said, uuid4())

    return _step("send_back", action, by, version, apply)


def drop(action: ImprovementAction, *, by: User, version: int, reason: str) -> ImprovementAction:
    """Ends an action that will not be done, with the reason."""

    def apply(row: ImprovementAction) -> None:
        row.dropped_reason = _said(reason, "reason", _("Say why it will not be done."))

    return _step("drop", action, by, version, apply)


def reopen(action: ImprovementAction, *, by: User, version: int, reason: str) -> ImprovementAction:
    """closed or dropped → proposed, with the reason as a comment; it has to be agreed again."""
    said = _said(reason, "reason", _("Say why it is opened again."))

    def apply(row: ImprovementAction) -> None:
        open_anew(row)
        _comment(row, by, said, uuid4())

    return _step("reopen", action, by, version, apply)


@transaction.atomic
def comment(action: ImprovementAction, *, by: User, text: str, client_uuid: UUID) -> ActionComment:
    """Keeps a comment; sent again with the same key it is still one. Raises Conflict where the key is another's."""
    check_enter(by, action.site)
    return _comment(action, by, _said(text, "text", _("Write the comment.")), client_uuid)


@transaction.atomic
def attach(action: ImprovementAction, *, by: User, name: str, content: bytes, caption: str = "") -> ActionEvidence:
    """Keeps a file as evidence; the same file again is the same evidence. Raises ValidationError (`file`)."""
    check_enter(by, action.site)
    try:
        kept = checked(content)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    ImprovementAction.objects.select_for_update().get(pk=action.pk)
    if stored := action.evidence.filter(sha256=kept.sha256).first():
        return stored
    if action.evidence.count() >= MOST_FILES:
        raise ValidationError({"file": [_("An action keeps at most %(most)s files.") % {"most": MOST_FILES}]})
    row = ActionEvidence(action=action, content_type=kept.content_type, size=len(kept.content), sha256=kept.sha256)
    row.name = named(name, kept.suffix)
    row.caption, row.uploaded_by, row.demonstration = caption.strip()[:300], by, action.demonstration
    row._history_user = by  # type: ignore[attr-defined]
    row.file.save(f"{uuid4()}{kept.suffix}", ContentFile(kept.content), save=False)
    row.save()
    return row


def _comment(action: ImprovementAction, by: User, text: str, client_uuid: UUID) -> ActionComment:
    row = ActionComment(action=action, text=text[:3000], created_by=by, client_uuid=client_uuid)
    row.demonstration = action.demonstration
    row._history_user = by  # type: ignore[attr-defined]
    stored, new = create_once(row, find=ActionComment.objects.filter(client_uuid=client_uuid).first)
    if not new and (stored.created_by_id != by.pk or stored.action_id != action.pk or stored.text != row.text):
        raise Conflict(stored)
    return stored


def _said(text: str, field: str, missing: str) -> str:
    if not text.strip():
        raise ValidationError({field: [missing]})
    return text.strip()


@transaction.atomic
def _step(step: str, action: ImprovementAction, by: User, version: int, apply: Any) -> ImprovementAction:
    """Raises Conflict where the action was changed since `version`, NotNow where the step does not lead from there."""
    stored = lock(action, version=version)
    check_enter(by, stored.site)
    if not states.may(step, stored.state):
        raise NotNow(_("The action is “%(state)s” by now.") % {"state": stored.get_state_display()})
    months = months_of_action(stored)
    apply(stored)
    stored.state = State(states.STEPS[step][1])
    stored.clean_fields(
        exclude=["site", "visit", "item", "owner", "claimed_by", "closed_by", "reopened_by", "created_by"]
    )
    _store(stored, by)
    publish_measures(months | months_of_action(stored), by=by)
    return stored


def _store(row: ImprovementAction, by: User | None, *, new: bool = False) -> None:
    if not new:
        row.version += 1
    _sign(row, by)
    row.save()


def _sign(row: ImprovementAction, by: User | None) -> None:
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = f"version {row.version}" if row.version > 1 else ""  # type: ignore[attr-defined]
