"""Asks for screenings and has a worker make them."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import is_in_scope
from indicators.periods import Period, between
from indicators.registry.definitions import definitions
from indicators.rollup.doorbell import ring
from research.evaluations.models import Evaluation
from research.linkage import jobs
from research.linkage.plans.policies import check_write
from research.linkage.screening.models import ScreeningRun

MOST_INDICATORS, MOST_MONTHS = 20, 120
TASK = "research.linkage.screening.tasks.work_screening"


@transaction.atomic
def ask(
    *, by: User, unit: OrgUnit, indicators: Sequence[str], first: Period, last: Period, evaluation: Evaluation | None
) -> ScreeningRun:
    """A screening that waits for a worker, with a bell after commit; one that waits for the same already is that one.
    Raises PermissionDenied, ValidationError by field."""
    check_write(by)
    if not is_in_scope(by, unit):
        raise ValidationError({"unit": _("Choose a place.")})
    if not indicators or len(indicators) > MOST_INDICATORS or set(indicators) - definitions().keys():
        raise ValidationError({"indicators": _("Choose one to %(most)s indicators.") % {"most": MOST_INDICATORS}})
    if last < first or len(list(between(first, last))) > MOST_MONTHS:
        raise ValidationError({"last": _("Choose at most %(most)s months, in order.") % {"most": MOST_MONTHS}})
    asked = {
        "unit": unit, "indicators": list(indicators), "first": first.code, "last": last.code, "evaluation": evaluation
    }  # fmt: skip
    waiting = ScreeningRun.objects.filter(state=ScreeningRun.State.QUEUED, **asked).first()
    run = waiting or ScreeningRun.objects.create(asked_by=by, **asked)
    identity = run.pk
    transaction.on_commit(lambda: ring(identity, TASK, "screening"), robust=True)
    return run


def work(run_id: int) -> bool:
    """Claims the screening and makes it; False where somebody else has it. May be called twice."""
    with jobs.claimed(ScreeningRun, run_id) as mine:
        return mine is not None and _work(run_id, mine)


def _work(run_id: int, mine: UUID) -> bool:
    from research.linkage.screening.compute import found

    run = ScreeningRun.objects.select_related("unit").get(pk=run_id)
    try:
        result, made_up = found(run, lambda done, total: jobs.beat(ScreeningRun, run_id, mine, done, total))
    except jobs.ClaimLost:
        return False
    except Exception as error:
        jobs.give_back(ScreeningRun, run_id, mine, error)
        raise
    return jobs.store(ScreeningRun, run_id, mine, result=result, demonstration=made_up)


def sweep() -> int | None:
    return jobs.sweep(ScreeningRun)
