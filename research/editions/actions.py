"""The only writer of editions: drafted from the data, worded, reviewed by a second person, frozen, published."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research import review
from research.editions.content import canonical, fingerprint
from research.editions.drawing import draw_all
from research.editions.drawing.span import Span
from research.editions.files.actions import ask_for_all
from research.editions.freezing import assembled
from research.editions.models import Edition, Section
from research.editions.order import ORDER, SPEAKING
from research.editions.policies import can_review, can_write, check_edit, check_publish, check_write
from research.editions.titles import HEADINGS
from research.review_states import Move
from research.revisions import Conflict, create_once, lock

LONGEST = 4
"""Half-years that one edition may span."""


@transaction.atomic
def draft(*, by: User, client_uuid: UUID, values: dict[str, Any]) -> Edition:
    """A new edition with all its parts drawn from the data as they are now; sent twice it is one.

    `values`: hub, title_fr, title_en, first and last (codes of half-years). Raises ValidationError by field,
    PermissionDenied, Conflict where that uuid is stored with other words.
    """
    check_write(by)
    row = Edition(client_uuid=client_uuid, created_by=by, drawn_at=timezone.now(), **values)
    span = _checked_span(row)
    stored, new = create_once(row, find=Edition.objects.filter(client_uuid=client_uuid).first)
    if new:
        drawn = draw_all(row.hub, span)
        sections = [Section(edition=stored, kind=kind, order=n, drawn=drawn[kind]) for n, kind in enumerate(ORDER)]
        for section in sections:
            section.created_by = by
            section.save()
    elif stored.created_by_id != by.pk or any(getattr(stored, name) != value for name, value in values.items()):
        raise Conflict(stored)
    return stored


@transaction.atomic
def redraw(edition: Edition, *, by: User, version: int) -> Edition:
    """Draws every part anew from the data as they are now; the words of people stay. One version higher. Raises
    PermissionDenied once it waits for review or is frozen, Conflict."""
    stored = lock(edition, version=version)
    check_edit(by, stored)
    drawn = draw_all(stored.hub, Span(*stored.span))
    for section in stored.sections.all():
        section.drawn = drawn[section.kind]
        section.save(update_fields=["drawn", "updated_at"])
    stored.drawn_at = timezone.now()
    return _touched(stored, by, "redraw")


@transaction.atomic
def word(section: Section, *, by: User, version: int, values: dict[str, Any]) -> Section:
    """Stores the words of a part; the part and the edition are one version higher. Raises PermissionDenied, Conflict
    where `version` is not that of the stored part."""
    edition = Edition.objects.select_for_update().get(pk=section.edition_id)
    check_edit(by, edition)
    stored = lock(section, version=version)
    if (stored.words_fr, stored.words_en) != (values["words_fr"], values["words_en"]):
        stored.words_fr, stored.words_en = values["words_fr"], values["words_en"]
        stored.version += 1
        stored._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
        stored.save()
        _touched(edition, by, "word")
    return stored


@transaction.atomic
def move(edition: Edition, step: Move, *, by: User, version: int, reason: str = "") -> Edition:
    """Submits, returns, freezes (approves), withdraws or reopens it, as `research.review.make` does.

    Approved is frozen: exactly what the reviewer read is kept with its fingerprint, and a worker makes the files.
    Whoever drafted it or worded a part of it does not freeze it. What was frozen can only be withdrawn, by a lead.
    Raises ValidationError where a part has no words in a language, PermissionDenied, Conflict.
    """
    stored = lock(edition, version=version)
    if step not in moves(stored, by):
        raise PermissionDenied(_("This step is not possible for you in this state."))
    if step in {Move.SUBMIT, Move.APPROVE} and (lacking := missing_of(stored)):
        raise ValidationError(_("Words are missing in French or English: %(what)s.") % {"what": ", ".join(lacking)})
    if step is Move.APPROVE:
        text = canonical(assembled(stored))
        Edition.objects.filter(pk=stored.pk).update(content=text, sha256=fingerprint(text))
    moved = review.make(
        stored, step, by=by, version=version, writes=can_write(by), reviews=can_review(by), reason=reason
    )
    if step is Move.APPROVE:
        ask_for_all(moved, by=by)
    return moved


def moves(edition: Edition, user: Any) -> list[Move]:
    """The steps that the person may take with it now. One query for a reviewer."""
    reviews = can_review(user)
    found = review.moves(edition, user, writes=can_write(user), reviews=reviews)
    if edition.frozen:
        return [one for one in found if one is Move.WITHDRAW and reviews]
    if Move.APPROVE in found and worded(edition, user):
        found.remove(Move.APPROVE)
    return found


def worded(edition: Edition, user: Any) -> bool:
    """Whether the person ever wrote words of a part. One query."""
    return Section.history.filter(edition=edition, history_type="~", history_user=user).exists()


@transaction.atomic
def publish(edition: Edition, *, by: User, published: bool) -> Edition:
    """Opens what is frozen to everybody, or closes it again. Raises PermissionDenied."""
    stored = Edition.objects.select_for_update().get(pk=edition.pk)
    check_publish(by, stored)
    stored.published_at, stored.published_by = (timezone.now(), by) if published else (None, None)
    stored._history_user = by  # type: ignore[attr-defined]
    stored._change_reason = "publish" if published else "close"  # type: ignore[attr-defined]
    stored.save()
    return stored


def missing_of(edition: Edition) -> list[str]:
    """The parts whose words lack in a language. One query."""
    lacking = [one.kind for one in edition.sections.all() if not (one.words_fr.strip() and one.words_en.strip())]
    return [str(HEADINGS[kind].title) for kind in lacking if kind in SPEAKING]


def _checked_span(row: Edition) -> Span:
    span = Span(*row.span)
    if span.last < span.first:
        raise ValidationError({"last": _("The last half-year lies before the first.")})
    if span.first.shift(LONGEST - 1) < span.last:
        raise ValidationError({"last": _("At most %(most)s half-years.") % {"most": LONGEST}})
    if span.first.start > timezone.localdate():
        raise ValidationError({"first": _("This half-year has not begun.")})
    return span


def _touched(edition: Edition, by: User, why: str) -> Edition:
    edition.version += 1
    edition._history_user = by  # type: ignore[attr-defined]
    edition._change_reason = why  # type: ignore[attr-defined]
    edition.save()
    return edition
