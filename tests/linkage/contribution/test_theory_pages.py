"""The pages of theories of change: what each shows to whom, and what becomes of a form."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.linkage.contribution.models import LinkAssumption, LinkEvidence, LinkRival, Step, StepLink, TheoryOfChange
from research.study.load import load_study
from tests.builders import a_finding, a_study_site, an_evaluation, an_observation
from tests.linkage.contribution.theories import (
    a_link,
    a_linked_pair,
    a_rival,
    a_step,
    a_theory,
    an_assumption,
    approved,
    somebody,
    tied,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_theory_is_drawn_listed_and_told() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    tied(link, lead)
    an_assumption(link, lead)
    answer = signed_in(somebody(Role.VIEWER)).get(reverse("theory-detail", args=[link.theory_id]))
    page, words = answer.content.decode(), text(answer)
    assert page.count('class="theory-badge theory-moderate"') == 1
    assert "Coaching leads to Plans" in words
    assert "Approved" not in words.split("Link by link")[1].split("How the strength")[0]
    assert "No rival explanation is named." in words
    assert "Of 1 assumption it is not known whether it holds." in words
    assert "Add a step" not in words
    assert len(answer.content) < 100_000


def test_the_story_tells_claim_evidence_rivals_strength_and_what_is_missing() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    tied(link, lead, "high")
    tied(link, lead, "low", side="against")
    a_rival(link, lead)
    words = text(signed_in(somebody(Role.VIEWER)).get(reverse("theory-story", args=[link.theory_id])))
    order = [
        "Coaching leads to Plans", "Approved findings speak for it and against it.", "Speaks for it",
        "Speaks against it", "A campaign.", "What is missing",
    ]  # fmt: skip
    assert [words.index(part) for part in order] == sorted(words.index(part) for part in order)
    assert "1 rival explanation is not examined yet." in words


def test_both_languages() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    french = somebody(Role.VIEWER)
    french.language = "fr"
    french.save()
    page = signed_in(french).get(reverse("theory-detail", args=[link.theory_id])).content.decode()
    assert "Coaching et capacités" in page
    assert "Coaching (fr)" in page


def test_a_researcher_writes_a_theory_step_by_step() -> None:
    evaluation, client = an_evaluation(), signed_in(somebody(Role.RESEARCHER))
    sent: dict[str, Any] = {"client_uuid": uuid.uuid4(), "evaluation": evaluation.pk, "title_en": "Coaching"}
    answer = client.post(reverse("theory-create"), sent)
    theory = TheoryOfChange.objects.get()
    assert answer.headers["Location"] == reverse("theory-detail", args=[theory.pk])
    for kind, label in (("activity", "Coaching"), ("outcome", "Children")):
        where = reverse("theory-part-create", args=["etapes", theory.pk])
        client.post(where, {"client_uuid": uuid.uuid4(), "kind": kind, "label_en": label})
    start, end = Step.objects.all()
    where = reverse("theory-part-create", args=["liens", theory.pk])
    back = client.post(
        where, {"client_uuid": uuid.uuid4(), "start": end.pk, "end": start.pk, "statement_en": "It works"}
    )
    assert "A link leads forward" in text(back)
    client.post(where, {"client_uuid": uuid.uuid4(), "start": start.pk, "end": end.pk, "statement_en": "It works"})
    link = StepLink.objects.get()
    client.post(
        reverse("theory-part-create", args=["hypotheses", link.pk]),
        {"client_uuid": uuid.uuid4(), "text_en": "Fuel", "judged": ""},
    )
    client.post(
        reverse("theory-part-create", args=["rivales", link.pk]),
        {"client_uuid": uuid.uuid4(), "kind": "trend", "text_en": "Trend", "verdict": "open"},
    )
    assert (LinkAssumption.objects.get().proposed, LinkRival.objects.get().kind) == (True, "trend")
    assert "Trend" in text(client.get(reverse("theory-link", args=[link.pk])))


def test_two_versions_meet_on_one_page() -> None:
    lead = somebody()
    step, client = a_step(a_theory(lead), lead), signed_in(lead)
    where = reverse("theory-part-edit", args=["etapes", step.pk])
    sent = {"client_uuid": uuid.uuid4(), "kind": "activity", "version": 1}
    client.post(where, sent | {"label_en": "First"})
    answer = client.post(where, sent | {"label_en": "Second"})
    assert answer.status_code == 409
    assert "First" in text(answer)
    assert "Second" in answer.content.decode()
    assert Step.objects.get().label_en == "First"


def test_steps_of_the_work_adopt_withdraw_put_back_and_move() -> None:
    lead, researcher = somebody(), somebody(Role.RESEARCHER)
    link = a_linked_pair(researcher)
    where, client = reverse("theory-part-step", args=["liens", link.pk]), signed_in(lead)
    signed_in(researcher).post(where, {"step": "adopt", "version": 1})
    assert StepLink.objects.get().proposed
    client.post(where, {"step": "adopt", "version": 1})
    assert not StepLink.objects.get().proposed
    client.post(where, {"step": "withdraw", "version": 2})
    assert not StepLink.objects.get().withdrawn_because
    client.post(where, {"step": "withdraw", "version": 2, "reason": "Jamais vu."})
    assert "Jamais vu." in text(client.get(reverse("theory-detail", args=[link.theory_id])))
    assert "Jamais vu." in text(client.get(reverse("theory-link", args=[link.pk])))
    client.post(where, {"step": "restore", "version": 1})
    assert StepLink.objects.get().withdrawn_because
    client.post(where, {"step": "restore", "version": 3})
    assert not StepLink.objects.get().withdrawn_because
    assert client.post(where, {"step": "fly", "version": 4}).status_code == 404
    other = a_step(link.theory, lead, label="Other")
    client.post(reverse("theory-part-step", args=["etapes", other.pk]), {"step": "up"})
    assert Step.objects.filter(kind="activity").first() == other


def test_a_lead_adopts_the_whole_from_its_page() -> None:
    lead = somebody()
    link = a_linked_pair(somebody(Role.RESEARCHER))
    client, page = signed_in(lead), reverse("theory-detail", args=[link.theory_id])
    seen = re.search(r'name="seen" value="(\w+)"', client.get(page).content.decode())
    assert seen
    where = reverse("theory-adopt", args=[link.theory_id])
    client.post(where, {"seen": "something else"})
    assert StepLink.objects.get().proposed
    client.post(where, {"seen": seen[1]})
    assert not StepLink.objects.get().proposed
    assert 'name="seen"' not in client.get(page).content.decode()
    refused = signed_in(somebody(Role.RESEARCHER)).post(where, {"seen": seen[1]})
    assert refused.status_code == 403


def test_evidence_is_chosen_tied_with_a_reason_and_taken_off_with_one() -> None:
    lead = somebody()
    link, finding, client = a_linked_pair(lead), approved(), signed_in(lead)
    rival = a_rival(link, lead)
    where = reverse("theory-evidence-create", args=[link.pk])
    assert str(finding.statement_en) in text(client.get(where))
    refused = client.post(where, {"finding": finding.pk, "side": "for", "note": "", "about": ""})
    assert "Say why it speaks for it or against it." in text(refused)
    refused = client.post(where, {"finding": 999, "side": "for", "note": "Kept words"})
    assert "Choose a finding." in text(refused)
    assert "Kept words" in text(refused)
    client.post(where, {"finding": finding.pk, "side": "against", "note": "Two sites.", "about": f"r{rival.pk}"})
    row = LinkEvidence.objects.get()
    assert (row.rival, row.side) == (rival, "against")
    observation = an_observation(site=a_study_site().unit)
    found = client.get(where, {"kind": "observation", "about": f"r{rival.pk}"})
    assert f'name="key" value="{observation.pk}"' in found.content.decode()
    client.post(where, {"kind": "observation", "key": observation.pk, "side": "for", "note": "Seen."})
    assert LinkEvidence.objects.filter(rival=None).count() == 1
    off = reverse("theory-evidence-remove", args=[row.pk])
    assert "Say why." in text(client.post(off, {"reason": ""}))
    client.post(off, {"reason": "Another link."})
    assert not LinkEvidence.objects.filter(pk=row.pk).exists()
    assert "Another link." in text(client.get(reverse("theory-link", args=[link.pk])))


def test_what_may_not_be_read_is_counted_and_not_told() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    hidden = a_finding(created_by=lead, statement_fr="Secret draft")
    LinkEvidence.objects.create(link=link, finding=hidden, side="for", note="Secret reason")
    for name, key in (("theory-link", link.pk), ("theory-story", link.theory_id)):
        words = text(signed_in(somebody(Role.VIEWER)).get(reverse(name, args=[key])))
        assert "Secret" not in words
        assert "1 more piece of evidence is not yours to read." in words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR])
def test_others_have_no_forms(role: Role) -> None:
    link = a_linked_pair(somebody())
    client = signed_in(somebody(role))
    for address in (
        reverse("theory-create"),
        reverse("theory-part-create", args=["etapes", link.theory_id]),
        reverse("theory-part-edit", args=["liens", link.pk]),
        reverse("theory-evidence-create", args=[link.pk]),
    ):
        assert client.get(address).status_code == 403, address
    assert client.post(reverse("theory-part-step", args=["liens", link.pk]), {"step": "adopt"}).status_code == 403


def test_from_the_evaluation_to_its_theory() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    client = signed_in(lead)
    answer = client.get(reverse("theory-list"), {"evaluation": link.theory.evaluation.code})
    assert answer.headers["Location"] == reverse("theory-detail", args=[link.theory_id])
    assert client.get(reverse("theory-list"), {"evaluation": "nothing"}).status_code == 200
    page = client.get(reverse("evaluation-detail", args=[link.theory.evaluation.code])).content.decode()
    assert reverse("theory-list") + "?evaluation=coach2pev" in page


def test_from_a_finding_back_to_the_links_that_it_is_tied_to() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    finding = tied(link, lead).finding
    assert finding
    where = reverse("finding-detail", args=[finding.pk])
    page = signed_in(somebody(Role.VIEWER)).get(where).content.decode()
    assert reverse("theory-link", args=[link.pk]) in page


def test_the_shipped_theories_are_proposals_without_any_strength() -> None:
    load_study()
    for model in (TheoryOfChange, Step, StepLink, LinkAssumption, LinkRival):
        assert model.objects.exists()
        assert not model.objects.filter(proposed=False).exists()
    assert not LinkEvidence.objects.exists()
    assert set(LinkRival.objects.values_list("verdict", flat=True)) == {"open"}
    assert set(LinkAssumption.objects.values_list("judged", flat=True)) == {""}
    client = signed_in(somebody(Role.VIEWER))
    for theory in TheoryOfChange.objects.all():
        answer = client.get(reverse("theory-detail", args=[theory.pk]))
        words = text(answer)
        assert "proposed and not adopted by an evaluation lead" in words
        assert "joined to no other" not in words
        assert "No activity leads" not in words
        assert answer.content.decode().count('class="theory-badge theory-none"') == theory.links.count()
        assert len(answer.content) < 100_000


def test_a_shipped_link_that_somebody_edited_stays_as_they_wrote_it() -> None:
    load_study()
    lead = somebody()
    step = Step.objects.get(key="c-gaps")
    signed_in(lead).post(
        reverse("theory-part-edit", args=["etapes", step.pk]),
        {"client_uuid": uuid.uuid4(), "version": 1, "kind": "intermediate", "label_fr": "Écarts fermés"},
    )
    load_study()
    step.refresh_from_db()
    assert (step.label_fr, step.proposed) == ("Écarts fermés", False)
    theory = step.theory
    assert a_link(step, a_step(theory, lead, "impact", "Fewer"), lead).pk
