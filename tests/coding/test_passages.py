"""Coding words: who may, with which code, where; and what becomes of it when the text is edited."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import Code, CodedPassage, Memo
from research.coding.passages.actions import code_passage, uncode
from research.coding.queries import passages_readable_by
from research.models import Observation
from research.observations.actions import Said, edit_observation, said_in
from research.revisions import Conflict
from tests.builders import a_code, a_codebook, a_passage, a_quote, a_user, an_observation

pytestmark = pytest.mark.django_db

TEXT = "Le frigo marche. Les agents attendent la visite."


def the_code(codebook: object = None) -> Code:
    return a_codebook().codes.get() if codebook is None else codebook.codes.first()  # type: ignore[attr-defined]


def code_words(words: str, observation: Observation, by: User, code: Code) -> CodedPassage:
    start = observation.seen.index(words)
    return code_passage(observation, by=by, version=observation.version, start=start, end=start + len(words), code=code)


def test_a_passage_keeps_the_words_without_blanks_around_them() -> None:
    observation, researcher, code = an_observation(seen=TEXT), a_user(Role.RESEARCHER), the_code()
    passage = code_words(" Les agents ", observation, researcher, code)
    assert (passage.excerpt, passage.coder, passage.adrift) == ("Les agents", researcher, False)
    assert observation.seen[passage.start : passage.end] == "Les agents"


def test_the_same_words_with_the_same_code_are_one_passage() -> None:
    observation, researcher, code = an_observation(seen=TEXT), a_user(Role.RESEARCHER), the_code()
    first = code_words("frigo", observation, researcher, code)
    assert code_words("frigo", observation, researcher, code) == first
    other = code_words("frigo", observation, a_user(Role.LEAD), code)
    assert other != first


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (200, 300), (2, 3)])
def test_a_stretch_without_words_is_refused(start: int, end: int) -> None:
    observation, code = an_observation(seen=TEXT), the_code()
    with pytest.raises(ValidationError):
        code_passage(observation, by=a_user(Role.LEAD), version=1, start=start, end=end, code=code)
    assert not CodedPassage.objects.exists()


def test_words_of_a_text_that_was_edited_meanwhile_are_not_coded() -> None:
    observation, lead, code = an_observation(seen=TEXT), a_user(Role.LEAD), the_code()
    edit_observation(observation, by=lead, version=1, seen="Autre texte.")
    with pytest.raises(Conflict):
        code_passage(observation, by=lead, version=1, start=0, end=8, code=code)


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_only_codes_in_use_that_can_be_applied(state: str) -> None:
    observation, lead = an_observation(seen=TEXT), a_user(Role.LEAD)
    with pytest.raises(PermissionDenied):
        code_words("frigo", observation, lead, the_code(a_codebook(state=state)))
    with pytest.raises(PermissionDenied):
        code_words("frigo", observation, lead, a_code(codebook=a_codebook(), groups_only=True))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK])
def test_who_reads_no_observation_codes_none_and_sees_no_passage(role: Role) -> None:
    observation, code, somebody = an_observation(seen=TEXT), the_code(), a_user(role)
    a_passage("frigo", code, observation)
    with pytest.raises(PermissionDenied):
        code_words("frigo", observation, somebody, code)
    assert not passages_readable_by(somebody).exists()


def test_passages_of_a_restricted_observation_follow_it() -> None:
    author, other = a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    observation = an_observation(seen=TEXT, sensitivity="restricted", created_by=author)
    passage = a_passage("frigo", the_code(), observation, author)
    assert list(passages_readable_by(author)) == [passage]
    assert not passages_readable_by(other).exists()


def test_one_takes_off_ones_own_code_only_and_none_with_a_memo() -> None:
    observation, one, other = an_observation(seen=TEXT), a_user(Role.RESEARCHER), a_user(Role.LEAD)
    passage = code_words("frigo", observation, one, the_code())
    with pytest.raises(PermissionDenied):
        uncode(passage, by=other)
    memo = Memo.objects.create(kind="theory", text="Ah.", passage=passage, created_by=other)
    with pytest.raises(ValidationError):
        uncode(passage, by=one)
    memo.delete()
    uncode(passage, by=one)
    assert not CodedPassage.objects.exists()


def test_passages_follow_an_edit_of_the_note() -> None:
    observation, lead, code = an_observation(seen=TEXT), a_user(Role.LEAD), the_code()
    stays, moves, goes = (a_passage(words, code, observation) for words in ("Le frigo", "la visite", "Les agents"))
    edit_observation(observation, by=lead, version=1, seen="Le frigo marche. On a annoncé hier la visite.")
    text = Observation.objects.get().seen
    for passage in (stays, moves, goes):
        passage.refresh_from_db()
    assert text[stays.start : stays.end] == "Le frigo"
    assert text[moves.start : moves.end] == "la visite"
    assert (goes.adrift, goes.excerpt) == (True, "Les agents")


def test_words_that_come_back_are_coded_again() -> None:
    observation, lead = an_observation(seen=TEXT), a_user(Role.LEAD)
    passage = a_passage("Les agents attendent", the_code(), observation)
    observation = edit_observation(observation, by=lead, version=1, seen="Le frigo marche.")
    assert CodedPassage.objects.get().adrift
    edit_observation(observation, by=lead, version=2, seen="Hier, Les agents attendent encore.")
    passage.refresh_from_db()
    assert (passage.adrift, passage.start) == (False, 6)


def test_two_passages_that_become_the_same_are_both_kept() -> None:
    observation, lead, code = an_observation(seen=TEXT), a_user(Role.LEAD), the_code()
    a_passage("Les agents attendent", code, observation, lead)
    a_passage("Les agents attendent la", code, observation, lead)
    edit_observation(observation, by=lead, version=1, seen=TEXT.replace(" la visite", ""))
    assert sorted(CodedPassage.objects.values_list("adrift", flat=True)) == [False, True]


def test_neighbours_that_take_each_others_place_do_not_collide() -> None:
    observation, lead, code = an_observation(seen="oui oui oui"), a_user(Role.LEAD), the_code()
    for start in (0, 4, 8):
        CodedPassage.objects.create(
            observation=observation, code=code, coder=lead, start=start, end=start + 3, excerpt="oui"
        )
    edit_observation(observation, by=lead, version=1, seen="non oui oui oui")
    assert list(CodedPassage.objects.order_by("pk").values_list("start", "end")) == [(4, 7), (8, 11), (12, 15)]


def test_passages_of_a_quote_follow_the_quote() -> None:
    observation, lead = an_observation(seen=TEXT, consent="oral", consent_terms="quote"), a_user(Role.LEAD)
    quote = a_quote(observation, text="On attend. Toujours.")
    passage = a_passage("Toujours.", the_code(), observation, quote=quote)
    (said,) = said_in(observation)
    longer = Said(*said[:-1], key=quote.pk)._replace(text="On attend la visite. Toujours.")
    edit_observation(observation, by=lead, version=1, quotes=[longer])
    passage.refresh_from_db()
    quote.refresh_from_db()
    assert (quote.text[passage.start : passage.end], passage.adrift) == ("Toujours.", False)
