"""How the plan of a site follows its visits: what failed becomes an action, or counts against one that is there.

Used by `actions.py` alone. All actions that may be concerned are read at once and written at once, so that a file of
ten thousand visits is followed as one visit is.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from research.coach2pev.measures.queries import months_of_action
from research.coach2pev.models import ChecklistItem, ImprovementAction, SupervisionVisit
from research.measures import SiteMonth

State = ImprovementAction.State
_CHANGED = [
    "state", "due_on", "claimed_on", "claimed_by", "closed_on", "closed_by", "closing_note", "dropped_reason",
    "failed_again", "reopened_by", "version",
]  # fmt: skip


class Following:
    """The actions of the visits' sites that checklists of the same keys proposed, by site and code of their item."""

    def __init__(self, by: User | None, visits: Sequence[tuple[SupervisionVisit, Collection[ChecklistItem]]]) -> None:
        self.by = by
        self.new: list[ImprovementAction] = []
        self.changed: dict[int, ImprovementAction] = {}
        self.months: set[SiteMonth] = set()
        self._known: dict[tuple[int, str, str], list[ImprovementAction]] = defaultdict(list)
        self._withdrawn: list[int] = []
        sites = {visit.site_id for visit, _failed in visits}
        rows = ImprovementAction.objects.select_for_update(of=("self",)).filter(site__in=sites, item__isnull=False)
        for row in rows.select_related("item__checklist", "visit", "reopened_by").order_by("pk"):
            if row.item:
                self._known[row.site_id, row.item.checklist.key, row.item.code].append(row)
        untouched = ImprovementAction.objects.filter(
            visit__in=[visit.pk for visit, _failed in visits], item__isnull=False, state=State.PROPOSED, version=1,
            comments=None, evidence=None,
        )  # fmt: skip
        self._untouched = set(untouched.values_list("pk", flat=True))

    def follow(self, visit: SupervisionVisit, failed: Collection[ChecklistItem]) -> None:
        key = visit.checklist.key if visit.checklist else ""
        codes = {item.code: item for item in failed}
        if self._untouched:
            self._withdraw(visit, codes)
        for code, item in codes.items():
            earlier = [row for row in self._known[visit.site_id, key, code] if row.state != State.DROPPED]
            if any(row.visit_id == visit.pk for row in earlier):
                continue
            standing = next((row for row in reversed(earlier) if _before(row, visit)), None)
            if standing is not None:
                self._fail_again(standing, visit)
            elif not any(row.state in (State.PROPOSED, State.OPEN) for row in earlier):
                self._known[visit.site_id, key, code].append(self._propose(visit, item))

    def store(self) -> set[SiteMonth]:
        """Writes it all, with history; returns the site-months of the actions that were opened anew."""
        for row in ImprovementAction.objects.filter(pk__in=self._withdrawn):
            row._history_user = self.by  # type: ignore[attr-defined]
            row.delete()
        signed: dict[str, Any] = {"default_user": self.by, "batch_size": 1000}
        if self.new:
            bulk_create_with_history(self.new, ImprovementAction, **signed)
        if self.changed:
            rows = list(self.changed.values())
            reason = {"default_change_reason": "failed again"}
            bulk_update_with_history(rows, ImprovementAction, _CHANGED, **signed, **reason)
        return self.months

    def _withdraw(self, visit: SupervisionVisit, codes: Collection[str]) -> None:
        """A proposal that nobody took up goes with the failure that proposed it."""
        for rows in self._known.values():
            for row in list(rows):
                gone = row.visit_id == visit.pk and row.item is not None and row.item.code not in codes
                if gone and row.pk in self._untouched:
                    rows.remove(row)
                    self._withdrawn.append(row.pk)

    def _propose(self, visit: SupervisionVisit, item: ChecklistItem) -> ImprovementAction:
        text = (item.action or item.text)[:500]
        row = ImprovementAction(site_id=visit.site_id, visit=visit, item=item, text=text, created_by=self.by)
        row.demonstration = visit.demonstration
        self.new.append(row)
        return row

    def _fail_again(self, row: ImprovementAction, visit: SupervisionVisit) -> None:
        if (latest := row.reopened_by) is not None and (latest.done_on, latest.pk) >= (visit.done_on, visit.pk):
            return  # counted already, or known from a later visit
        row.failed_again += 1
        row.reopened_by = visit
        if row.state in (State.CLAIMED, State.CLOSED):
            self.months |= months_of_action(row)
            open_anew(row)
            self.months |= months_of_action(row)
        if row.pk is not None:
            if row.pk not in self.changed:
                row.version += 1
            self.changed[row.pk] = row


def open_anew(row: ImprovementAction) -> None:
    """A proposal without a due date: the old day says nothing about the new work."""
    row.state, row.due_on = State.PROPOSED, None
    row.claimed_on = row.claimed_by = row.closed_on = row.closed_by = None
    row.closing_note = row.dropped_reason = ""


def _before(row: ImprovementAction, visit: SupervisionVisit) -> bool:
    day = row.visit.done_on if row.visit else timezone.localdate(row.created_at)
    return day is None or visit.done_on is None or day < visit.done_on
