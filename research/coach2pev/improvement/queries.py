"""Reads of improvement actions: the board, and the story of one."""

from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.scopes import limit_to_scope
from research.coach2pev.models import ActionComment, ActionEvidence, ImprovementAction, SupervisionVisit
from research.coach2pev.policies import can_read
from research.revisions import Change, changes_of

State = ImprovementAction.State


class BoardCounts(NamedTuple):
    """Actions by what they wait for; `overdue` are open ones whose day has passed, and are counted in `open` too."""

    proposed: int
    open: int
    overdue: int
    claimed: int
    closed: int
    dropped: int


def actions_for(user: Any) -> QuerySet[ImprovementAction]:
    """Those that the person may read: overdue first, the longest overdue at the top, then by due date; with `overdue`,
    and the numbers of `remarks` and `files`."""
    if not can_read(user):
        return ImprovementAction.objects.none()
    rows = limit_to_scope(ImprovementAction.objects.all(), user, unit="site")
    late = Q(state=State.OPEN, due_on__lt=timezone.localdate())
    order = Case(When(late, then=0), When(state=State.CLAIMED, then=1), When(state=State.OPEN, then=2),
                 When(state=State.PROPOSED, then=3), default=4)  # fmt: skip
    return (
        rows.select_related("site__parent", "item", "owner", "visit")
        .annotate(
            overdue=Case(When(late, then=Value(True)), default=Value(False), output_field=BooleanField()),
            remarks=_number_of(ActionComment),
            files=_number_of(ActionEvidence),
        )
        .order_by(order, F("due_on").asc(nulls_last=True), "pk")
    )


def _number_of(parts: type[Model]) -> Any:
    """Counted for the rows shown, not joined to all."""
    found = parts._default_manager.filter(action=OuterRef("pk")).order_by().values("action")
    return Coalesce(Subquery(found.annotate(number=Count("pk")).values("number")), 0)


def counts(rows: QuerySet[ImprovementAction]) -> BoardCounts:
    """One query."""
    today = timezone.localdate()
    found = ImprovementAction.objects.filter(pk__in=rows.order_by().values("pk")).aggregate(
        overdue=Count("pk", filter=Q(state=State.OPEN, due_on__lt=today)),
        **{state.value: Count("pk", filter=Q(state=state)) for state in State},
    )
    return BoardCounts(**found)


def comments_of(action: ImprovementAction) -> list[ActionComment]:
    return list(action.comments.select_related("created_by"))


def evidence_of(action: ImprovementAction) -> list[ActionEvidence]:
    return list(action.evidence.select_related("uploaded_by"))


def actions_of_visit(visit: SupervisionVisit) -> list[ImprovementAction]:
    """Proposed or agreed on this visit, and those of earlier visits that failed again on it."""
    rows = ImprovementAction.objects.filter(Q(visit=visit) | Q(reopened_by=visit))
    return list(rows.select_related("item").order_by("pk"))


def owners() -> QuerySet[User]:
    """Accounts that may own an action: whoever enters visits."""
    wanted = Q(groups__name__in=[Role.CLERK, Role.LEAD])
    return User.objects.filter(wanted, is_active=True).distinct().order_by("username")


_FIELDS = [
    "state", "text", "owner", "owner_role", "due_on", "claimed_on", "claimed_by", "closed_on", "closed_by",
    "closing_note", "dropped_reason", "failed_again",
]  # fmt: skip


def changes(action: ImprovementAction) -> list[Change]:
    """What became of the action since it was proposed, newest first. One query."""
    names = {name: str(ImprovementAction._meta.get_field(name).verbose_name) for name in _FIELDS}  # type: ignore[union-attr]
    records = action.history.select_related("owner", "claimed_by", "closed_by")
    return changes_of(records, lambda _record, field: names[field], _FIELDS)
