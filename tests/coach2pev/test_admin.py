"""The back office: checklists and products for administrators, visits and reports for nobody but a superuser."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from tests.builders import a_checklist, a_product, a_stock_report, a_user, a_visit, the_process_elements

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(model: str, row: Any = None) -> str:
    name = f"admin:research_{model}_{'change' if row else 'changelist'}"
    return reverse(name, args=[row.pk] if row else [])


def test_an_administrator_maintains_reference_data_and_meets_no_entries() -> None:
    from indicators.accounts.groups import sync_groups
    from indicators.apps import IndicatorsConfig

    administrator = a_user(Role.ADMINISTRATOR, is_staff=True)
    sync_groups(sender=IndicatorsConfig, using="default")
    client = signed_in(administrator)
    checklist, product = a_checklist(1), a_product()
    for url in (page("checklist"), page("checklist", checklist), page("product"), page("product", product)):
        assert client.get(url + ("?q=Point" if url.endswith("list/") else "")).status_code == 200
    for url in (page("supervisionvisit"), page("supervisionvisit", a_visit()), page("stockreport", a_stock_report())):
        assert client.get(url).status_code == 403


def test_a_repair_by_a_superuser_publishes_the_measures_again() -> None:
    the_process_elements()
    client = signed_in(a_user(is_staff=True, is_superuser=True))
    visit, report = a_visit(), a_stock_report()
    inline = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    typed: dict[str, Any] = {"site": visit.site_id, "state": "done", "done_on": "2025-10-01", "coachees": "2"}
    typed |= {"selection": "direct"}
    typed |= {f"answers-{name}": value for name, value in inline.items()}
    assert client.post(page("supervisionvisit", visit), typed).status_code == 302
    assert DataValue.objects.get(element__code="COACH_VISITS_DONE").period == 320251001
    visit.refresh_from_db()
    assert visit.version == 2
    typed = {"site": report.site_id, "period": report.period, "received_on": "2025-10-05"}
    typed |= {f"lines-{name}": value for name, value in inline.items()}
    assert client.post(page("stockreport", report), typed).status_code == 302
    assert DataValue.objects.filter(element__code="STOCK_REPORTS").count() == 1
    gone = {"action": "delete_selected", "_selected_action": [report.pk], "post": "yes"}
    client.post(page("stockreport"), gone)
    assert not DataValue.objects.filter(element__code="STOCK_REPORTS").exists()


def test_a_repaired_answer_is_scored_again() -> None:
    the_process_elements()
    client, checklist = signed_in(a_user(is_staff=True, is_superuser=True)), a_checklist(2)
    visit = a_visit(checklist=checklist)
    typed: dict[str, Any] = {"site": visit.site_id, "state": "done", "done_on": "2025-10-01", "selection": "direct"}
    typed |= {"checklist": checklist.pk, "answers-TOTAL_FORMS": "1", "answers-INITIAL_FORMS": "0"}
    typed |= {"answers-0-item": checklist.items.get().pk, "answers-0-assessor": "1", "answers-0-answer": "partial"}
    assert client.post(page("supervisionvisit", visit), typed).status_code == 302
    assert visit.scores.get(section=None).points == 1
    assert DataValue.objects.get(element__code="COACH_POINTS").value == 1
