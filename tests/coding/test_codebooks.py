"""The shipped codebooks, and how a codebook of one's own comes into use and changes."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.codebooks import actions
from research.coding.models import Code, Codebook
from research.coding.queries import tree, under
from research.revisions import Conflict
from research.study.check import check_files
from research.study.demonstration.coding import FILE as CODING
from research.study.demonstration.observations import FILE as OBSERVATIONS
from research.study.files import DIRECTORY, read_records
from research.study.load import load_study
from tests.builders import a_code, a_codebook, a_passage, a_user, an_observation

pytestmark = pytest.mark.django_db


def a_draft(by: User, key: str = "mien") -> Codebook:
    return actions.create_codebook(by=by, client_uuid=uuid.uuid4(), values={"key": key, "name_fr": "Le mien"})


def test_the_shipped_frameworks_are_whole() -> None:
    load_study()
    cfir = Codebook.objects.get(key="cfir-2022")
    codes = tree(cfir)
    domains = [code for code in codes if code.parent_id is None]
    groups = {code.pk for code in codes if code.groups_only}
    applied = [code for code in codes if not code.groups_only]
    constructs = [code for code in applied if code.parent_id in groups]
    assert (len(domains), len(constructs), len(applied) - len(constructs)) == (5, 48, 19)
    number = {key: Code.objects.filter(codebook__key=key).count() for key in ("proctor", "re-aim", "irmma")}
    assert number == {"proctor": 8, "re-aim": 5, "irmma": 5}
    assert all(book.shipped and book.state == "published" and book.citation for book in Codebook.objects.all())
    assert all(code.name_fr and code.definition_fr and code.definition_en for code in codes)


def test_shipped_codes_have_the_same_guids_everywhere_and_a_second_load_changes_nothing() -> None:
    load_study()
    before = dict(Code.objects.values_list("key", "guid"))
    counts = load_study()
    assert (counts[Codebook].changed, counts[Code].changed) == (0, 0)
    Codebook.objects.all().delete()
    load_study()
    assert dict(Code.objects.values_list("key", "guid")) == before
    assert check_files(DIRECTORY)


def test_a_codebook_is_drafted_by_researchers_and_put_in_use_by_leads() -> None:
    researcher, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    draft = a_draft(researcher)
    with pytest.raises(ValidationError):
        actions.publish(draft, by=lead)
    actions.save_code(Code(codebook=draft, key="un", name_fr="Un"), by=researcher)
    with pytest.raises(PermissionDenied):
        actions.publish(draft, by=researcher)
    assert actions.publish(draft, by=lead).state == "published"
    with pytest.raises(ValidationError):
        actions.save_code(Code(codebook=draft, key="deux", name_fr="Deux"), by=lead)
    with pytest.raises(PermissionDenied):
        a_draft(a_user(Role.CLERK), "autre")


def test_a_new_version_keeps_guids_and_retires_the_one_before_when_published() -> None:
    lead, first = a_user(Role.LEAD), a_codebook("domaine")
    domain = first.codes.get()
    under_it = a_code("x", first, parent=domain)
    deeper = a_code("y", first, parent=under_it)
    passage = a_passage("frigo", deeper, an_observation(seen="Le frigo."))
    second = actions.new_edition(first, by=lead)
    assert actions.new_edition(first, by=lead) == second
    assert (second.edition, second.state) == (2, "draft")
    copy = second.codes.get(key="y")
    assert (copy.guid, copy.parent.parent.key) == (deeper.guid, "domaine")  # type: ignore[union-attr]
    actions.publish(second, by=lead)
    first.refresh_from_db()
    passage.refresh_from_db()
    assert (first.state, passage.code) == ("retired", deeper)


def test_a_key_is_used_once_and_a_form_sent_twice_is_one_codebook() -> None:
    by, number = a_user(Role.RESEARCHER), uuid.uuid4()
    values = {"key": "mien", "name_fr": "Le mien"}
    first = actions.create_codebook(by=by, client_uuid=number, values=values)
    assert actions.create_codebook(by=by, client_uuid=number, values=values) == first
    with pytest.raises(ValidationError):
        a_draft(by)
    with pytest.raises(Conflict):
        actions.create_codebook(by=a_user(Role.LEAD), client_uuid=number, values=values)


def test_an_edit_of_an_older_version_is_refused() -> None:
    by = a_user(Role.RESEARCHER)
    draft = a_draft(by)
    actions.edit_codebook(draft, by=by, version=1, values={"name_fr": "Autre"})
    with pytest.raises(Conflict):
        actions.edit_codebook(draft, by=by, version=1, values={"name_fr": "Encore"})


def test_codes_stand_under_each_other_not_under_themselves() -> None:
    by = a_user(Role.RESEARCHER)
    draft = a_draft(by)
    one, two = (actions.save_code(Code(codebook=draft, key=k, name_fr=k), by=by) for k in ("un", "deux"))
    two.parent = one
    actions.save_code(two, by=by)
    one.parent = two
    with pytest.raises(ValidationError):
        actions.save_code(one, by=by)
    with pytest.raises(ValidationError):
        actions.save_code(Code(codebook=draft, key="un", name_fr="Encore"), by=by)
    codes = tree(draft)
    assert [(code.key, code.depth) for code in codes] == [("un", 0), ("deux", 1)]  # type: ignore[attr-defined]
    assert under(codes)[one.pk] == {one.pk, two.pk}


def test_neighbours_change_places() -> None:
    by = a_user(Role.RESEARCHER)
    draft = a_draft(by)
    rows = [actions.save_code(Code(codebook=draft, key=k, name_fr=k), by=by) for k in ("a", "b", "c")]
    actions.move_code(rows[2], by=by, up=True)
    assert [code.key for code in tree(draft)] == ["a", "c", "b"]
    actions.move_code(draft.codes.get(key="a"), by=by, up=True)
    assert [code.key for code in tree(draft)] == ["a", "c", "b"]
    actions.remove_code(draft.codes.get(key="c"), by=by)
    assert [code.key for code in tree(draft)] == ["a", "b"]


def test_the_made_up_coding_stands_word_for_word_in_the_made_up_observations() -> None:
    seen = {record["key"]: record["seen"] for record in read_records(OBSERVATIONS)}
    load_study()
    codes = set(Code.objects.filter(groups_only=False).values_list("key", flat=True))
    for record in read_records(CODING):
        assert record["words"] in seen[record["observation"]], record
        assert record["code"] in codes, record
