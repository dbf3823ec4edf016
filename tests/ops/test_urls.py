"""Walks every address of the site: none may be forgotten, none may break, and strangers meet the public ones only."""

import io
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit

pytestmark = pytest.mark.by_django_alone

PUBLIC = {
    "login", "alive", "health", "home", "evaluation-detail", "password-forgotten", "password-forgotten-sent",
    "edition-list", "service-worker", "manifest", "offline", "site-map",
}  # fmt: skip
OPEN_WITH_A_SECRET = {"invitation-take-up", "password_reset_confirm"}  # told by letter: tests/accounts
OPEN_WHERE_PUBLISHED = {"edition-detail", "edition-restatements", "edition-file"}  # else unknown: tests/editions
SIGNED_IN = {
    "logout", "indicator-list", "indicator-detail", "number-detail",
    "explorer", "explorer-csv", "explorer-xlsx", "imported-indicators",
    "denominators", "denominators-csv", "denominators-xlsx",
    "indicator-rivals", "indicator-rivals-csv", "indicator-rivals-xlsx",
    "question-list", "question-detail", "plan-list", "plan-create", "plan-detail", "plan-edit", "plan-file",
    "site-list", "site-detail",
    "exposure", "exposure-stage-create", "exposure-stage-edit", "exposure-plan",
    "visit-list", "visit-create", "visit-detail", "visit-edit",
    "checklist-import", "checklist-xlsform", "submission-list", "submission-check",
    "action-list", "action-create", "action-detail", "action-agree", "action-step", "action-comment",
    "action-evidence", "action-evidence-file",
    "visit-report", "visit-fill", "visit-section", "visit-about", "visit-talk", "visit-finish",
    "visit-calendar", "visit-planner", "visit-plan", "visit-coverage", "register-check", "verification-factors",
    "coach-list", "coach-create", "coach-edit", "coachee-list", "coachee-create", "coachee-edit",
    "staff-list", "staff-create", "staff-edit", "visit-ratings", "site-scorecard",
    "competency-list", "competency-coachee", "competency-pairs", "competency-agreement",
    "competency-scale", "competency-domain-create", "competency-domain-edit", "competency-level-create",
    "competency-level-edit",
    "checklist-list", "checklist-create", "checklist-detail", "checklist-preview", "checklist-edit", "checklist-step",
    "section-create", "section-edit", "section-move", "item-create", "item-edit", "item-move", "choices-create",
    "choices-edit",
    "stock-list", "stock-entry", "stock-detail", "stock-out-list", "stock-out-create", "stock-out-edit",
    "stock-calendar", "stock-out-episode",
    "product-list", "product-detail", "product-offers", "product-norm", "vaccine-assumptions",
    "stock-definitions",
    "stock-file-list", "stock-file-check", "stock-file-detail",
    "card-list", "card-detail", "card-line-create", "card-line-edit", "card-line-cancel",
    "lot-edit",
    "order-list", "order-create", "order-sums", "order-detail", "order-edit", "stock-signals", "site-stock",
    "observation-list", "observation-create", "observation-detail", "observation-edit",
    "observation-step", "observation-discard", "attachment-create", "attachment-file", "attachment-remove",
    "export-list",
    "finding-list", "finding-create", "finding-detail", "finding-edit", "finding-step", "finding-settle",
    "finding-link-create", "finding-link-remove", "finding-part-create", "finding-part-edit", "evidence-use", "chain",
    "finding-use-list", "finding-use-create", "finding-use-edit",
    "analysis-list", "analysis-create", "analysis-detail", "analysis-edit", "analysis-version-create",
    "analysis-version", "analysis-version-edit", "analysis-version-discard", "analysis-version-lock",
    "analysis-version-run", "analysis-result", "analysis-result-file", "analysis-result-void",
    "theory-list", "theory-create", "theory-detail", "theory-story", "theory-adopt", "theory-link",
    "theory-evidence-create", "theory-evidence-remove", "theory-part-create", "theory-part-edit", "theory-part-step",
    "observation-coding", "coding-task-list", "coding-task-create", "coding-task-step", "coding-agreement",
    "passage-list", "passage-remove", "code-matrix", "code-pairs", "memo-list", "memo-create", "memo-edit",
    "memo-remove", "codebook-list", "codebook-create", "codebook-detail", "codebook-edit", "codebook-step",
    "code-create", "code-edit", "code-step", "qda-import", "qda-check", "codebook-file", "coded-texts-export",
    "job-list", "job-ask", "import-list", "import-list-csv", "import-upload", "import-names", "import-name",
    "import-detail", "import-problems-csv", "import-mapping", "import-commit", "import-drop", "import-undo",
    "import-mappings", "import-mapping-change",
    "dhis2-server-list", "dhis2-pull", "quality-board", "quality-flags", "quality-csv", "quality-xlsx",
    "approval-list", "approval-detail", "approval-open", "approval-step",
    "search", "saved-view-list", "saved-view-create", "saved-view-remove",
    "style-guide", "token-list", "token-revoke",
    "admin-sign-in", "sign-in-code", "own-account", "rights", "own-password", "second-factor", "printed-codes",
    "second-factor-remove", "end-sessions", "invitation-list", "invitation-step", "journal", "own-journal",
    "joint-display", "joint-display-csv", "annotation-list", "annotation-create", "annotation-detail",
    "annotation-edit",
    "annotation-withdraw", "screening-list", "screening-detail",
    "first-steps", "first-steps-shown",
    "edition-create", "edition-section-edit", "edition-redraw", "edition-step", "edition-publish", "edition-content",
}  # fmt: skip
FOR_EVERYBODY_BY_POST = {"set_language"}
FOR_SCRIPTS = {"outbox", "metrics"}  # says in JSON that one is signed out: tests/offline


