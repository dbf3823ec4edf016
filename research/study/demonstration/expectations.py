"""From when to when records of a site are expected: the evaluation's own plan, which nobody has published.

The demonstration shows one on the rows of the study that have none, marks those rows, and takes it back when it leaves.
"""

from datetime import date

from simple_history.utils import bulk_update_with_history

from indicators.audit.seal import reseal
from research.evaluations.models import Evaluation, EvaluationSite
from research.study.demonstration.past import WHY, remove_past

_PLANS = {
    Evaluation.COACH2PEV: (date(2025, 8, 1), date(2025, 12, 31)),
    Evaluation.MEDEXIS: (date(2025, 1, 1), date(2025, 12, 31)),
}


def ensure_expectations() -> int:
    """How many sites got the made-up plan now. Sites of the comparison district are not expected to have visits."""
    rows = EvaluationSite.objects.with_exposure().filter(demonstration=False, expected_from=None, expected_to=None)
    changed = []
    for row in rows.select_related("evaluation"):
        if row.evaluation.code not in _PLANS or (row.evaluation.code == Evaluation.COACH2PEV and not row.exposed_from):
            continue
        row.expected_from, row.expected_to = _PLANS[row.evaluation.code]
        row.demonstration = True
        changed.append(row)
    bulk_update_with_history(changed, EvaluationSite, ["expected_from", "expected_to", "demonstration"])
    return len(changed)


def take_back_expectations() -> int:
    """How many sites lost the made-up plan. Dates that a person has changed since stay, and are no demonstration.

    Within `rewriting`.
    """
    rows = EvaluationSite.objects.filter(demonstration=True).select_related("evaluation")
    count = 0
    for row in rows:
        untouched = (row.expected_from, row.expected_to) == _PLANS.get(row.evaluation.code)
        plan = {"expected_from": None, "expected_to": None} if untouched else {}
        EvaluationSite.objects.filter(pk=row.pk).update(demonstration=False, **plan)
        count += untouched
    # Of all rows: one whose plan a person has set since bears no mark any more, but its history does.
    remove_past(EvaluationSite.history.filter(demonstration=True, history_user=None))
    marked = list(EvaluationSite.history.filter(demonstration=True).values_list("pk", flat=True))
    EvaluationSite.history.filter(pk__in=marked).update(demonstration=False)
    reseal(EvaluationSite.history.filter(pk__in=marked), reason=WHY)
    return count
