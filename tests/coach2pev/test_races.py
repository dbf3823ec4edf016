"""Two people, or one impatient thumb, at the same moment: real threads on a real database."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from indicators.accounts.roles import Role
from indicators.periods import Period
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.visits.actions import edit_visit, load_visits, record_visit, save_section
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.loaded import LoadedVisit
from research.medexis.formulas.balance import Line
from research.medexis.models import StockReport
from research.medexis.reports.actions import save_report
from research.revisions import Conflict
from tests.builders import a_checklist, a_day, a_followed_site, a_product, a_user, a_visit, the_process_elements
from tests.coach2pev.visit_scene import a_begun_visit

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all started at once on connections of their own."""
    start, results = Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        start.wait(timeout=20)
        try:
            results.append(act())
        except Conflict as conflict:
            results.append(conflict)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_one_form_sent_by_four_connections_is_one_visit() -> None:
    the_process_elements()
    by, uuid, site = a_user(Role.LEAD), uuid4(), a_followed_site().unit
    results = together(*[lambda: record_visit(by=by, client_uuid=uuid, site=site, done_on=a_day())] * 4)
    assert len({visit.pk for visit in results}) == 1
    assert len(results) == 4
    assert SupervisionVisit.objects.count() == 1


def test_of_four_edits_of_one_version_one_is_kept_and_three_are_told() -> None:
    the_process_elements()
    by, visit = a_user(Role.LEAD), a_visit()
    acts = [lambda n=n: edit_visit(visit, by=by, version=1, state="done", coachees=n) for n in range(1, 5)]
    results = together(*acts)
    assert sum(isinstance(result, Conflict) for result in results) == 3
    stored = SupervisionVisit.objects.get()
    assert stored.version == 2
    assert [result.coachees for result in results if not isinstance(result, Conflict)] == [stored.coachees]


def test_two_clerks_who_report_the_same_month_make_one_report() -> None:
    the_process_elements()
    by, site, product = a_user(Role.LEAD), a_followed_site("medexis").unit, a_product()

    def save(closing: int) -> Callable[[], Any]:
        given: Any = {"site": site, "period": Period.parse("202509"), "received_on": a_day("2025-10-03")}
        return lambda: save_report(by=by, client_uuid=uuid4(), lines={product.pk: Line(closing=closing)}, **given)

    results = together(save(1), save(2))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert StockReport.objects.get().lines.count() == 1


def test_one_piece_of_a_form_sent_by_four_connections_is_one_answer() -> None:
    the_process_elements()
    by, visit = a_user(Role.LEAD), a_begun_visit(a_checklist(2))
    send = lambda: save_section(visit, by=by, answers={"i0": "yes"}, was={"i0": ""})  # noqa: E731
    results = together(*[send] * 4)
    assert {result.version for result in results} == {2}
    assert visit.answers.get().answer == "yes"


def test_two_people_who_answer_one_item_at_once_do_not_overwrite_each_other_unseen() -> None:
    the_process_elements()
    by, visit = a_user(Role.LEAD), a_begun_visit(a_checklist(2))
    acts = [
        lambda answer=answer: save_section(visit, by=by, answers={"i0": answer}, was={"i0": ""})
        for answer in ("yes", "no")
    ]
    results = together(*acts)
    assert sorted(len(result.conflicts) for result in results) == [0, 1]


def test_one_file_loaded_twice_at_once_makes_its_visits_once() -> None:
    the_process_elements()
    by, checklist, site = a_user(Role.LEAD), a_checklist(2), a_followed_site().unit
    rows = [LoadedVisit(uuid4(), site.pk, a_day(), checklist.pk, {"i0": Given("no")}) for _n in range(5)]
    results = together(*[lambda: load_visits(rows, by=by)] * 2)
    assert sorted(result.created for result in results) == [0, 5]
    assert SupervisionVisit.objects.count() == 5
