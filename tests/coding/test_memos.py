"""Memos hang on what one may read, and are read by whoever reads that."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.memos.actions import Thing, edit_memo, remove_memo, write_memo
from research.coding.memos.queries import memos_readable_by
from research.coding.models import Memo
from research.coding.tasks.actions import assign
from research.revisions import Conflict
from tests.builders import a_codebook, a_learning_question, a_passage, a_user, an_observation

pytestmark = pytest.mark.django_db


def a_memo(on: Thing, by: User, text: str = "À relire.", **fields: bool) -> Memo:
    return write_memo(on, by=by, client_uuid=uuid.uuid4(), kind="reflection", text=text, **fields)


def test_memos_hang_on_four_things_and_are_found_by_the_team() -> None:
    one, other = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    code, observation = a_codebook().codes.get(), an_observation(seen="Le frigo.")
    things: list[Thing] = [code, observation, a_passage("frigo", code, observation), a_learning_question()]
    memos = {a_memo(thing, one) for thing in things}
    assert set(memos_readable_by(other)) == memos
    assert not memos_readable_by(a_user(Role.VIEWER)).exists()


def test_an_unshared_memo_is_its_authors() -> None:
    one, other = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    memo = a_memo(a_learning_question(), one, shared=False)
    assert list(memos_readable_by(one)) == [memo]
    assert not memos_readable_by(other).exists()


def test_memos_follow_the_observation_and_the_blind_rule() -> None:
    lead, one, other = a_user(Role.LEAD), a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    hidden = an_observation(seen="Le frigo.", sensitivity="restricted", created_by=one)
    a_memo(hidden, one)
    assert not memos_readable_by(other).exists()
    with pytest.raises(PermissionDenied):
        a_memo(hidden, other)
    observation, codebook = an_observation(seen="Le frigo."), a_codebook()
    assign(observation, codebook, by=lead, coders=[one, other])
    passage = a_passage("frigo", codebook.codes.get(), observation, one)
    a_memo(passage, one)
    assert not memos_readable_by(other).exists()
    with pytest.raises(PermissionDenied):
        a_memo(passage, other)


def test_only_its_author_changes_a_memo_and_not_unseen() -> None:
    one, other = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    memo = a_memo(a_learning_question(), one)
    with pytest.raises(PermissionDenied):
        edit_memo(memo, by=other, version=1, kind="theory", text="Non.", shared=True)
    memo = edit_memo(memo, by=one, version=1, kind="theory", text="Mieux.", shared=True)
    assert (memo.version, memo.history.count()) == (2, 2)
    with pytest.raises(Conflict):
        edit_memo(memo, by=one, version=1, kind="theory", text="Tard.", shared=True)
    with pytest.raises(PermissionDenied):
        remove_memo(memo, by=other)
    remove_memo(memo, by=one)
    assert not Memo.objects.exists()


def test_an_empty_memo_is_refused_and_a_double_is_one() -> None:
    by, on, number = a_user(Role.RESEARCHER), a_learning_question(), uuid.uuid4()
    with pytest.raises(ValidationError) as refused:
        a_memo(on, by, text="  ")
    assert "text" in refused.value.message_dict
    for _time in range(2):
        write_memo(on, by=by, client_uuid=number, kind="theory", text="Une fois.")
    assert Memo.objects.count() == 1
    with pytest.raises(Conflict):
        write_memo(on, by=by, client_uuid=number, kind="theory", text="Autre.")
