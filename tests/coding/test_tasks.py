"""Two people code blind to each other; when both are done, how far they agree is computed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import Codebook, CodingTask
from research.coding.passages.actions import code_passage, uncode
from research.coding.queries import passages_readable_by, passages_that_count
from research.coding.tables.matrix import matrix
from research.coding.tasks.actions import assign, finish, resume, take_back
from research.coding.tasks.agreement import compared
from research.models import Observation
from tests.builders import a_codebook, a_passage, a_user, an_observation

pytestmark = pytest.mark.django_db

TEXT = "Le frigo marche. Les agents attendent. Le stock est plein. Rien."


class Desk:
    """An observation given to two coders."""

    def __init__(self, *codes: str, **fields: str) -> None:
        self.lead, self.one, self.other = (a_user(role) for role in (Role.LEAD, Role.RESEARCHER, Role.RESEARCHER))
        self.observation: Observation = an_observation(seen=TEXT, **fields)
        self.codebook: Codebook = a_codebook(*(codes or ("a", "b", "c")))
        tasks = assign(self.observation, self.codebook, by=self.lead, coders=[self.one, self.other])
        self.first, self.second = tasks

    def code(self, by: User, key: str, words: str) -> object:
        start, code = TEXT.index(words), self.codebook.codes.get(key=key)
        return code_passage(self.observation, by=by, version=1, start=start, end=start + len(words), code=code)


def test_neither_sees_the_others_codes_before_both_are_done() -> None:
    desk = Desk()
    mine, yours = desk.code(desk.one, "a", "Le frigo"), desk.code(desk.other, "b", "Le stock")
    assert list(passages_readable_by(desk.one)) == [mine]
    assert list(passages_readable_by(desk.other)) == [yours]
    assert not passages_readable_by(desk.lead).exists()
    assert not passages_that_count().exists()
    finish(desk.first, by=desk.one)
    assert list(passages_readable_by(desk.other)) == [yours]
    finish(desk.second, by=desk.other)
    assert set(passages_readable_by(desk.one)) == {mine, yours}
    assert passages_that_count().count() == 2


def test_other_codebooks_and_observations_are_not_hidden() -> None:
    desk = Desk()
    elsewhere = a_passage("Le frigo", a_codebook().codes.get(), desk.observation, desk.other)
    other_place = a_passage("Le frigo", desk.codebook.codes.all()[0], an_observation(seen=TEXT), desk.other)
    assert set(passages_readable_by(desk.one)) == {elsewhere, other_place}


def test_done_is_done_until_it_is_taken_back_and_final_when_both_are() -> None:
    desk = Desk()
    mine = desk.code(desk.one, "a", "Le frigo")
    finish(desk.first, by=desk.one)
    with pytest.raises(PermissionDenied):
        desk.code(desk.one, "b", "Le stock")
    with pytest.raises(PermissionDenied):
        uncode(mine, by=desk.one)  # type: ignore[arg-type]
    resume(desk.first, by=desk.one)
    desk.code(desk.one, "b", "Le stock")
    finish(desk.first, by=desk.one)
    finish(desk.second, by=desk.other)
    with pytest.raises(ValidationError):
        resume(desk.first, by=desk.one)
    with pytest.raises(PermissionDenied):
        uncode(mine, by=desk.one)  # type: ignore[arg-type]
    later = desk.code(desk.one, "c", "Rien.")
    uncode(later, by=desk.one)  # type: ignore[arg-type]
    assert CodingTask.objects.get(pk=desk.first.pk).done_in_version == 1


def test_only_leads_give_work_out_and_only_its_coder_is_done() -> None:
    desk = Desk()
    with pytest.raises(PermissionDenied):
        assign(desk.observation, desk.codebook, by=desk.one, coders=[desk.one])
    with pytest.raises(PermissionDenied):
        finish(desk.first, by=desk.other)
    with pytest.raises(ValidationError):
        assign(desk.observation, desk.codebook, by=desk.lead, coders=[a_user(Role.RESEARCHER)])
    assert len(assign(desk.observation, desk.codebook, by=desk.lead, coders=[desk.one, desk.other])) == 2


def test_a_coder_must_be_able_to_read_the_observation() -> None:
    lead = a_user(Role.LEAD)
    observation = an_observation(sensitivity="restricted", created_by=lead)
    with pytest.raises(ValidationError) as refused:
        assign(observation, a_codebook(), by=lead, coders=[a_user(Role.RESEARCHER)])
    assert "coders" in refused.value.message_dict


def test_who_may_have_seen_the_codes_does_not_code_blind() -> None:
    lead, one, other = a_user(Role.LEAD), a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    observation, codebook = an_observation(seen=TEXT), a_codebook()
    (task,) = assign(observation, codebook, by=lead, coders=[one])
    take_back(task, by=lead)
    (task,) = assign(observation, codebook, by=lead, coders=[one])
    a_passage("Le frigo", codebook.codes.get(), observation, one)
    with pytest.raises(ValidationError):
        assign(observation, codebook, by=lead, coders=[one, other])
    with pytest.raises(ValidationError):
        take_back(task, by=lead)


def test_agreement_over_sentences() -> None:
    desk = Desk()
    desk.code(desk.one, "a", "Le frigo marche. Les agents")
    desk.code(desk.other, "a", "frigo")
    desk.code(desk.one, "b", "stock")
    assert compared(desk.codebook).observations == 0
    finish(desk.first, by=desk.one)
    finish(desk.second, by=desk.other)
    desk.code(desk.other, "b", "stock")  # afterwards: does not count
    found = compared(desk.codebook)
    assert (found.observations, found.sentences, found.unused) == (1, 4, 1)
    a, b = found.codes
    # By hand: 4 sentences, both on one, the first alone on another. (3/4 - 1/2) / (1 - 1/2).
    assert (a.both, a.first, a.second, a.agreement.kappa) == (1, 1, 0, 0.5)
    assert a.prevalence == 3 / 8
    assert (b.both, b.first, b.second, b.agreement.kappa) == (0, 1, 0, 0.0)


def test_kappa_cannot_be_computed_where_both_use_the_code_everywhere() -> None:
    desk = Desk("a")
    for coder in (desk.one, desk.other):
        desk.code(coder, "a", TEXT)
    finish(desk.first, by=desk.one)
    finish(desk.second, by=desk.other)
    (only,) = compared(desk.codebook).codes
    assert (only.both, only.agreement.kappa) == (4, None)


def test_the_matrix_leaves_out_what_is_coded_blind_and_says_so() -> None:
    desk = Desk()
    desk.code(desk.one, "a", "Le frigo")
    found = matrix(desk.codebook)
    assert (found.blind, found.coded[-1].coded, found.coded[-1].observations) == (1, 0, 1)
