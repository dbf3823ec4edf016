"""A visit in progress is filled in piece by piece, from a phone that comes and goes.

Each piece says what it saw when it was changed (`was`). A piece that was saved before changes nothing; one that
somebody else has changed in the meantime is not overwritten but told. So pieces may arrive late, twice, in any order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.approvals.locks import check_open
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import check_enter
from research.coach2pev.visits import rows
from research.coach2pev.visits.answers import AnswerError, Given, raw_of, read_answer
from research.coach2pev.visits.approved import KIND
from research.coach2pev.visits.assessors import check_assess
from research.coach2pev.visits.sheets import Item, sheet_of

State = SupervisionVisit.State


@dataclass
class Saved:
    """What became of each piece, by its name: what is stored now (as a field shows it), a sentence where it could not
    be read, and what stands there where somebody else had changed it."""

    version: int
    stored: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def save_section(
    visit: SupervisionVisit,
    *,
    by: User,
    answers: Mapping[str, str | Sequence[str]],
    was: Mapping[str, str] | None = None,
    assessor: int = Assessor.FIRST,
) -> Saved:
    """Stores answers by code of their item, «» takes one away; items that are not here stay as they are.

    `was` are the answers before the change, as `raw_of` writes them; without it whatever stands there is replaced.
    Raises PermissionDenied, and ValidationError where the visit is not in progress or an item is not of its checklist.
    A rule of the checklist that does not hold yet is no reason to lose an answer: `finish_visit` asks for it.
    """
    stored = SupervisionVisit.objects.select_for_update().get(pk=visit.pk)
    check_enter(by, stored.site)
    check_assess(by, stored, assessor)
    check_open(KIND, stored.pk)
    if stored.checklist is None:
        raise ValidationError(_("This visit has no checklist."))
    items = sheet_of(stored.checklist).by_code
    if not answers.keys() <= items.keys():
        raise ValidationError(_("An answer does not belong to this checklist. Open the form again."))
    had = rows.stored_answers(stored, assessor)
    saved, changed = Saved(stored.version), dict[int, object]()
    for code, raw in answers.items():
        outcome = _piece(saved, items[code], raw, had.get(items[code].pk), None if was is None else was.get(code))
        if outcome is not _UNCHANGED:
            changed[items[code].pk] = outcome
    if changed:
        kept: rows.ByItem = {pk: given for pk, given in changed.items() if isinstance(given, Given)}
        reason = f"version {stored.version}" if stored.state == State.DONE else ""
        rows.write_answers(stored, kept, by=by, reason=reason, assessor=assessor, only=changed.keys())
        saved.version += 1
        SupervisionVisit.objects.filter(pk=stored.pk).update(version=F("version") + 1, updated_at=timezone.now())
    return saved


_UNCHANGED = object()


def _piece(saved: Saved, item: Item, raw: str | Sequence[str], had: Given | None, was: str | None) -> object:
    """The answer to store, None to take it away, or _UNCHANGED; says in `saved` what became of it."""
    try:
        given = read_answer(item, raw)
    except AnswerError as error:
        saved.refused[item.code] = str(error)
        return _UNCHANGED
    shown = raw_of(had)
    if raw_of(given) != shown and was is not None and was != shown:
        if raw_of(given) == was:  # not touched here, only seen before the other changed it
            saved.stored[item.code] = shown
        else:
            saved.conflicts[item.code] = shown
        return _UNCHANGED
    saved.stored[item.code] = raw_of(given)
    return _UNCHANGED if given == had else given
