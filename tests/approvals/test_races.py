"""Two people at one moment: one step is taken, and nothing changes behind an approval."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from indicators.approvals.actions import ChangedMeanwhile, changed_since, take_step
from indicators.approvals.locks import Closed
from indicators.approvals.models import Approval
from indicators.approvals.states import State, Step
from research.medexis.models import StockReport
from research.medexis.reports.approved import KIND
from tests.approvals.test_approvals import Place, step, subject

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, in the order of the acts, all started at once on connections of their own."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        start.wait(timeout=20)
        try:
            results[place] = acts[place]()
        except (PermissionDenied, ValidationError) as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def a_verified_month(place: Place) -> StockReport:
    report = place.report()
    step(KIND, report.pk, Step.SUBMIT, place.clerk)
    step(KIND, report.pk, Step.VERIFY, place.researcher)
    return report


def test_of_six_approvals_at_once_one_is_noted() -> None:
    place = Place()
    report = a_verified_month(place)
    steps = [lambda by=by: step(KIND, report.pk, Step.APPROVE, by) for by in (place.lead, place.other_lead)]
    results = together(*steps * 3)
    assert sorted(type(result).__name__ for result in results) == ["Approval"] + ["PermissionDenied"] * 5
    row = Approval.objects.get()
    assert list(row.history.values_list("state", flat=True).order_by("history_id")) == [
        State.OPEN, State.SUBMITTED, State.VERIFIED, State.APPROVED,
    ]  # fmt: skip


def test_an_edit_and_an_approval_at_once_never_leave_an_approval_of_other_numbers() -> None:
    place = Place()
    won = set()
    for turn in range(8):
        StockReport.objects.all().delete()
        Approval.objects.all().delete()
        report = a_verified_month(place)
        looked_at = subject(KIND, report.pk, place.lead)
        approve = partial(take_step, looked_at, Step.APPROVE, by=place.lead, seen=looked_at.content)
        edited, approved = together(partial(place.edit, report, closing=30 - turn), approve)
        refused = (isinstance(edited, Closed), isinstance(approved, ChangedMeanwhile))
        assert refused in {(True, False), (False, True)}, (edited, approved)
        won.add(refused)
        row = Approval.objects.get()
        assert (row.state == State.APPROVED) == refused[0]
        assert changed_since(row, subject(KIND, report.pk, place.lead)) == refused[1]
    assert won


def test_an_approval_waits_for_an_edit_that_has_begun_and_then_says_so() -> None:
    place = Place()
    report = a_verified_month(place)
    looked_at = subject(KIND, report.pk, place.lead)
    begun = threading.Event()

    def edit() -> None:
        with transaction.atomic():
            place.edit(report, closing=30)
            begun.set()
            threading.Event().wait(0.5)  # the approval meets the edit before its end
        connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    assert begun.wait(20)
    results = together(lambda: take_step(looked_at, Step.APPROVE, by=place.lead, seen=looked_at.content))
    editor.join()
    assert [type(result) for result in results] == [ChangedMeanwhile]
    assert Approval.objects.get().state == State.VERIFIED
