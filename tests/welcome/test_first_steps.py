"""The first steps of an installation: each line follows from records, and who is told what."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django_otp.plugins.otp_totp.models import TOTPDevice

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.boundary_actions import save_boundaries
from indicators.models import Batch, Denominator, OrgUnit, RefreshJob
from research.agenda.models import StudyDistrict
from research.evaluations.models import EvaluationSite
from research.study.demonstration.loading import load_demonstration
from research.welcome.models import SetUpPutAway
from research.welcome.queries import steps_for
from research.welcome.step import FirstStep
from tests.builders import a_day, a_followed_site, a_source, a_unit, a_user
from tests.evaluations.given import given_values, refreshed, visitor
from tests.map.given import a_stage, square

pytestmark = [pytest.mark.django_db, pytest.mark.by_django_alone]

HOME, STEPS, SHOWN = reverse("home"), reverse("first-steps"), reverse("first-steps-shown")


@pytest.fixture
def study() -> None:
    call_command("load_study", verbosity=0, stdout=io.StringIO())


def steps(user: User) -> dict[str, FirstStep]:
    """By key, in English."""
    with translation.override("en"):
        return {step.key: step for step in steps_for(User.objects.get(pk=user.pk))}


def the_first_person() -> User:
    return User.objects.create_superuser("first", password="a long test password", language="en")


def test_an_empty_installation_has_everything_before_it() -> None:
    first = the_first_person()
    found = steps(first)
    assert list(found) == [
        "study", "places", "boundaries", "letters", "accounts", "second-factor", "denominators", "import", "worker",
        "backup",
    ]  # fmt: skip
    assert [key for key, step in found.items() if step.done] == []
    text = visitor(first).get(HOME).content.decode()
    assert "First steps" in text
    assert "<b>0</b> of 10" in text


def test_the_study_does_not_bring_places_boundaries_or_targets_of_its_own(study: None) -> None:
    found = steps(a_user(Role.ADMINISTRATOR))
    assert found["study"].done
    assert (found["places"].done, found["places"].found) == (
        False, "15 places, 0 of them besides those that the study brings",
    )  # fmt: skip
    assert (found["boundaries"].done, found["boundaries"].found) == (False, "0 of the study’s 4 districts")
    assert (found["denominators"].done, found["import"].done) == (False, False)


def test_made_up_data_do_not_count(study: None) -> None:
    before = steps(a_user(Role.ADMINISTRATOR))
    load_demonstration(refresh=True)
    after = steps(a_user(Role.ADMINISTRATOR))
    for key in ("places", "boundaries", "denominators", "import"):
        assert (before[key].done, before[key].found) == (after[key].done, after[key].found), key


def test_places_boundaries_and_targets_as_they_come(study: None) -> None:
    admin = a_user(Role.ADMINISTRATOR)
    districts = [one.unit for one in StudyDistrict.objects.select_related("unit")]
    a_unit("Aire nouvelle", districts[0])
    assert steps(admin)["places"].done
    save_boundaries({districts[0].pk: square(-8)}, source=a_source(), file_name="x.geojson")
    assert steps(admin)["boundaries"].found == "1 of the study’s 4 districts"
    save_boundaries(
        {one.pk: square(number) for number, one in enumerate(districts)}, source=a_source(), file_name="x.geojson"
    )
    assert steps(admin)["boundaries"].done
    year = timezone.localdate().year
    for number, one in enumerate(districts):
        # Of the last district only what is long past: its rates of this year would be missing.
        when = year - 5 if number == 3 else year - number % 2
        Denominator.objects.create(unit=one, year=when, kind="surviving_infants", value=100, source=a_source())
    refreshed()
    assert steps(admin)["denominators"].found == "3 of the study’s 4 districts"
    Denominator.objects.create(unit=districts[3], year=year, kind="surviving_infants", value=9, source=a_source())
    refreshed()
    assert steps(admin)["denominators"].done


def test_a_role_is_missing_until_an_active_account_holds_it() -> None:
    people = {role: a_user(role) for role in Role if role is not Role.CLERK}
    lead = people[Role.LEAD]
    assert not steps(lead)["accounts"].done
    assert "data clerk" in steps(lead)["accounts"].found
    clerk = a_user(Role.CLERK)
    assert steps(lead)["accounts"].done
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert not steps(lead)["accounts"].done


def test_a_second_factor_of_each_who_needs_one(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    lead, researcher, clerk = a_user(Role.LEAD), a_user(Role.RESEARCHER, Role.LEAD), a_user(Role.CLERK)
    assert "accounts without one: 2" in steps(lead)["second-factor"].found
    assert steps(lead)["second-factor"].url == reverse("second-factor")
    TOTPDevice.objects.create(user=lead, confirmed=True, name="x")
    TOTPDevice.objects.create(user=researcher, confirmed=False, name="x")
    assert "accounts without one: 1" in steps(lead)["second-factor"].found
    assert steps(lead)["second-factor"].url == ""
    TOTPDevice.objects.update(confirmed=True)
    assert steps(lead)["second-factor"].done
    assert not TOTPDevice.objects.filter(user=clerk).exists()
    settings.SECOND_FACTOR_REQUIRED = False
    assert not steps(lead)["second-factor"].done
    assert "SECOND_FACTOR_REQUIRED" in steps(lead)["second-factor"].found


def test_exposure_of_each_evaluation_has_a_plan_of_each_site_and_a_stage() -> None:
    lead, site = a_user(Role.LEAD), a_followed_site(expected_from=a_day())
    other = a_followed_site()
    step = steps(lead)["exposure-coach2pev"]
    assert not step.done
    assert visitor(lead).get(step.url).status_code == 200
    EvaluationSite.objects.filter(pk=other.pk).update(expected_from=a_day())
    assert not steps(lead)["exposure-coach2pev"].done
    stage = a_stage(site, "trained", "2025-09-01")
    a_stage(site, "active", "2025-09-02")
    found = steps(lead)["exposure-coach2pev"]
    assert found.done
    assert "sites: 2, with a stage: 1, with a first month of the plan: 2" in found.found
    stage.site.stages.update(demonstration=True)
    assert not steps(lead)["exposure-coach2pev"].done


def test_the_first_import_and_the_worker() -> None:
    lead = a_user(Role.LEAD)
    assert (steps(lead)["import"].done, steps(lead)["worker"].done) == (False, False)
    given_values("DTP1", {(a_unit("Poste"), "202509"): 3}, label="septembre.json")
    assert steps(lead)["import"].done
    assert "septembre.json" in steps(lead)["import"].found
    refreshed()
    assert steps(lead)["worker"].done
    RefreshJob.objects.update(finished_at=timezone.now() - timedelta(hours=27))
    assert not steps(lead)["worker"].done
    RefreshJob.objects.update(finished_at=timezone.now())
    late = RefreshJob.objects.create(scope=RefreshJob.Scope.CHANGED)
    assert steps(lead)["worker"].done
    RefreshJob.objects.filter(pk=late.pk).update(asked_at=timezone.now() - timedelta(minutes=6))
    assert not steps(lead)["worker"].done
    assert "work waits since" in steps(lead)["worker"].found
    assert Batch.objects.count() == 1


def test_a_backup_needs_its_key_and_a_file(settings: Any, tmp_path: Path) -> None:
    admin = a_user(Role.ADMINISTRATOR)
    settings.BACKUP_FOLDER, settings.BACKUP_KEYS = tmp_path / "none yet", []
    assert "no backup yet" in steps(admin)["backup"].found
    settings.BACKUP_KEYS = ["age1x"]
    assert not steps(admin)["backup"].done
    settings.BACKUP_FOLDER = tmp_path
    (tmp_path / "capev-20260101-000000.age").write_bytes(b"x")
    assert steps(admin)["backup"].done
    settings.BACKUP_KEYS = []
    assert not steps(admin)["backup"].done


def test_letters_need_a_mail_server(settings: Any) -> None:
    admin = a_user(Role.ADMINISTRATOR)
    for backend, done in (("smtp", True), ("console", False), ("locmem", False)):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        assert steps(admin)["letters"].done is done


def test_each_is_told_what_concerns_them_and_no_link_is_a_dead_end(study: None) -> None:
    told = {role: steps(a_user(role)) for role in Role}
    assert {role for role in Role if told[role]} == {Role.LEAD, Role.ADMINISTRATOR}
    assert {"study", "places", "boundaries", "letters", "backup"}.isdisjoint(told[Role.LEAD])
    assert "exposure-coach2pev" in told[Role.LEAD]
    assert "exposure-coach2pev" not in told[Role.ADMINISTRATOR]
    first = the_first_person()
    for user in (a_user(Role.LEAD), a_user(Role.ADMINISTRATOR), first):
        for step in steps(user).values():
            if step.url:
                assert visitor(user).get(step.url).status_code == 200, (user.roles, step.key)
    assert steps(first)["import"].url == ""


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.CLERK, Role.RESEARCHER])
def test_others_are_told_nothing(role: Role | None) -> None:
    client = visitor(a_user(*([role] if role else [])))
    assert "First steps" not in client.get(HOME).content.decode()
    assert client.get(STEPS).status_code == 403
    assert client.post(SHOWN, {"show": "no"}).status_code == 403
    assert not SetUpPutAway.objects.exists()


def test_put_away_by_one_person_is_put_away_for_that_person() -> None:
    one, other = a_user(Role.LEAD), a_user(Role.LEAD)
    client = visitor(one)
    for _twice in range(2):
        assert client.post(SHOWN, {"show": "no"}).headers["Location"] == HOME
    assert "First steps" not in client.get(HOME).content.decode()
    assert "First steps" in visitor(other).get(HOME).content.decode()
    page = client.get(STEPS).content.decode()
    assert "Show on my dashboard again" in page
    assert client.post(SHOWN, {"show": "yes"}).status_code == 302
    assert "First steps" in client.get(HOME).content.decode()
    assert client.get(SHOWN).status_code == 405


def test_not_on_the_dashboard_of_a_demonstration(settings: Any) -> None:
    lead = a_user(Role.LEAD)
    settings.DEMONSTRATION = True
    assert "First steps" not in visitor(lead).get(HOME).content.decode()
    assert visitor(lead).get(STEPS).status_code == 200


def test_gone_from_the_dashboard_once_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = a_user(Role.LEAD)
    undone = steps_for(lead)
    monkeypatch.setattr("research.welcome.queries.steps_for", lambda _user: [one._replace(done=True) for one in undone])
    assert "First steps" not in visitor(lead).get(HOME).content.decode()
    some = [one._replace(done=number > 0) for number, one in enumerate(undone)]
    monkeypatch.setattr("research.welcome.queries.steps_for", lambda _user: some)
    assert "First steps" in visitor(lead).get(HOME).content.decode()


def test_as_many_queries_for_a_country_as_for_a_village(study: None) -> None:
    user = a_user(Role.LEAD, Role.ADMINISTRATOR)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            steps_for(User.objects.get(pk=user.pk))
        return len(queries)

    few = counted()
    district = StudyDistrict.objects.select_related("unit")[0].unit
    for number in range(15):
        a_followed_site(unit=a_unit(f"Aire {number}", district))
        a_user(Role.RESEARCHER)
    assert counted() == few <= 22
    assert OrgUnit.objects.count() > 15


def test_the_page_explains_each_step_in_both_languages(study: None) -> None:
    admin = a_user(Role.ADMINISTRATOR, Role.LEAD)
    text = visitor(admin).get(STEPS).content.decode()
    for step in steps(admin).values():
        assert step.help in text
    assert "manage.py import_boundaries FILE --source KEY" in text
    assert visitor(admin, language="fr").get(STEPS).status_code == 200
