"""The one way in which an entry is submitted, returned, approved and withdrawn. Each room says who reviews there."""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.entries import Reviewed
from research.review_states import TO, WITH_A_REASON, Move, may_move
from research.revisions import lock

Row = TypeVar("Row", bound=Reviewed)


def moves(row: Reviewed, user: Any, *, writes: bool, reviews: bool) -> list[Move]:
    """The moves that the person may make with the entry as it stands."""
    author = row.created_by_id is not None and row.created_by_id == getattr(user, "pk", None)
    changed = row.changed_since_approval
    return [
        move
        for move in Move
        if may_move(move, row.state, author=author, writes=writes, reviews=reviews, changed=changed)
    ]


@transaction.atomic
def make(row: Row, move: Move, *, by: User, version: int, writes: bool, reviews: bool, reason: str = "") -> Row:
    """Makes the move and returns the stored entry. `version` is the one the person had read.

    Raises Conflict where another version is stored by now (nobody approves a text that they have not seen),
    PermissionDenied where the person may not make this move from this state, ValidationError (`reason`) where one is
    missing. The entry's `version` does not rise: its text is the same.
    """
    stored = lock(row, version=version)
    if move not in moves(stored, by, writes=writes, reviews=reviews):
        raise PermissionDenied(_("This step is not possible for you in this state."))
    reason = reason.strip()
    if move in WITH_A_REASON and not reason:
        raise ValidationError({"reason": _("Say why: its author reads it.")})
    if len(reason) > 1000:
        raise ValidationError({"reason": _("At most 1,000 characters.")})
    now = timezone.now()
    stored.state, stored.state_reason = TO[move], reason
    if move is Move.SUBMIT:
        stored.submitted_at = now
    if move in {Move.APPROVE, Move.RETURN}:
        stored.reviewed_at, stored.reviewed_by = now, by
    if move is Move.APPROVE:
        stored.approved_version = stored.version
    stored._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    stored._change_reason = move.value  # type: ignore[attr-defined]
    stored.save()
    return stored
