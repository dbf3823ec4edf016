"""The only writer of what is tied to links of a theory, to their assumptions and to their rival explanations."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.evidence.kinds import find, parse
from research.evidence.models import EvidenceLink, Finding
from research.evidence.queries import readable_by
from research.linkage.contribution.models import LinkAssumption, LinkEvidence, LinkRival, StepLink
from research.linkage.contribution.policies import check_write
from research.revisions import hold, new_uuid

MOST = 200
"""Things that are tied to one link and its parts."""


@transaction.atomic
def tie(
    link: StepLink,
    *,
    by: User,
    side: str,
    note: str,
    finding: Finding | None = None,
    kind: str = "",
    key: str = "",
    assumption: LinkAssumption | None = None,
    rival: LinkRival | None = None,
    client_uuid: UUID | None = None,
) -> LinkEvidence:
    """Ties a finding, or the piece of evidence that `kind` and `key` name, to the link or to one of its parts, and
    returns the row; the same thing again is the same row, with its side and note as said last.

    Raises ValidationError (`side`, `note`, `key`, `finding`) where it does not say why, where the thing is not there,
    was withdrawn, or may not be read by the person; PermissionDenied.
    """
    check_write(by)
    hold(link)
    words = note.strip()
    if side not in EvidenceLink.Side.values:
        raise ValidationError({"side": _("Does it speak for it or against it?")})
    if not words:
        raise ValidationError({"note": _("Say why it speaks for it or against it.")})
    if any(part is not None and part.link_id != link.pk for part in (assumption, rival)):
        raise ValidationError({"part": _("This part belongs to another link.")})
    what = _finding(finding, by) if finding else _piece(kind, key, by)
    rows = LinkEvidence.objects.filter(link=link)
    stored = rows.filter(assumption=assumption, rival=rival, **what["named"]).first()
    if stored is None and rows.count() >= MOST:
        raise ValidationError({"key": _("A link holds at most %(most)s pieces of evidence.") % {"most": MOST}})
    if stored and (stored.side, stored.note) == (side, words):
        return stored
    row = stored or LinkEvidence(
        link=link, assumption=assumption, rival=rival, created_by=by, client_uuid=client_uuid or new_uuid(),
        seen=what["seen"], demonstration=link.demonstration or what["made_up"], **what["named"],
    )  # fmt: skip
    row.side, row.note = side, words[:2000]
    if stored:
        row.version += 1
    else:
        row._change_reason = "added"  # type: ignore[attr-defined]  # so that the link's history tells it
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


@transaction.atomic
def untie(row: LinkEvidence, *, by: User, reason: str) -> None:
    """Takes it off; the history keeps that it was there and why it went. Raises ValidationError (`reason`)."""
    check_write(by)
    words = reason.strip()
    if not words:
        raise ValidationError({"reason": _("Say why.")})
    hold(row.link)
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = words[:100]  # type: ignore[attr-defined]
    row.delete()


def _finding(finding: Finding, by: User) -> dict[str, Any]:
    stored = readable_by(by).filter(pk=finding.pk).first()
    if stored is None:
        raise ValidationError({"finding": _("This finding is not there, or not yours to read.")})
    if stored.state == Finding.State.WITHDRAWN:
        raise ValidationError({"finding": _("This finding was withdrawn: it supports nothing.")})
    return {"named": {"finding": stored, "kind": "", "key": ""}, "seen": {}, "made_up": stored.demonstration}


def _piece(kind: str, key: str, by: User) -> dict[str, Any]:
    try:
        whole = parse(kind, key)
    except ValidationError as error:
        raise ValidationError({"key": error.messages}) from error
    item = find(kind, [whole], by).get(whole)
    if item is None or not item.readable:
        raise ValidationError({"key": _("This piece of evidence is not there, or not yours to read.")})
    if item.withdrawn:
        raise ValidationError({"key": _("This was withdrawn, or holds no value: it supports nothing.")})
    named = {"finding": None, "kind": kind, "key": whole}
    return {"named": named, "seen": item.seen, "made_up": item.demonstration}