def patterns(of: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every route but the admin's, which Django tests and which are one permission, and the programming interface's,
    which answers in JSON (tests/api, tests/dhis2_face)."""
    for entry in (of or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.namespace != "admin" and not str(entry.pattern).startswith("api/"):
            yield from patterns(entry)


def address(pattern: URLPattern, study: dict[str, object]) -> str:
    """An address of the route that leads to a row of the study where there is one."""
    wanted = pattern.pattern.converters
    of_this_page: dict[str, dict[str, object]] = {
        "site-detail": {"pk": study["unit"]},
        "site-scorecard": {"pk": study["unit"]},
        "site-stock": {"pk": study["unit"]},
        "evaluation-detail": {"code": "coach2pev"},
    }
    values = {**study, **of_this_page.get(str(pattern.name), {})}
    return reverse(str(pattern.name), kwargs={name: values[name] for name in wanted})


@pytest.fixture
def study(db: None) -> dict[str, object]:
    """The study as data, and a value for every kind of parameter in the addresses."""
    call_command("load_study", verbosity=0, stdout=io.StringIO())
    site = OrgUnit.objects.order_by("-level").first()
    assert site
    names = {"code": "dtp1", "period": "2024", "rule": "modified_z", "section": "s1", "key": "penta", "what": "rivales"}
    names |= {"part": "trends", "step": "submit"}
    secrets = {"secret": "none", "uidb64": "MQ", "token": "none"}
    return {"pk": 1, "unit": site.pk, "number": 1, "kind": "activites", **names, **secrets}


def test_every_address_has_been_decided_about() -> None:
    assert {
        str(pattern.name) for pattern in patterns()
    } <= PUBLIC | SIGNED_IN | OPEN_WITH_A_SECRET | OPEN_WHERE_PUBLISHED | FOR_EVERYBODY_BY_POST | FOR_SCRIPTS


def test_strangers_meet_the_public_pages_and_are_asked_to_sign_in_elsewhere(
    study: dict[str, object], client: Client
) -> None:
    for pattern in patterns():
        answer = client.get(address(pattern, study))
        if pattern.name in PUBLIC:
            assert answer.status_code == 200, pattern
        elif pattern.name in SIGNED_IN:
            assert answer.headers.get("Location", "").startswith(reverse("login")), pattern


@pytest.mark.parametrize("role", Role)
def test_no_role_meets_a_broken_page(role: Role, study: dict[str, object], client: Client) -> None:
    user = User.objects.create_user("somebody", language="en")
    user.groups.add(Group.objects.get(name=role.value))
    client.force_login(user)
    for pattern in patterns():
        for answer in (client.get(address(pattern, study)), client.post(address(pattern, study))):
            assert answer.status_code < 500, pattern
        client.force_login(user)


def test_the_admin_is_closed_to_everybody_but_its_staff(study: dict[str, object], client: Client) -> None:
    assert client.get(reverse("admin:index")).status_code == 302
    user = User.objects.create_user("somebody")
    user.groups.add(Group.objects.get(name=Role.LEAD.value))
    client.force_login(user)
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_page_that_does_not_exist_is_a_friendly_404(db: None, client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "CAPEV" in answer.content.decode()
