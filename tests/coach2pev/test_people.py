"""Coaches, coachees and counts of staff: by code and role, once however often sent, nobody overwritten unseen."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from indicators.periods import Period
from research.coach2pev.models import Coach, Coachee, StaffCount
from research.coach2pev.people.actions import count_staff, save_coach, save_coachee, version_of
from research.revisions import Conflict
from tests.builders import (
    a_clerk_of,
    a_coach,
    a_coachee,
    a_day,
    a_followed_site,
    a_user,
    a_visit,
    the_process_elements,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_lead(**fields: Any) -> User:
    return a_user(Role.LEAD, language="en", **fields)


def test_a_coach_sent_twice_is_one() -> None:
    lead = a_lead()
    first = save_coach(by=lead, code="C-1", role="superviseur")
    assert save_coach(by=lead, code="C-1", role="superviseur") == first
    with pytest.raises(ValidationError) as refused:
        save_coach(by=lead, code="c-1", role="formateur")
    assert refused.value.message_dict.keys() == {"code"}
    assert Coach.objects.count() == 1


def test_names_are_refused_by_field() -> None:
    with pytest.raises(ValidationError) as refused:
        save_coach(by=a_lead(), code="mariam", role="Mariam Traoré")
    assert refused.value.message_dict.keys() == {"code", "role"}
    with pytest.raises(ValidationError) as refused:
        save_coachee(by=a_lead(), code="a1", role="Dr Keita", site=a_followed_site().unit)
    assert refused.value.message_dict.keys() == {"role"}
    assert not Coach.objects.exists()
    assert not Coachee.objects.exists()


def test_an_account_is_one_coach_only() -> None:
    lead = a_lead()
    save_coach(by=lead, code="C-1", role="superviseur", account=lead)
    with pytest.raises(ValidationError) as refused:
        save_coach(by=lead, code="C-2", role="superviseur", account=lead)
    assert refused.value.message_dict.keys() == {"account"}


def test_only_leads_name_coaches_and_a_clerk_enters_people_at_home_only() -> None:
    the_process_elements()
    site, elsewhere = a_followed_site().unit, a_followed_site().unit
    clerk = a_clerk_of(site)
    with pytest.raises(PermissionDenied):
        save_coach(by=clerk, code="C-1", role="superviseur")
    entered = save_coachee(by=clerk, code="A-1", role="vaccinateur", site=site)
    for by, where in ((clerk, elsewhere), (a_user(Role.RESEARCHER), site)):
        with pytest.raises(PermissionDenied):
            save_coachee(by=by, code="A-2", role="vaccinateur", site=where)
    abroad = a_coachee(elsewhere, code="A-3")
    with pytest.raises(PermissionDenied):
        save_coachee(by=clerk, coachee=abroad, version=version_of(abroad), code="A-3", role="x", site=site)
    assert entered.site == site
    said: Any = {"counted_on": a_day(), "staff": 4, "evidence": "liste du poste"}
    assert count_staff(by=clerk, site=site, **said).staff == 4
    for person, where in ((clerk, elsewhere), (a_user(Role.RESEARCHER), site), (a_user(Role.VIEWER), site)):
        with pytest.raises(PermissionDenied):
            count_staff(by=person, site=where, **said)


def test_an_edit_names_what_it_saw() -> None:
    lead, coach = a_lead(), a_coach(code="C-1")
    seen = version_of(coach)
    save_coach(by=lead, coach=coach, version=seen, code="C-1", role="formateur")
    with pytest.raises(Conflict):
        save_coach(by=lead, coach=coach, version=seen, code="C-1", role="autre")
    coach.refresh_from_db()
    assert coach.role == "formateur"
    assert save_coach(by=lead, coach=coach, version=version_of(coach), code="C-1", role="formateur") == coach
    assert coach.history.count() == 2, "what differs in nothing leaves no trace"


def test_who_was_coached_stays_at_the_site() -> None:
    lead, site, other = a_lead(), a_followed_site().unit, a_followed_site().unit
    person = a_coachee(site, code="A-1")
    moved = save_coachee(
        by=lead, coachee=person, version=version_of(person), code="A-1", role="vaccinateur", site=other
    )
    assert moved.site == other
    a_visit(site=other).people.add(person)
    with pytest.raises(ValidationError) as refused:
        save_coachee(by=lead, coachee=person, version=version_of(person), code="A-1", role="vaccinateur", site=site)
    assert refused.value.message_dict.keys() == {"site"}


def test_a_post_does_not_end_before_it_begins() -> None:
    post: Any = {"in_post_from": a_day("2025-02-01"), "in_post_to": a_day("2025-01-31")}
    with pytest.raises(ValidationError) as refused:
        save_coachee(by=a_lead(), code="A-1", role="vaccinateur", site=a_followed_site().unit, **post)
    assert refused.value.message_dict.keys() == {"in_post_to"}


def test_a_count_of_staff_is_published_as_the_denominator_of_reach() -> None:
    the_process_elements()
    site = a_followed_site(expected_from=a_day("2025-09-01"), expected_to=a_day("2025-10-31")).unit
    visit = a_visit(site=site, done_on=a_day("2025-09-20"), coachees=3)
    lead = a_lead()
    said: Any = {"site": site, "counted_on": a_day("2025-09-10"), "evidence": "liste du poste"}
    count = count_staff(by=lead, staff=6, **said)
    assert count_staff(by=lead, staff=6, **said) == count
    assert visit.coachees == 3
    assert _published(site, "COACH_STAFF_IN_POST") == {202509: 6, 202510: 6}
    assert _published(site, "COACH_STAFF_COACHED") == {202509: 3, 202510: 0}
    with pytest.raises(ValidationError) as refused:
        count_staff(by=lead, staff=7, **said)
    assert refused.value.message_dict.keys() == {"counted_on"}
    said["counted_on"] = a_day("2025-10-02")
    count_staff(by=lead, staff=5, count=count, version=version_of(count), **said)
    assert _published(site, "COACH_STAFF_IN_POST") == {202510: 5}


def _published(site: Any, code: str) -> dict[int, float]:
    months = {Period.parse(str(month)).code: month for month in (202509, 202510)}
    rows = DataValue.objects.filter(unit=site, element__code=code, period__in=months)
    return {months[period]: value for period, value in rows.values_list("period", "value")}


def test_days_to_come_and_long_ago_are_refused() -> None:
    site, lead = a_followed_site().unit, a_lead()
    for day in (timezone.localdate() + timedelta(days=1), a_day("1999-12-31")):
        with pytest.raises(ValidationError) as refused:
            count_staff(by=lead, site=site, counted_on=day, staff=3, evidence="liste")
        assert refused.value.message_dict.keys() == {"counted_on"}
    assert not StaffCount.objects.exists()


def test_a_lead_adds_and_corrects_on_the_pages() -> None:
    client, site = signed_in(a_lead()), a_followed_site().unit
    sent = {"code": "SEG-07", "role": "agent vaccinateur", "site": site.pk}
    assert client.post(reverse("coachee-create"), sent).status_code == 302
    person = Coachee.objects.get()
    page = client.get(reverse("coachee-list"))
    assert "SEG-07" in page.content.decode()
    url = reverse("coachee-edit", args=[person.pk])
    version = client.get(url).context["form"]["version"].value()
    assert client.post(url, sent | {"role": "infirmier", "version": version}).status_code == 302
    late = client.post(url, sent | {"role": "sage-femme", "version": version})
    assert late.status_code == 409
    assert "infirmier" in late.content.decode()
    again = {name: late.context["form"][name].value() or "" for name in late.context["form"].fields}
    assert client.post(url, again).status_code == 302
    person.refresh_from_db()
    assert person.role == "sage-femme"
    assert "agent vaccinateur" in client.get(url).content.decode(), "the lead sees what it was"


def test_a_form_that_does_not_say_what_it_corrects_corrects_nothing() -> None:
    client, coach = signed_in(a_lead()), a_coach(code="C-1")
    answer = client.post(reverse("coach-edit", args=[coach.pk]), {"code": "C-1", "role": "autre"})
    assert answer.status_code == 409
    coach.refresh_from_db()
    assert coach.role == "superviseur"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("staff", "3.5"), ("staff", ""), ("staff", "501"), ("staff", "٣"), ("counted_on", "31/02/2025"), ("site", "0"),
     ("site", "9" * 30), ("evidence", ""), ("evidence", "x" * 301)],
)  # fmt: skip
def test_bad_counts_are_refused_by_field(field: str, typed: str) -> None:
    site = a_followed_site().unit
    sent = {"site": site.pk, "counted_on": "2025-09-10", "staff": "4", "evidence": "liste"}
    answer = signed_in(a_lead()).post(reverse("staff-create"), sent | {field: typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {field}
    assert not StaffCount.objects.exists()


def test_zero_staff_is_a_count() -> None:
    the_process_elements()
    site = a_followed_site().unit
    sent = {"site": site.pk, "counted_on": "2025-09-10", "staff": "0", "evidence": "poste fermé"}
    assert signed_in(a_lead()).post(reverse("staff-create"), sent).status_code == 302
    assert StaffCount.objects.get().staff == 0


def test_who_meets_which_people() -> None:
    site, elsewhere = a_followed_site().unit, a_followed_site().unit
    a_coachee(site, code="ICI-1")
    other = a_coachee(elsewhere, code="LA-1")
    count = StaffCount.objects.create(site=elsewhere, counted_on=a_day(), staff=2, evidence="x")
    clerk = signed_in(a_clerk_of(site, language="en"))
    text = clerk.get(reverse("coachee-list")).content.decode()
    assert "ICI-1" in text
    assert "LA-1" not in text
    assert clerk.get(reverse("coachee-edit", args=[other.pk])).status_code == 404
    assert clerk.get(reverse("staff-edit", args=[count.pk])).status_code == 404
    assert clerk.post(reverse("coach-create"), {"code": "C-9", "role": "x"}).status_code == 403
    viewer = signed_in(a_user(Role.VIEWER))
    for name in ("coach-list", "coachee-list", "staff-list"):
        assert viewer.get(reverse(name)).status_code == 403


def test_lists_cost_the_same_for_few_and_many() -> None:
    site = a_followed_site().unit
    client = signed_in(a_lead())
    for name in ("coach-list", "coachee-list", "staff-list"):
        counts = []
        for more in (2, 20):
            for _ in range(more):
                a_coach()
                a_coachee(site)
                day = a_day("2024-01-01") + timedelta(days=StaffCount.objects.count())
                StaffCount.objects.create(site=site, counted_on=day, staff=2, evidence="liste")
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse(name))
            counts.append(len(seen))
        assert counts[0] == counts[1], name
