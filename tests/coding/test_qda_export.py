"""Coded texts leave as a project of REFI-QDA: whole for who may read them, or de-identified; and come back."""

import uuid
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.memos.actions import write_memo
from research.coding.models import Codebook, CodedPassage, Memo
from research.coding.qda import project_xml
from research.coding.qda.actions import Answers, bring_in
from research.coding.qda.package import read_texts, read_xml
from research.coding.qda.planning import plan_of
from research.coding.qda.pseudonyms import guid_of
from research.coding.qda.records import Project, every
from research.exports import coded_texts
from research.exports.actions import take_out_coded
from research.exports.models import ExportRecord
from research.models import CodingTask, Observation
from tests.builders import a_code, a_codebook, a_learning_question, a_passage, a_quote, a_user, an_observation

pytestmark = pytest.mark.django_db
WHY = "Codage dans un autre logiciel"


def taken(tmp_path: Path, by: User, *, whole: bool, codebook: Codebook | None = None) -> tuple[Path, Project]:
    out = take_out_coded(by=by, whole=whole, codebook=codebook, reason=WHY if whole else "")
    path = tmp_path / f"{uuid.uuid4()}.qdpx"
    path.write_bytes(out.file.read())
    return path, project_xml.read(read_xml(path))


def a_coded_observation(by: User) -> tuple[Observation, list[CodedPassage]]:
    """A note and a quote, coded with two versions of a codebook."""
    observation = an_observation(seen="Le frigo 🧊 marche.\r\nIl est au frais.", created_by=by)
    quote = a_quote(observation, text="Ça va «très» bien.")
    first = a_codebook("froid")
    second = Codebook.objects.create(key=first.key, edition=2, name_fr="Deux", state="published")
    code = first.codes.get()
    other = a_code("froid", second, guid=code.guid, colour="#12ab9f")
    Codebook.objects.filter(pk=first.pk).update(state="retired")
    passages = [
        a_passage("Il est", code, observation, by),
        a_passage("frigo", other, observation, by),
        a_passage("très", other, observation, by, quote=quote),
    ]
    return observation, passages


