"""The pages of analyses: written, locked, run, followed and read, by whoever may, in both languages."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.linkage import jobs
from research.linkage.plans import run
from research.linkage.plans.models import AnalysisPlan, AnalysisRun, PlanVersion
from research.linkage.plans.tasks import rerun_changed_analyses
from research.revisions import new_uuid
from research.study.demonstration.removal import remove_demonstration
from tests.builders import a_learning_question, a_user, an_evaluation
from tests.linkage.plans.plans import CHANGE, FIRST, LAST, a_draft, a_locked, a_plan, doses, sites, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ring", lambda *_told: None)


def as_seen_by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def options_of(form: Any) -> dict[str, Any]:
    """The options of the method as the form was opened."""
    values = {name: form[name].value() for name in form.fields if name.startswith("option_")}
    return {name: "" if value is None else value for name, value in values.items()}


def a_done_run(by: User, number: int = 3, **more: Any) -> AnalysisRun:
    places = sites(number)
    doses(places)
    asked = run.ask(a_locked(by, places, **more), by=by)
    assert run.run(asked.pk)
    asked.refresh_from_db()
    return asked


def test_a_plan_is_written_locked_run_and_read_on_its_pages() -> None:
    by, places, question = somebody(), sites(2), a_learning_question()
    doses(places)
    client = as_seen_by(by)
    words = {"title_en": "Effect of coaching", "learning_question": question.pk, "client_uuid": str(new_uuid())}
    answer = client.post(reverse("analysis-create"), words)
    plan = AnalysisPlan.objects.get()
    assert answer["Location"] == reverse("analysis-version-create", args=[plan.pk])
    assert "least squares" in text(client, "analysis-version-create", plan.pk)
    address = reverse("analysis-version-create", args=[plan.pk]) + "?method=its_ols"
    form = client.get(address).context["form"]
    sent = {
        "client_uuid": str(new_uuid()), "outcome": "dtp1_doses", "first": FIRST, "last": LAST, "exposure": "date",
        "changed_on": CHANGE.isoformat(), "units": [place.pk for place in places], "threshold": "5.5",
        "threshold_why": "One child in ten.", "why": "It begins in January.",
    } | options_of(form)  # fmt: skip
    assert client.post(address, sent).status_code == 302
    draft = PlanVersion.objects.get()
    assert (draft.number, draft.threshold, draft.units.count(), draft.method) == (1, 5.5, 2, "its_ols")
    assert "Lock it" in text(client, "analysis-version", draft.pk)
    client.post(reverse("analysis-version-lock", args=[draft.pk]), {"version": draft.version})
    page = text(client, "analysis-version", draft.pk)
    assert "written before the result" in page
    assert "Edit the draft" not in page
    answer = client.post(reverse("analysis-version-run", args=[draft.pk]))
    asked = AnalysisRun.objects.get()
    assert answer["Location"] == reverse("analysis-result", args=[asked.pk])
    assert "Waits for the worker" in text(client, "analysis-result", asked.pk)
    run.run(asked.pk)
    page = text(client, "analysis-result", asked.pk)
    assert "In plain words" in page
    assert "The plan was locked before any of its results was there." in page
    for name, pk in (("analysis-list", None), ("analysis-detail", plan.pk), ("analysis-version", draft.pk)):
        assert "interval" in text(client, name, *([pk] if pk else []))


def test_a_form_with_mistakes_keeps_what_was_typed_and_stores_nothing() -> None:
    by, places = somebody(), sites(1)
    client, plan = as_seen_by(by), a_plan(by, an_evaluation())
    address = reverse("analysis-version-create", args=[plan.pk]) + "?method=its_ols"
    sent = {"client_uuid": str(new_uuid()), "outcome": "dtp1_doses", "first": "spring", "last": LAST, "why": "Because."}
    sent |= options_of(client.get(address).context["form"])
    answer = client.post(address, sent | {"exposure": "date", "units": [places[0].pk], "threshold": "much"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "spring" in page
    assert "Because." in page
    assert not PlanVersion.objects.exists()
    again = client.post(address, sent | {"exposure": "date", "units": [places[0].pk]}).content.decode()
    assert "Write two months or two quarters" in again


def test_two_who_edit_a_draft_meet_each_other_s_words() -> None:
    by, places = somebody(), sites(1)
    draft, client = a_draft(by, places), as_seen_by(by)
    address = reverse("analysis-version-edit", args=[draft.pk])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    typed |= {"version": 1, "changed_on": CHANGE.isoformat(), "client_uuid": str(new_uuid())}
    assert client.post(address, typed | {"why": "One."}).status_code == 302
    conflict = client.post(address, typed | {"why": "Two."})
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "One." in page
    assert "Two." in page
    draft.refresh_from_db()
    assert draft.why == "One."


def test_a_new_version_begins_with_the_last_one_and_shows_what_changed() -> None:
    by, places = somebody(), sites(2)
    first = a_locked(by, places, threshold=5.0, threshold_why="One in ten.")
    client = as_seen_by(by)
    address = reverse("analysis-version-create", args=[first.plan_id])
    form = client.get(address, {"method": "its_ols"}).context["form"]
    assert form["outcome"].value() == "dtp1_doses"
    assert form["why"].value() in (None, "")
    second = a_draft(by, places[:1], first.plan, why="One site reported nothing.")
    page = text(client, "analysis-version", second.pk)
    assert "Changed since version 1" in page
    assert places[1].name in page
    assert client.get(address)["Location"] == reverse("analysis-version-edit", args=[second.pk])


def test_what_was_written_after_results_says_so_and_names_them() -> None:
    by = somebody()
    shown = a_done_run(by)
    late = a_locked(by, list(shown.version.units.all()), shown.version.plan, why="Other lags.")
    page = text(as_seen_by(by), "analysis-version", late.pk)
    assert "after having seen results" in page
    assert f"Run {shown.pk} of" in page


def test_partners_read_results_and_no_drafts() -> None:
    by = somebody()
    shown = a_done_run(by)
    draft = a_draft(by, list(shown.version.units.all()), shown.version.plan)
    for role in (Role.VIEWER, Role.ADMINISTRATOR):
        client = as_seen_by(somebody(role))
        page = text(client, "analysis-result", shown.pk)
        assert "Run it again" not in page
        assert "Declare it void" not in page
        assert "Write a" not in text(client, "analysis-list")
        assert f"Version {draft.number}" not in text(client, "analysis-detail", draft.plan_id)
        assert client.get(reverse("analysis-version", args=[draft.pk])).status_code == 404
        for name in ("analysis-version-run", "analysis-version-lock", "analysis-version-discard"):
            assert client.post(reverse(name, args=[shown.version_id])).status_code == 403
        assert client.post(reverse("analysis-result-void", args=[shown.pk]), {"why": "No."}).status_code == 403
        assert client.get(reverse("analysis-create")).status_code == 403
    shown.refresh_from_db()
    assert shown.voided_at is None
    waiting = run.ask(shown.version, by=by)
    assert as_seen_by(somebody(Role.VIEWER)).get(reverse("analysis-result", args=[waiting.pk])).status_code == 404


def test_the_list_is_that_of_a_question_or_of_an_evaluation() -> None:
    by, evaluation = somebody(), an_evaluation()
    plan, other = a_plan(by, evaluation), a_plan(by, title_en="Stock-outs and doses")
    client = as_seen_by(by)
    for query in ({"evaluation": evaluation.code}, {"question": str(plan.learning_question.number)}):
        page = text(client, "analysis-list", **query)
        assert "Effect of coaching" in page
        assert other.title not in page
    for query in ({"evaluation": "'"}, {"question": "99999999999"}, {"question": "x"}, {"page": "x"}):
        assert other.title in text(client, "analysis-list", **query)
    filled = client.get(reverse("analysis-create"), {"question": other.learning_question.number}).context["form"]
    assert filled["learning_question"].value() == other.learning_question_id


def test_a_clerk_meets_analyses_of_their_own_districts_only() -> None:
    by = somebody()
    shown = a_done_run(by, 2)
    one, other = shown.version.units.all()
    assert one.parent
    assert other.parent
    own = as_seen_by(a_user(Role.CLERK, districts=[one.parent], language="en"))
    both = as_seen_by(a_user(Role.CLERK, districts=[one.parent, other.parent], language="en"))
    assert own.get(reverse("analysis-result", args=[shown.pk])).status_code == 404
    assert own.get(reverse("analysis-detail", args=[shown.version.plan_id])).status_code == 404
    assert "Effect of coaching" not in text(own, "analysis-list")
    assert "Effect of coaching" in text(both, "analysis-list")
    assert both.get(reverse("analysis-result-file", args=[shown.pk])).status_code == 200


def test_the_page_of_a_run_follows_it_without_script() -> None:
    by, places = somebody(), sites(1)
    asked, client = run.ask(a_locked(by, places), by=by), as_seen_by(by)
    assert 'http-equiv="refresh"' in text(client, "analysis-result", asked.pk)
    assert 'http-equiv="refresh"' not in text(client, "analysis-result", asked.pk, suivre="non")
    AnalysisRun.objects.update(state="running", done=2, total=7, heartbeat_at=timezone.now())
    page = text(client, "analysis-result", asked.pk)
    assert "2 of 7 steps" in page
    assert 'max="7" value="2"' in page
    AnalysisRun.objects.update(heartbeat_at=timezone.now() - jobs.SILENT_AFTER)
    assert "Nothing has been heard" in text(client, "analysis-result", asked.pk)
    AnalysisRun.objects.update(state="failed", error="ValueError: secret")
    page = text(client, "analysis-result", asked.pk)
    assert "broke off several times" in page
    assert "secret" not in page


def test_data_that_changed_are_told_and_a_later_result_is_named() -> None:
    by = somebody()
    shown, client = a_done_run(by), as_seen_by(by)
    assert "The data have changed since" not in text(client, "analysis-result", shown.pk)
    place = shown.version.units.all()[0]
    doses([place], lambda _place, at: 99.0 if at == 2 else None)
    assert "The data have changed since" in text(client, "analysis-result", shown.pk)
    later = run.ask(shown.version, by=by)
    run.run(later.pk)
    page = text(client, "analysis-result", shown.pk)
    assert reverse("analysis-result", args=[later.pk]) in page


def test_a_void_result_says_why() -> None:
    by = somebody()
    shown = a_done_run(by)
    lead = as_seen_by(somebody(Role.LEAD))
    address = reverse("analysis-result-void", args=[shown.pk])
    assert "Say why it is void" in lead.post(address, {"why": " "}).content.decode()
    lead.post(address, {"why": "Wrong target."})
    for name, pk in (("analysis-result", shown.pk), ("analysis-version", shown.version_id)):
        assert "Wrong target." in text(as_seen_by(somebody(Role.VIEWER)), name, pk)


def test_the_file_holds_all_that_it_takes_and_no_code() -> None:
    by = somebody()
    shown, client = a_done_run(by), as_seen_by(by)
    first, second = (client.get(reverse("analysis-result-file", args=[shown.pk])).content for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(files) == {"README-LISEZMOI.txt", "inputs.csv", "plan.json", "results.json", "versions.json"}
    rows = files["inputs.csv"].splitlines()
    assert rows[0] == "unit,name,arm,period,numerator,denominator,value,flags,exposed,dose"
    assert len(rows) == 1 + 3 * 24
    plan, versions = json.loads(files["plan.json"]), json.loads(files["versions.json"])
    assert (plan["outcome"], plan["written_before_any_result"]) == ("dtp1_doses", True)
    assert versions["inputs_sha256"] == shown.fingerprint
    assert json.loads(files["results.json"])["result"] == json.loads(json.dumps(shown.result))
    assert by.username not in "".join(files.values())
    waiting = run.ask(shown.version, by=by)
    assert client.get(reverse("analysis-result-file", args=[waiting.pk])).status_code == 404


def test_a_draft_is_deleted_and_a_locked_version_is_not() -> None:
    by, places = somebody(), sites(1)
    draft, client = a_draft(by, places), as_seen_by(by)
    assert client.post(reverse("analysis-version-discard", args=[draft.pk])).status_code == 302
    assert not PlanVersion.objects.exists()
    locked = a_locked(by, places)
    assert client.post(reverse("analysis-version-discard", args=[locked.pk])).status_code == 403


def test_the_pages_speak_french() -> None:
    by = somebody()
    shown = a_done_run(by)
    by.language = "fr"
    by.save()
    assert '<html lang="fr"' in text(as_seen_by(by), "analysis-result", shown.pk)


def test_a_result_outlives_the_definition_of_its_outcome() -> None:
    by = somebody()
    shown = a_done_run(by)
    PlanVersion.objects.update(outcome="gone")
    page = text(as_seen_by(by), "analysis-result", shown.pk)
    assert "gone, step at the change" in page
    assert rerun_changed_analyses() == 0


def test_made_up_plans_and_results_go_with_the_demonstration() -> None:
    by = somebody()
    shown, kept = a_done_run(by), a_done_run(by)
    AnalysisPlan.objects.filter(pk=shown.version.plan_id).update(demonstration=True)
    PlanVersion.objects.filter(pk=shown.version_id).update(demonstration=True)
    AnalysisRun.objects.filter(pk=shown.pk).update(demonstration=True)
    assert "Made-up data" in text(as_seen_by(by), "analysis-list")
    remove_demonstration(refresh=False)
    assert list(AnalysisRun.objects.all()) == [kept]
    assert AnalysisPlan.objects.get() == kept.version.plan


def test_more_places_plans_and_runs_cost_no_more_queries() -> None:
    by = somebody()
    shown = a_done_run(by, 1)
    client = as_seen_by(by)
    pages = {
        name: reverse(name, args=args)
        for name, args in {
            "analysis-list": [],
            "analysis-detail": [shown.version.plan_id],
            "analysis-result": [shown.pk],
        }.items()
    }

    def costs() -> dict[str, int]:
        found = {}
        for name, address in pages.items():
            client.get(address)
            with CaptureQueriesContext(connection) as met:
                assert client.get(address).status_code == 200
            found[name] = len(met)
        return found

    before = costs()
    for _more in range(3):
        a_done_run(by, 4)
        later = run.ask(shown.version, by=by)
        run.run(later.pk)
    after = costs()
    assert after == before
    assert max(after.values()) <= 30, after
