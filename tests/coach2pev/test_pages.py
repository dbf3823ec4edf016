"""The pages of visits, as a clerk, a lead, a researcher and a stranger meet them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from research.coach2pev.models import SupervisionVisit
from tests.builders import a_checklist, a_clerk_of, a_day, a_followed_site, a_user, a_visit, the_process_elements

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_clerk_and_their_site() -> tuple[Client, Any]:
    the_process_elements()
    site = a_followed_site().unit
    return signed_in(a_clerk_of(site, language="en")), site


def opened(client: Client, url: str) -> dict[str, str]:
    """What a browser would send back from the form, nothing typed yet."""
    page = client.get(url)
    assert page.status_code == 200
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(getattr(value, "pk", value)) for name, value in values.items()}


CREATE = reverse("visit-create")


def test_a_clerk_records_a_visit_with_its_checklist() -> None:
    client, site = a_clerk_and_their_site()
    checklist = a_checklist(2, 2)
    first, second = checklist.items.all()
    sent = opened(client, CREATE)
    assert (sent["site"], sent["done_on"]) == (str(site.pk), timezone.localdate().isoformat())
    answers = {f"item-{first.pk}": "partial", f"item-{second.pk}": "na"}
    answer = client.post(CREATE, sent | answers | {"coachees": "3"})
    visit = SupervisionVisit.objects.get()
    assert answer.url == reverse("visit-detail", args=[visit.pk])  # type: ignore[attr-defined]
    page = client.get(answer.url)  # type: ignore[attr-defined]
    assert page.context["score"].share == 0.5
    assert "1 of 2 points" in page.content.decode().replace("\xa0", " ")
    assert DataValue.objects.filter(unit=site, element__code="COACH_POINTS").get().value == 1


def test_sending_the_form_twice_shows_the_one_visit() -> None:
    client, _site = a_clerk_and_their_site()
    sent = opened(client, CREATE)
    assert client.post(CREATE, sent).url == client.post(CREATE, sent).url  # type: ignore[attr-defined]
    assert SupervisionVisit.objects.count() == 1


def test_sending_it_again_with_other_content_keeps_both_until_somebody_chooses() -> None:
    client, _site = a_clerk_and_their_site()
    sent = opened(client, CREATE)
    client.post(CREATE, sent | {"agreed": "Relire"})
    page = client.post(CREATE, sent | {"agreed": "Relire et compter"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Relire et compter" in text
    assert page.context["differences"] == [("What was agreed", "Relire", "Relire et compter")]
    visit = SupervisionVisit.objects.get()
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert client.post(page.context["action"], again).status_code == 302
    visit.refresh_from_db()
    assert (visit.agreed, visit.version) == ("Relire et compter", 2)


def test_another_person_s_form_on_the_same_device_becomes_a_visit_of_its_own() -> None:
    client, site = a_clerk_and_their_site()
    sent = opened(client, CREATE)
    client.post(CREATE, sent)
    other = signed_in(a_clerk_of(site))
    page = other.post(CREATE, sent | {"agreed": "Texte tapé"})
    assert page.status_code == 409
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert other.post(CREATE, again).status_code == 302
    assert SupervisionVisit.objects.count() == 2


def test_planning_then_recording_then_cancelling() -> None:
    client, site = a_clerk_and_their_site()
    sent = opened(client, f"{CREATE}?etat=planned")
    assert client.post(CREATE, sent).context["form"].errors.keys() == {"planned_on"}
    client.post(CREATE, sent | {"planned_on": "05/09/2025"})
    visit = SupervisionVisit.objects.get()
    assert (visit.state, visit.planned_on) == ("planned", a_day("2025-09-05"))
    assert str(site) in client.get(CREATE).content.decode()
    edit = reverse("visit-edit", args=[visit.pk])
    sent = opened(client, f"{edit}?etat=done")
    assert (sent["planned_on"], sent["done_on"]) == ("2025-09-05", "2025-09-05")
    client.post(edit, sent | {"done_on": "2025-09-08"})
    visit.refresh_from_db()
    assert (visit.state, visit.done_on, visit.version) == ("done", a_day("2025-09-08"), 2)
    sent = opened(client, f"{edit}?etat=cancelled")
    assert client.post(edit, sent).context["form"].errors.keys() == {"cancelled_reason"}
    client.post(edit, sent | {"cancelled_reason": "Saisie par erreur"})
    visit.refresh_from_db()
    assert (visit.state, visit.done_on) == ("cancelled", None)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("coachees", "12 abc"), ("coachees", "3.0"), ("coachees", "٣"), ("coachees", "501"), ("coachees", "-1"),
        ("minutes", "0"), ("minutes", "1 200"), ("site", "9" * 40), ("version", "x"),
        ("done_on", "31/02/2025"), ("done_on", ""), ("site", "999999"),
        ("done_on", (timezone.localdate() + timedelta(days=1)).isoformat()), ("done_on", "0001-01-01"),
        ("agreed", "x" * 5001), ("coach_role", "nul\0"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_beside_its_field_and_everything_typed_stays(field: str, typed: str) -> None:
    client, _site = a_clerk_and_their_site()
    item = a_checklist(1).items.get()
    sent = opened(client, CREATE) | {"coach_role": "Point focal", f"item-{item.pk}": "partial", field: typed}
    page = client.post(CREATE, sent)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    text = page.content.decode()
    assert "checked" in text.split('value="partial"')[1][:80]
    if field != "coach_role":
        assert "Point focal" in text
    assert not SupervisionVisit.objects.exists()


def test_a_stale_edit_shows_both_and_loses_nothing() -> None:
    client, site = a_clerk_and_their_site()
    visit = a_visit(site=site, agreed="avant")
    edit = reverse("visit-edit", args=[visit.pk])
    mine, theirs = opened(client, edit), opened(client, edit)
    client.post(edit, theirs | {"agreed": "de l'autre"})
    page = client.post(edit, mine | {"agreed": "le mien", "minutes": "45"})
    assert page.status_code == 409
    assert ("What was agreed", "de l'autre", "le mien") in page.context["differences"]
    assert 'value="45"' in page.content.decode()
    visit.refresh_from_db()
    assert visit.agreed == "de l'autre"
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    client.post(page.context["action"], again)
    visit.refresh_from_db()
    assert (visit.agreed, visit.minutes) == ("le mien", 45)


def test_an_edit_that_does_not_say_its_version_is_no_edit() -> None:
    client, site = a_clerk_and_their_site()
    visit = a_visit(site=site)
    edit = reverse("visit-edit", args=[visit.pk])
    sent = opened(client, edit) | {"version": "", "minutes": "5"}
    assert client.post(edit, sent).status_code == 409
    visit.refresh_from_db()
    assert visit.minutes is None


def test_what_the_form_does_not_offer_cannot_be_sent() -> None:
    client, site = a_clerk_and_their_site()
    sent = opened(client, CREATE) | {"demonstration": "1", "created_by": "1", "version": "7", "state": "cancelled"}
    client.post(CREATE, sent)
    visit = SupervisionVisit.objects.get()
    assert (visit.state, visit.demonstration, visit.version, visit.site) == ("done", False, 1, site)


def status(client: Client, *urls: str) -> set[int]:
    return {client.get(url).status_code for url in urls}


def test_who_meets_which_page() -> None:
    own, other = a_visit(), a_visit()
    clerk = signed_in(a_clerk_of(own.site))
    detail, edit = (lambda v: reverse("visit-detail", args=[v.pk])), (lambda v: reverse("visit-edit", args=[v.pk]))
    assert status(clerk, reverse("visit-list"), CREATE, detail(own), edit(own)) == {200}
    assert status(clerk, detail(other), edit(other), detail(SupervisionVisit(pk=10**6))) == {404}
    researcher = signed_in(a_user(Role.RESEARCHER))
    assert status(researcher, reverse("visit-list"), detail(own), detail(other)) == {200}
    assert status(researcher, CREATE, edit(own)) == {403}
    for role in (Role.VIEWER, Role.ADMINISTRATOR):
        assert status(signed_in(a_user(role)), reverse("visit-list"), CREATE, detail(own), edit(own)) == {403}
    assert status(signed_in(a_user(Role.LEAD)), CREATE, detail(own), edit(other)) == {200}
    assert status(Client(), reverse("visit-list"), CREATE, detail(own), edit(own)) == {302}


def test_the_history_is_the_lead_s() -> None:
    client, site = a_clerk_and_their_site()
    visit = a_visit(site=site)
    edit = reverse("visit-edit", args=[visit.pk])
    client.post(edit, opened(client, edit) | {"minutes": "45"})
    page = reverse("visit-detail", args=[visit.pk])
    assert client.get(page).context["changes"] is None
    [change] = signed_in(a_user(Role.LEAD)).get(page).context["changes"]
    assert (change.before, change.after) == (None, 45)


def test_the_list_filters_by_what_stands_in_the_address(django_assert_max_num_queries: Any) -> None:
    september = a_visit()
    a_visit(done_on=a_day("2025-10-01"))
    planned = a_visit(site=september.site, state="planned", planned_on=a_day("2025-09-20"))
    lead, url = signed_in(a_user(Role.LEAD)), reverse("visit-list")

    def found(query: str) -> set[Any]:
        return set(lead.get(url + query).context["page"].object_list)

    assert found("?mois=202509") == {september, planned}
    assert found(f"?site={september.site_id}&etat=done") == {september}
    assert found(f"?district={september.site.parent_id}") == {september, planned}
    assert len(found("?mois=abc&site=x&page=99")) == 3
    with django_assert_max_num_queries(20):
        lead.get(url)


def test_many_visits_cost_no_more_queries_than_few(django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    checklist, lead = a_checklist(1, 2), signed_in(a_user(Role.LEAD))
    visit = a_visit(checklist=checklist)
    with CaptureQueriesContext(connection) as few:
        lead.get(reverse("visit-list"))
    for _n in range(24):
        a_visit(site=visit.site, checklist=checklist)
    with django_assert_num_queries(len(few)):
        lead.get(reverse("visit-list"))


def test_pages_are_escaped_light_and_in_both_languages() -> None:
    client, site = a_clerk_and_their_site()
    a_checklist(*[1] * 12)
    visit = a_visit(site=site, agreed="<script>alert(1)</script> ɛ ɔ ŋ")
    text = client.get(reverse("visit-detail", args=[visit.pk])).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ɛ ɔ ŋ" in text
    assert len(client.get(CREATE).content) < 60_000
    for language in ("fr", "en"):
        with translation.override(language):
            client.cookies["django_language"] = language
            assert client.get(CREATE).status_code == 200