def test_what_leaves_whole_comes_back_as_already_here(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    observation, passages = a_coded_observation(by)
    things = [observation, passages[0], passages[2].code, a_learning_question()]
    for thing in things:
        write_memo(thing, by=by, client_uuid=uuid.uuid4(), kind="theory", text="Une idée")  # type: ignore[arg-type]
    path, project = taken(tmp_path, by, whole=True)
    words, _missing = read_texts(path, [one.path for one in project.sources])
    found = {
        words[source.path][one.start : one.end] for source in project.sources for one in source.selections
    }  # fmt: skip
    assert found == {"Il est", "frigo", "très"}
    assert all("\r" not in text for text in words.values())
    plan = plan_of(path, by)
    assert (plan.nothing, plan.there) == (True, {"passages": 3, "memos": 4})
    assert (plan.left_out, plan.untold) == ({}, {})


def test_what_is_lost_here_comes_back_from_the_file(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    _observation, passages = a_coded_observation(by)
    write_memo(passages[1], by=by, client_uuid=uuid.uuid4(), kind="theory", text="Une idée", shared=False)
    path, _project = taken(tmp_path, by, whole=True)
    before = list(CodedPassage.objects.filter(code__codebook__edition=2).order_by("guid").values(*_KEPT))
    memos = list(Memo.objects.values("client_uuid", "text", "kind", "shared", "passage__guid"))
    Memo.objects.all().delete()
    CodedPassage.objects.all().delete()
    plan = plan_of(path, by)
    assert plan.coders == [(guid_of(by.pk), f"C-{guid_of(by.pk).hex[:6]}", 2)]
    assert plan.left_out["out_of_use", str(passages[0].code)] == 1
    bring_in(plan, by=by, answers=Answers({}, {guid_of(by.pk): by}))
    assert list(CodedPassage.objects.order_by("guid").values(*_KEPT)) == before
    assert list(Memo.objects.values("client_uuid", "text", "kind", "shared", "passage__guid")) == memos


_KEPT = ("guid", "observation", "quote", "start", "end", "excerpt", "code", "coder", "demonstration")


def test_two_versions_of_a_codebook_stand_in_one_file_under_guids_of_their_own(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    _observation, passages = a_coded_observation(by)
    _path, project = taken(tmp_path, by, whole=True)
    guids = [node.guid for node, _above in every(project.book.codes)]
    assert len(set(guids)) == 2
    assert passages[2].code.guid in guids
    assert {one.guid for one in project.book.sets} == set(Codebook.objects.values_list("guid", flat=True))


def test_no_name_of_a_coder_leaves(tmp_path: Path) -> None:
    by = a_user(Role.LEAD, username="aminata", email="aminata@example.org")
    a_coded_observation(by)
    path, project = taken(tmp_path, by, whole=True)
    with zipfile.ZipFile(path) as archive:
        assert all(b"aminata" not in archive.read(name) for name in archive.namelist())
    assert [one.guid for one in project.people] == [guid_of(by.pk)]


def test_only_what_the_person_reads_leaves_whole(tmp_path: Path) -> None:
    lead, other = a_user(Role.LEAD), a_user(Role.RESEARCHER)
    code = a_code()
    hidden = an_observation(seen="Caché", sensitivity="restricted")
    a_passage("Caché", code, hidden, other)
    blind = an_observation(seen="À deux")
    a_passage("deux", code, blind, other)
    for one in (lead, other):
        CodingTask.objects.create(observation=blind, codebook=code.codebook, coder=one)
    write_memo(blind, by=other, client_uuid=uuid.uuid4(), kind="theory", text="Pour moi seul", shared=False)
    _path, project = taken(tmp_path, lead, whole=True)
    assert [len(source.selections) for source in project.sources] == [0]
    assert (project.notes, project.people) == ((), ())


def test_only_quotes_that_may_go_out_leave_de_identified(tmp_path: Path) -> None:
    by, code = a_user(Role.RESEARCHER), a_code()
    consent = {"consent": "oral", "consent_terms": "quote"}
    good = an_observation(seen="La note", state="approved", **consent)
    quote = a_quote(good, text="Ça va bien.")
    a_passage("va bien", code, good, by, quote=quote)
    a_passage("note", code, good, by)
    for fields in ({"sensitivity": "restricted"}, {"state": "submitted"}, {"consent_terms": "internal"}):
        kept = an_observation(**{"state": "approved", **consent, **fields})  # type: ignore[arg-type]
        a_passage("retenue", code, kept, by, quote=a_quote(kept, text="Parole retenue"))
    write_memo(good, by=by, client_uuid=uuid.uuid4(), kind="theory", text="Une idée")
    path, project = taken(tmp_path, by, whole=False)
    (source,) = project.sources
    assert read_texts(path, [source.path])[0][source.path] == "Ça va bien."
    assert [(one.start, one.end) for one in source.selections] == [(3, 10)]
    assert (project.notes, project.people[0].name) == ((), "C-1")
    own = {good.client_uuid, CodedPassage.objects.get(quote=quote).guid, guid_of(by.pk)}
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(str(one).encode() in content for one in own)
    assert good.site.name.encode() in content
    assert good.observed_on.isoformat().encode() not in content
    record = ExportRecord.objects.get()
    assert (record.kind, record.rows["passages"], record.rows["sources"]) == ("deidentified", 1, 1)
    assert record.left_out["passages: in notes"] == 1
    assert record.left_out["passages: in quotes kept back"] == 3


def test_a_whole_export_is_a_leads_with_a_reason_and_kept(tmp_path: Path) -> None:
    lead = a_user(Role.LEAD)
    with pytest.raises(PermissionDenied):
        take_out_coded(by=a_user(Role.RESEARCHER), whole=True, reason=WHY)
    with pytest.raises(PermissionDenied):
        take_out_coded(by=a_user(Role.CLERK), whole=False)
    with pytest.raises(ValidationError):
        take_out_coded(by=lead, whole=True, reason="Bof")
    assert not ExportRecord.objects.exists()
    taken(tmp_path, lead, whole=True)
    assert ExportRecord.objects.get().reason == WHY


def test_of_one_codebook_only_what_was_coded_with_it(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    _observation, passages = a_coded_observation(by)
    other = an_observation(seen="Autre chose")
    a_passage("Autre", a_code(), other, by)
    an_observation(seen="Rien de codé")
    _path, project = taken(tmp_path, by, whole=True, codebook=passages[2].code.codebook)
    assert sum(len(source.selections) for source in project.sources) == 3
    assert len(project.sources) == 2


def test_more_than_can_come_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    by = a_user(Role.LEAD)
    a_coded_observation(by)
    monkeypatch.setattr(coded_texts, "MOST_PASSAGES", 2)
    with pytest.raises(ValidationError) as refused:
        take_out_coded(by=by, whole=True, reason=WHY)
    assert "codebook" in refused.value.message_dict
