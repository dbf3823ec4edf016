"""What the plan of a site forgets when the answers of a visit are corrected. Used by `actions.py` alone."""

from collections.abc import Collection

from indicators.accounts.models import User
from research.coach2pev.models import ChecklistItem, ImprovementAction, SupervisionVisit


def take_back(visit: SupervisionVisit, failed: Collection[ChecklistItem], *, by: User | None) -> None:
    """Items that failed again on the visit until its answers were corrected are no longer counted against it.

    What the visit had opened anew stays open, because only people close.
    """
    counted = ImprovementAction.objects.filter(reopened_by=visit, failed_again__gt=0)
    counted = counted.exclude(item__code__in=[item.code for item in failed]).order_by("pk")
    for row in counted.select_for_update(of=("self",)):
        before = row.history.exclude(reopened_by=None).exclude(reopened_by=visit.pk)
        latest = before.order_by("-history_date", "-history_id").values_list("reopened_by", flat=True).first()
        row.failed_again -= 1
        row.reopened_by = SupervisionVisit.objects.filter(pk=latest).first() if row.failed_again else None
        row.version += 1
        row._history_user = by  # type: ignore[attr-defined]
        row._change_reason = f"version {row.version}"  # type: ignore[attr-defined]
        row.save()
