"""A visit filled in piece by piece: late, twice, in any order, by two people, by two coaches."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import User
from research.coach2pev.models import ChecklistAnswer, Coach, Coachee, SupervisionVisit
from research.coach2pev.visits.actions import finish_visit, save_section
from research.coach2pev.visits.noting import save_details
from tests.builders import a_checklist, a_clerk_of, a_day, a_user, a_visit, the_process_elements
from tests.coach2pev.visit_scene import a_begun_visit, a_full_checklist

pytestmark = pytest.mark.django_db


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD, language="en")


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def stored(visit: SupervisionVisit, assessor: int = 1) -> dict[str, str]:
    rows = ChecklistAnswer.objects.filter(visit=visit, assessor=assessor).select_related("item")
    return {row.item.code: row.answer if row.answer != "given" else str(row.number or row.text) for row in rows}


def test_pieces_arrive_late_and_twice_and_make_one_answer() -> None:
    by, visit = lead(), a_begun_visit()
    first = save_section(visit, by=by, answers={"fridge": "yes"}, was={"fridge": ""})
    again = save_section(visit, by=by, answers={"fridge": "yes"}, was={"fridge": ""})
    assert (first.version, again.version) == (2, 2)
    assert again.stored == {"fridge": "yes"}
    save_section(visit, by=by, answers={"fridge": ""}, was={"fridge": "yes"})
    assert stored(visit) == {}


def test_what_somebody_else_has_answered_is_told_and_not_overwritten() -> None:
    by, visit = lead(), a_begun_visit()
    save_section(
        visit, by=a_user(Role.LEAD), answers={"fridge": "no", "remark": "lu"}, was={"fridge": "", "remark": ""}
    )
    saved = save_section(
        visit, by=by, answers={"fridge": "yes", "remark": "", "power": "grid"}, was={"fridge": "", "remark": ""}
    )
    assert saved.conflicts == {"fridge": "no"}
    assert saved.stored == {"remark": "lu", "power": "grid"}  # a remark not touched here is no conflict
    assert stored(visit) == {"fridge": "no", "remark": "lu", "power": "grid"}
    save_section(visit, by=by, answers={"fridge": "yes"}, was={"fridge": "no"})
    assert stored(visit)["fridge"] == "yes"


def test_an_answer_that_cannot_be_read_leaves_the_stored_one_and_the_others_are_saved() -> None:
    by, visit = lead(), a_begun_visit()
    save_section(visit, by=by, answers={"days": "12"})
    saved = save_section(visit, by=by, answers={"days": "12 abc", "fridge": "yes"})
    assert list(saved.refused) == ["days"]
    assert stored(visit) == {"days": "12.000000", "fridge": "yes"}


def test_only_a_visit_in_progress_is_filled_in_and_only_by_those_who_may() -> None:
    by, visit = lead(), a_begun_visit()
    with pytest.raises(ValidationError):
        save_section(visit, by=by, answers={"unknown": "yes"})
    for stranger in (a_user(Role.RESEARCHER), a_user(Role.VIEWER), a_clerk_of(a_visit().site)):
        with pytest.raises(PermissionDenied):
            save_section(visit, by=stranger, answers={"fridge": "yes"})
    save_section(visit, by=by, answers={"power": "grid"})
    finish_visit(visit, by=by, version=2)
    with pytest.raises(PermissionDenied):
        save_section(visit, by=by, answers={"power": "solar"})
    with pytest.raises(PermissionDenied):
        save_section(a_visit(), by=by, answers={"power": "solar"})


def test_two_coaches_answer_alone_until_the_visit_is_done() -> None:
    by = lead()
    account = a_user(Role.LEAD, language="en")
    first = Coach.objects.create(code="c1", role="Coach", account=by)
    second = Coach.objects.create(code="c2", role="Coach", account=account)
    visit = a_begun_visit(coach=first, second_coach=second)
    save_section(visit, by=by, answers={"remark": "vu par le premier", "power": "grid"})
    save_section(visit, by=account, answers={"remark": "vu par le second", "power": "solar"}, assessor=2)
    for person, assessor in ((by, 2), (account, 1)):
        with pytest.raises(PermissionDenied):
            save_section(visit, by=person, answers={"power": "none"}, assessor=assessor)
    section = reverse("visit-section", args=[visit.pk, "s1"])
    seen = {person: signed_in(person).get(section).content.decode() for person in (by, account)}
    assert "vu par le premier" in seen[by]
    assert "vu par le second" not in seen[by]
    assert "vu par le second" in seen[account]
    assert "vu par le premier" not in seen[account]
    detail = reverse("visit-detail", args=[visit.pk])
    assert not any("vu par le" in signed_in(person).get(detail).content.decode() for person in (by, account))
    visit.refresh_from_db()
    done = finish_visit(visit, by=by, version=visit.version)
    page = signed_in(by).get(detail).content.decode()
    assert "vu par le premier" in page
    assert "vu par le second" in page
    assert done.scores.get(section=None).points == 1  # half of two points: the first coach's answer
    assert stored(visit, 2) == {"remark": "vu par le second", "power": "solar"}


def test_a_second_coach_without_an_account_is_typed_in_once_the_visit_is_done() -> None:
    by, second = lead(), Coach.objects.create(code="c2", role="Coach")
    checklist = a_checklist(2)
    visit = a_begun_visit(checklist, second_coach=second)
    with pytest.raises(PermissionDenied):
        save_section(visit, by=by, answers={"i0": "no"}, assessor=2)
    saved = save_section(visit, by=by, answers={"i0": "yes"})
    finish_visit(visit, by=by, version=saved.version)
    client, url = signed_in(by), reverse("visit-section", args=[visit.pk, "s1"]) + "?coach=2"
    item = checklist.items.get()
    assert "checked" not in client.get(url).content.decode().split('value="yes"')[1][:20]
    assert client.post(url, {f"item-{item.pk}": "no"}).status_code == 302
    assert (stored(visit), stored(visit, 2)) == ({"i0": "yes"}, {"i0": "no"})


def test_details_are_saved_piece_by_piece_too() -> None:
    by, visit = lead(), a_begun_visit()
    person = Coachee.objects.create(code="agent-1", site=visit.site, role="Agent")
    saved = save_details(visit, by=by, details={"goal": "Zéro perte", "people": [person], "minutes": 90},
                         was={"goal": "", "people": "", "minutes": ""})  # fmt: skip
    assert saved.stored == {"goal": "Zéro perte", "people": str(person.pk), "minutes": "90"}
    late = save_details(visit, by=by, details={"goal": "Autre", "minutes": None}, was={"goal": "", "minutes": "90"})
    assert (late.conflicts, late.stored) == ({"goal": "Zéro perte"}, {"minutes": ""})
    wrong = save_details(visit, by=by, details={"minutes": 0, "coachees": 3})
    assert (list(wrong.refused), wrong.stored) == (["minutes"], {"coachees": "3"})
    visit.refresh_from_db()
    assert (visit.goal, visit.minutes, visit.coachees, list(visit.people.all())) == ("Zéro perte", None, 3, [person])
    assert visit.version == wrong.version


def fields(client: Client, url: str) -> dict[str, Any]:
    """What a browser without JavaScript would send back, nothing typed yet."""
    page = client.get(url)
    assert page.status_code == 200
    sent: dict[str, Any] = {"was": page.context["was"]}
    for row in page.context.get("rows", []):
        if row.control not in ("note", "computed"):
            sent[row.name] = row.raw.split() if row.control == "checkboxes" else row.raw
    return sent


def test_the_whole_form_works_with_plain_posts() -> None:
    by, checklist = lead(), a_full_checklist()
    visit = a_begun_visit(checklist)
    client, pk = (
        signed_in(a_clerk_of(visit.site, language="en")),
        {item.code: item.pk for item in checklist.items.all()},
    )
    home = client.get(reverse("visit-fill", args=[visit.pk]))
    cold, outreach, talk, about = home.context["parts"]
    assert (cold.answered, cold.total, cold.missing) == (0, 6, 1)  # days are asked only of a fridge that works
    answer = client.post(
        cold.url, fields(client, cold.url) | {f"item-{pk['fridge']}": "yes", f"item-{pk['days']}": "40"}
    )
    assert answer.status_code == 200
    assert "A month has 31 days." in answer.content.decode()
    typed = {f"item-{pk['days']}": "12 abc", f"item-{pk['tools']}": ["card", "map"]}
    answer = client.post(cold.url, fields(client, cold.url) | typed)
    text = answer.content.decode()
    assert 'value="12 abc"' in text
    assert stored(visit) == {"fridge": "yes", "days": "40.000000", "tools": "card map"}
    typed = {f"item-{pk['days']}": "12", f"item-{pk['power']}": "solar"}
    answer = client.post(cold.url, fields(client, cold.url) | typed)
    assert answer.url == outreach.url  # type: ignore[attr-defined]
    sent = fields(client, outreach.url) | {f"item-{pk['region']}": "segou", "home": "1"}
    assert client.post(outreach.url, sent).url == reverse("visit-fill", args=[visit.pk])  # type: ignore[attr-defined]
    assert "bougouni en" not in client.get(outreach.url).content.decode().replace("hidden", "")[:0] + "".join(
        one.label for row in client.get(outreach.url).context["rows"] if row.item.code == "place"
        for one in row.options if one.offered
    )  # fmt: skip
    assert client.post(talk.url, {"was": "{}", "goal": "Zéro perte", "agreed": "Relire"}).url == about.url  # type: ignore[attr-defined]
    assert client.post(about.url, {"minutes": "0"}).status_code == 200
    assert client.post(about.url, {"minutes": "75", "coachees": "2"}).status_code == 302
    finish = reverse("visit-finish", args=[visit.pk])
    page = client.get(finish)
    assert [part.code for part, _found in page.context["missing"]] == ["s1", "outreach"]
    assert client.post(finish, {"version": "1"}).status_code == 409
    visit.refresh_from_db()
    assert client.post(finish, {"version": str(visit.version)}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.goal, visit.agreed, visit.minutes) == ("done", "Zéro perte", "Relire", 75)
    for name in ("visit-detail", "visit-report"):
        page = client.get(reverse(name, args=[visit.pk]))
        assert page.context["score"].points == 2 + 4 * 12 / 20 + 2 + 2 * 0.75
        assert "Zéro perte" in page.content.decode()
    for url in (cold.url, talk.url, finish):
        assert client.get(url).status_code == 302
        assert client.post(url, {}).status_code == 403
    assert by


def test_a_change_is_acknowledged_in_json() -> None:
    by, visit = lead(), a_begun_visit()
    client = signed_in(by)
    url = reverse("visit-section", args=[visit.pk, "s1"])
    pk = {item.code: item.pk for item in visit.checklist.items.all()}  # type: ignore[union-attr]
    days, fridge = f"item-{pk['days']}", f"item-{pk['fridge']}"

    def send(**typed: Any) -> dict[str, Any]:
        was = typed.pop("was", {})
        names = {f"item-{pk[code]}": value for code, value in typed.items()}
        old = {f"item-{pk[code]}": value for code, value in was.items()}
        answer = client.post(url, names | {"was": json.dumps(old)}, headers={"accept": "application/json"})
        assert answer.status_code == 200
        return dict(answer.json())

    assert send(fridge="no", days="x") == {
        "version": 2, "stored": {fridge: "no"}, "conflicts": {}, "there": {},
        "refused": {days: "Write a whole number in digits only, for example 120."},
    }  # fmt: skip
    told = send(fridge="yes", was={"fridge": ""})
    assert (told["conflicts"], told["there"]) == ({fridge: "no"}, {fridge: "no"})
    about = client.post(
        reverse("visit-about", args=[visit.pk]), {"minutes": "x"}, headers={"accept": "application/json"}
    )
    assert about.json()["refused"].keys() == {"minutes"}


def test_starting_a_visit_leads_to_its_form() -> None:
    by, checklist = lead(), a_full_checklist()
    visit = a_visit(state="planned", planned_on=a_day())
    client, edit = signed_in(by), reverse("visit-edit", args=[visit.pk]) + "?etat=in_progress"
    form = client.get(edit).context["form"]
    sent = {"client_uuid": str(visit.client_uuid), "version": "1", "state": "in_progress", "site": str(visit.site_id)}
    assert set(form.fields) == {"client_uuid", "version", "state", "checklist", "site", "done_on", "coach_role"}
    answer = client.post(edit, sent | {"checklist": str(checklist.pk), "done_on": a_day().isoformat()})
    assert answer.url == reverse("visit-fill", args=[visit.pk])  # type: ignore[attr-defined]
    assert client.get(reverse("visit-edit", args=[visit.pk])).url == answer.url  # type: ignore[attr-defined]
    assert "In progress" in client.get(reverse("visit-list")).content.decode()


def test_who_meets_the_form() -> None:
    visit = a_begun_visit()
    urls = [reverse(name, args=[visit.pk]) for name in ("visit-fill", "visit-about", "visit-talk", "visit-finish")]
    urls.append(reverse("visit-section", args=[visit.pk, "s1"]))

    def status(client: Client) -> set[int]:
        return {client.get(url).status_code for url in urls}

    assert status(signed_in(a_clerk_of(visit.site))) == {200}
    assert status(signed_in(a_clerk_of(a_visit().site))) == {404}
    assert status(signed_in(a_user(Role.RESEARCHER))) == {403}
    assert status(Client()) == {302}
    assert signed_in(a_user(Role.LEAD)).get(reverse("visit-section", args=[visit.pk, "nulle-part"])).status_code == 404
    assert signed_in(a_user(Role.RESEARCHER)).get(reverse("visit-report", args=[visit.pk])).status_code == 200


def test_a_long_checklist_costs_no_more_queries_than_a_short_one(django_assert_max_num_queries: Any) -> None:
    by = lead()
    for size in (2, 60):
        visit = a_begun_visit(a_checklist(*[1] * size))
        client = signed_in(by)
        save_section(visit, by=by, answers={f"i{n}": "yes" for n in range(size)})
        for name in ("visit-fill", "visit-finish"):
            with django_assert_max_num_queries(16):
                client.get(reverse(name, args=[visit.pk]))
        with django_assert_max_num_queries(16):
            client.get(reverse("visit-section", args=[visit.pk, "s1"]))
        with django_assert_max_num_queries(30):
            save_section(visit, by=by, answers={f"i{n}": "no" for n in range(size)})
        visit.refresh_from_db()
        done = finish_visit(visit, by=by, version=visit.version)
        for name in ("visit-detail", "visit-report"):
            with django_assert_max_num_queries(26):
                client.get(reverse(name, args=[done.pk]))
