"""The only writer of links between findings and evidence, and of the doubts that are settled."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.evidence.kinds import find, fingerprint, parse
from research.evidence.models import Doubt, EvidenceLink, Finding, RivalExplanation
from research.evidence.policies import check_edit
from research.revisions import new_uuid

MOST_LINKS = 200
"""Pieces of evidence of one finding."""


@transaction.atomic
def link(
    finding: Finding,
    *,
    by: User,
    kind: str,
    key: str,
    side: str,
    note: str = "",
    rival: RivalExplanation | None = None,
    client_uuid: UUID | None = None,
) -> EvidenceLink:
    """Ties a piece of evidence to the finding (or to one of its rival explanations) and returns the link; the same
    piece again is the same link, with its side and note as said last. The finding's version rises: its reviewer read it
    without.

    Raises ValidationError (`key`, `side`) where the piece is not there, was withdrawn, or may not be read by the
    person; PermissionDenied.
    """
    stored_finding = _locked(finding, by)
    if side not in EvidenceLink.Side.values:
        raise ValidationError({"side": _("Does it speak for the finding or against it?")})
    try:
        whole = parse(kind, key)
    except ValidationError as error:
        raise ValidationError({"key": error.messages}) from error
    item = find(kind, [whole], by).get(whole)
    if item is None or not item.readable:
        raise ValidationError({"key": _("This piece of evidence is not there, or not yours to read.")})
    if item.withdrawn:
        raise ValidationError({"key": _("This was withdrawn, or holds no value: it supports nothing.")})
    links = EvidenceLink.objects.filter(finding=stored_finding)
    stored = links.filter(rival=rival, kind=kind, key=whole).first()
    if stored is None and links.count() >= MOST_LINKS:
        raise ValidationError({"key": _("A finding holds at most %(most)s pieces of evidence.") % {"most": MOST_LINKS}})
    if stored and (stored.side, stored.note) == (side, note.strip()):
        return stored
    row = stored or EvidenceLink(
        finding=stored_finding, rival=rival, kind=kind, key=whole, created_by=by, client_uuid=client_uuid or new_uuid(),
        seen=item.seen, fingerprint=fingerprint(item.seen), looked_at=timezone.now(),
        demonstration=stored_finding.demonstration,
    )  # fmt: skip
    row.side, row.note = side, note.strip()[:2000]
    if stored:
        row.version += 1
    else:
        row._change_reason = "added"  # type: ignore[attr-defined]  # so that the finding's history tells it
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    _touched(stored_finding, by)
    return row


@transaction.atomic
def unlink(stored: EvidenceLink, *, by: User) -> None:
    """Takes a piece of evidence off its finding; the history keeps that it was there."""
    finding = _locked(stored.finding, by)
    stored._history_user = by  # type: ignore[attr-defined]
    stored.delete()
    _touched(finding, by)
    _mark(finding, by)


@transaction.atomic
def settle(finding: Finding, *, by: User, note: str) -> Finding:
    """Says that everything in doubt was looked at and what was decided; the evidence counts from now on as it is now.

    Raises ValidationError (`note`) without a note. What is gone or withdrawn is not settled by looking: it has to be
    taken off first (`gone`).
    """
    stored = _locked(finding, by)
    words = note.strip()
    if not words:
        raise ValidationError({"note": _("Say what you decided and why.")})
    links = {link.pk: link for link in EvidenceLink.objects.select_for_update().filter(finding=stored)}
    for one in links.values():
        item = find(one.kind, [one.key], None).get(one.key)
        if item is None or item.withdrawn:
            raise ValidationError(
                {"note": _("Evidence that is gone or withdrawn has to be taken off the finding first.")}
            )
        if item.seen != one.seen or item.newer:
            one.seen, one.fingerprint, one.looked_at = item.seen, fingerprint(item.seen), timezone.now()
            one._history_user = by  # type: ignore[attr-defined]
            one.save()
    Doubt.objects.filter(finding=stored, settled_at=None).update(
        settled_at=timezone.now(), settled_by=by, settled_note=words[:500]
    )
    stored.stale_since = None
    stored._history_user = by  # type: ignore[attr-defined]
    stored.save()
    return stored


def _locked(finding: Finding, by: User) -> Finding:
    check_edit(by, finding)
    stored = Finding.objects.select_for_update().get(pk=finding.pk)
    check_edit(by, stored)
    return stored


def _touched(finding: Finding, by: User) -> None:
    finding.version += 1
    finding._history_user = by  # type: ignore[attr-defined]
    finding.save()


def _mark(finding: Finding, by: User) -> None:
    """A finding whose last doubt went with its evidence is not in doubt any more."""
    if finding.stale_since and not Doubt.objects.filter(finding=finding, settled_at=None).exists():
        finding.stale_since = None
        finding._history_user = by  # type: ignore[attr-defined]
        finding.save()
