"""Who writes theories of change, what is refused, what counts as adopted, and what is tied to links."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.roles import Role
from research.linkage.contribution.actions import (
    adopt,
    adopt_all,
    edit,
    restore,
    shift,
    what_is_proposed,
    withdraw,
    write,
)
from research.linkage.contribution.evidence_actions import tie, untie
from research.linkage.contribution.models import LinkEvidence, Step, StepLink, TheoryOfChange
from research.revisions import Conflict
from tests.builders import a_finding, a_user, an_observation
from tests.linkage.contribution.theories import (
    a_link,
    a_linked_pair,
    a_rival,
    a_step,
    a_theory,
    an_assumption,
    approved,
    somebody,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR])
def test_others_read_and_do_not_write(role: Role) -> None:
    link, other = a_linked_pair(somebody()), a_user(role)
    with pytest.raises(PermissionDenied):
        a_step(link.theory, other)
    with pytest.raises(PermissionDenied):
        edit(link, by=other, version=1, values={"statement_en": "No"})
    with pytest.raises(PermissionDenied):
        withdraw(link, by=other, version=1, reason="No")
    with pytest.raises(PermissionDenied):
        tie(link, by=other, side="for", note="So", finding=approved())
    assert Step.objects.count() == 2


def test_what_a_lead_writes_is_adopted_and_what_a_researcher_writes_or_edits_is_proposed() -> None:
    lead, researcher = somebody(), somebody(Role.RESEARCHER)
    theory = a_theory(lead)
    step = a_step(theory, researcher)
    assert (theory.proposed, step.proposed) == (False, True)
    with pytest.raises(PermissionDenied):
        adopt(step, by=researcher, version=1)
    assert not adopt(step, by=lead, version=1).proposed
    changed = edit(step, by=researcher, version=2, values={"label_en": "Coaching visits"})
    assert (changed.proposed, changed.version) == (True, 3)
    same = edit(changed, by=lead, version=3, values={"label_en": "Coaching visits"})
    assert (same.proposed, same.version) == (True, 3)


def test_a_lead_adopts_the_whole_as_it_was_read_and_nothing_that_came_in_between() -> None:
    lead, researcher = somebody(), somebody(Role.RESEARCHER)
    link = a_linked_pair(researcher)
    an_assumption(link, researcher)
    seen = what_is_proposed(link.theory)
    a_rival(link, researcher)
    with pytest.raises(Conflict):
        adopt_all(link.theory, by=lead, seen=seen)
    assert StepLink.objects.get().proposed
    assert adopt_all(link.theory, by=lead, seen=what_is_proposed(link.theory)) == 6
    assert not StepLink.objects.get().proposed
    with pytest.raises(PermissionDenied):
        adopt_all(link.theory, by=researcher, seen=what_is_proposed(link.theory))


def test_a_form_sent_twice_is_one_row_and_another_content_a_conflict() -> None:
    lead = somebody()
    theory, once = a_theory(lead), uuid.uuid4()
    values = {"kind": "activity", "label_fr": "Coaching", "label_en": "", "note_fr": "", "note_en": ""}
    first = write(Step, theory, by=lead, client_uuid=once, values=values)
    assert write(Step, theory, by=lead, client_uuid=once, values=values) == first
    with pytest.raises(Conflict):
        write(Step, theory, by=lead, client_uuid=once, values=values | {"label_fr": "Autre"})
    assert Step.objects.count() == 1


def test_nobody_overwrites_unseen() -> None:
    lead = somebody()
    step = a_step(a_theory(lead), lead)
    edit(step, by=lead, version=1, values={"label_en": "First"})
    with pytest.raises(Conflict):
        edit(step, by=lead, version=1, values={"label_en": "Second"})
    assert Step.objects.get().label_en == "First"


def test_an_evaluation_has_one_theory_and_words_are_needed() -> None:
    lead = somebody()
    theory = a_theory(lead)
    with pytest.raises(ValidationError) as refused:
        a_theory(lead, theory.evaluation)
    assert "evaluation" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        a_step(theory, lead, label_fr="", label_en="")
    assert "label_fr" in refused.value.message_dict
    assert TheoryOfChange.objects.count() == 1


def test_links_lead_forward_once_and_never_round() -> None:
    lead = somebody()
    theory = a_theory(lead)
    one, two, three = (a_step(theory, lead, "intermediate", f"Step {number}") for number in (1, 2, 3))
    first = a_link(one, two, lead)
    a_link(two, three, lead)
    outcome = a_step(theory, lead, "outcome", "Outcome")
    for start, end in [(three, one), (one, one), (one, two), (outcome, one)]:
        with pytest.raises(ValidationError) as refused:
            a_link(start, end, lead)
        assert "end" in refused.value.message_dict, (start, end)
    a_link(three, outcome, lead)
    with pytest.raises(ValidationError) as refused:
        edit(three, by=lead, version=1, values={"kind": "impact"})
    assert "kind" in refused.value.message_dict
    withdraw(first, by=lead, version=1, reason="Jamais observé.")
    back = a_link(three, one, lead)
    with pytest.raises(ValidationError):
        restore(first, by=lead, version=2)
    withdraw(back, by=lead, version=1, reason="Erreur.")
    assert not restore(first, by=lead, version=2).withdrawn_because


def test_a_link_joins_steps_of_its_own_theory_that_count() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    gone = a_step(link.theory, lead, "output", "Gone")
    withdraw(gone, by=lead, version=1, reason="Pas au Mali.")
    gone.refresh_from_db()
    with pytest.raises(ValidationError):
        a_link(link.start, gone, lead)


def test_withdrawing_needs_a_reason_and_keeps_the_row() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    with pytest.raises(ValidationError):
        withdraw(link, by=lead, version=1, reason="  ")
    withdraw(link, by=lead, version=1, reason="Personne ne l'a vu.")
    stored = StepLink.objects.get()
    assert stored.withdrawn_because == "Personne ne l'a vu."
    assert stored.history.count() == 2


def test_judgements_say_why() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    with pytest.raises(ValidationError):
        an_assumption(link, lead, judged="holds")
    with pytest.raises(ValidationError):
        a_rival(link, lead, verdict="unlikely")
    assert an_assumption(link, lead, judged="holds", reason="Vu à Kologo.").pk


def test_steps_move_up_and_down_among_their_kind() -> None:
    lead = somebody()
    theory = a_theory(lead)
    first, second = a_step(theory, lead, label="First"), a_step(theory, lead, label="Second")
    a_step(theory, lead, "output", "Between")
    shift(second, by=lead, up=True)
    labels = list(Step.objects.filter(kind="activity").values_list("label_en", flat=True))
    assert labels == ["Second", "First"]
    shift(second, by=lead, up=True)
    shift(first, by=lead, up=False)
    assert list(Step.objects.filter(kind="activity").values_list("label_en", flat=True)) == labels


def test_evidence_says_why_is_there_and_is_tied_once() -> None:
    lead = somebody()
    link, finding = a_linked_pair(lead), approved()
    for side, note in (("for", " "), ("sideways", "Deux sites.")):
        with pytest.raises(ValidationError):
            tie(link, by=lead, finding=finding, side=side, note=note)
    first = tie(link, by=lead, side="for", note="Deux sites.", finding=finding)
    again = tie(link, by=lead, side="against", note="Un site.", finding=finding)
    assert first == again
    assert again.side == "against"
    row = an_observation()
    tie(link, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk))
    for key in ("999999", "no key"):
        with pytest.raises(ValidationError):
            tie(link, by=lead, side="for", note="Vu.", kind="observation", key=key)
    assert LinkEvidence.objects.count() == 2
    with pytest.raises(ValidationError):
        untie(first, by=lead, reason="")
    number = first.pk
    untie(first, by=lead, reason="Un autre lien.")
    kept = LinkEvidence.history.filter(id=number).first()
    assert kept
    assert kept.history_change_reason == "Un autre lien."


def test_what_may_not_be_read_or_was_withdrawn_is_not_tied() -> None:
    lead, researcher = somebody(), somebody(Role.RESEARCHER)
    link = a_linked_pair(lead)
    hidden = a_finding(created_by=lead)
    with pytest.raises(ValidationError):
        tie(link, by=researcher, side="for", note="Vu.", finding=hidden)
    gone = a_finding(state="withdrawn", state_reason="Faux.")
    with pytest.raises(ValidationError):
        tie(link, by=lead, side="for", note="Vu.", finding=gone)
    elsewhere = an_assumption(link, lead)
    other = a_link(link.start, a_step(link.theory, lead, "outcome", "Children"), lead)
    with pytest.raises(ValidationError):
        tie(other, by=lead, side="for", note="Vu.", finding=approved(), assumption=elsewhere)


def test_what_leads_to_made_up_evidence_is_marked_as_made_up() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    assert tie(link, by=lead, side="for", note="Vu.", finding=approved(demonstration=True)).demonstration
    row = an_observation(demonstration=True)
    assert tie(link, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk)).demonstration
