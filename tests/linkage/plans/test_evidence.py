"""A result as evidence for a finding: what is kept of it, and when the finding has to be looked at again."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.candidates import candidates
from research.evidence.chain.reads import chain_of
from research.evidence.examine import examine_all
from research.evidence.kinds import find
from research.evidence.link_actions import link
from research.linkage.plans import run
from research.linkage.plans.models import AnalysisRun
from research.models import Doubt, Finding
from tests.builders import a_finding, a_user
from tests.linkage.plans.plans import a_locked, doses, sites, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ring", lambda *_told: None)


def a_result(by: User, number: int = 2) -> AnalysisRun:
    places = sites(number)
    doses(places)
    asked = run.ask(a_locked(by, places), by=by)
    assert run.run(asked.pk)
    asked.refresh_from_db()
    return asked


def a_linked(by: User, result: AnalysisRun) -> Finding:
    finding = a_finding(created_by=by)
    link(finding, by=by, kind="analysis", key=str(result.pk), side="for")
    return finding


def reasons(finding: Finding) -> set[str]:
    return set(Doubt.objects.filter(finding=finding, settled_at=None).values_list("reason", flat=True))


def test_a_result_supports_a_finding_and_keeps_its_estimates() -> None:
    by = somebody()
    result = a_result(by)
    kept = a_linked(by, result).links.get()
    assert kept.seen["estimates"]
    assert examine_all() == 0
    item = find("analysis", [str(result.pk)], by)[str(result.pk)]
    assert item.label == "Effect of coaching"
    assert item.url == reverse("analysis-result", args=[result.pk])


def test_a_later_result_makes_the_finding_be_looked_at_again() -> None:
    by = somebody()
    result = a_result(by)
    finding = a_linked(by, result)
    later = run.ask(result.version, by=by)
    run.run(later.pk)
    assert examine_all() == 1
    assert reasons(finding) == {"newer"}
    assert examine_all() == 0


def test_a_void_result_supports_nothing(django_capture_on_commit_callbacks: Any) -> None:
    by = somebody()
    result = a_result(by)
    finding = a_linked(by, result)
    with django_capture_on_commit_callbacks(execute=True):
        run.void(result, by=somebody(Role.LEAD), why="Wrong target.")
    assert reasons(finding) == {"withdrawn"}
    with pytest.raises(ValidationError):
        link(a_finding(created_by=by), by=by, kind="analysis", key=str(result.pk), side="for")


def test_what_is_not_done_or_not_readable_is_no_evidence() -> None:
    by = somebody()
    result = a_result(by)
    waiting = run.ask(result.version, by=by)
    assert find("analysis", [str(waiting.pk)], None) == {}
    place = result.version.units.all()[0]
    assert place.parent
    clerk = a_user(Role.CLERK, districts=[place.parent])
    item = find("analysis", [str(result.pk)], clerk)[str(result.pk)]
    assert (item.readable, item.label, item.url) == (False, "", "")


def test_results_are_found_by_place_and_words_the_latest_of_each_plan() -> None:
    by = somebody()
    result = a_result(by)
    later = run.ask(result.version, by=by)
    run.run(later.pk)
    other = a_result(by, 1)
    place = result.version.units.all()[0]
    assert [item.key for item in candidates("analysis", by, place=None, words="coaching")] == [
        str(other.pk), str(later.pk),
    ]  # fmt: skip
    for where in (place, place.parent):
        assert [item.key for item in candidates("analysis", by, place=where, words="")] == [str(later.pk)]
    assert candidates("analysis", by, place=None, words="stock") == []


def test_the_chain_goes_on_to_the_plan_and_the_definition() -> None:
    by = somebody()
    result = a_result(by)
    finding = a_linked(by, result)
    graph = chain_of("analysis", str(result.pk), by)
    assert graph is not None
    assert ("finding", str(finding.pk)) in graph
    assert graph["plan", str(result.version_id)].detail == "Version 1, written before the result"
    assert ("definition", "dtp1_doses") in graph


def test_the_pages_of_evidence_offer_results() -> None:
    by = somebody()
    result, finding = a_result(by), a_finding(created_by=by)
    client = Client()
    client.force_login(by)
    found = client.get(reverse("finding-link-create", args=[finding.pk]), {"kind": "analysis"}).content.decode()
    assert "Effect of coaching" in found
    for name in ("evidence-use", "chain"):
        assert client.get(reverse(name, args=["analysis", result.pk])).status_code == 200
    sent = {"finding": finding.pk, "side": "against"}
    client.post(reverse("evidence-use", args=["analysis", result.pk]), sent)
    assert finding.links.get().kind == "analysis"
    assert "Effect of coaching" in client.get(reverse("finding-detail", args=[finding.pk])).content.decode()
