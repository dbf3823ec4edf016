"""What comes in from other programs: matched, asked about, all or nothing, and told."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import Code, Codebook, CodedPassage, Memo
from research.coding.qda import codebook_import, codebook_xml
from research.coding.qda.actions import About, Answers, NewBook, bring_in
from research.coding.qda.codes import nodes, set_of
from research.coding.qda.matching import guid_of_quote
from research.coding.qda.plan import Plan
from research.coding.qda.planning import plan_of
from research.coding.qda.records import Book
from research.models import Observation
from tests.builders import (
    a_code,
    a_codebook,
    a_day,
    a_quote,
    a_study_site,
    a_user,
    an_evaluation_question,
    an_observation,
)
from tests.coding.qda_files import of_maxqda, of_nvivo, of_qualcoder, of_taguette, uid

pytestmark = pytest.mark.django_db
TEXT = "Le frigo 🧊 marche.\nIl est au frais.\nOn note tout."
START = TEXT.index("Il est")
BOOK = NewBook("nouveau", "Nouveau", "fr")


def planned(tmp_path: Path, content: bytes, by: User) -> Plan:
    path = tmp_path / f"{uuid.uuid4()}.qdpx"
    path.write_bytes(content)
    return plan_of(path, by)


def about() -> About:
    return About(a_study_site().unit, a_day(), an_evaluation_question(), "fr")


def a_known_code(**fields: Any) -> Code:
    return a_code("froid", a_codebook("autre"), guid=uid("froid"), **fields)


def test_a_codebook_of_another_program_becomes_a_draft() -> None:
    by = a_user(Role.RESEARCHER)
    book = codebook_xml.read(of_taguette("froid", "froid.panne", "Froid"))
    assert codebook_import.known_codebook(book) is None
    row = codebook_import.bring_in(book, by=by, language="fr", key="taguette", name="De Taguette")
    codes = list(row.codes.all())
    assert (row.state, row.created_by, row.name_fr, row.name_en) == ("draft", by, "De Taguette", "")
    assert [(code.key, code.name_fr, code.guid) for code in codes] == [
        ("froid", "froid", uid("froid")),
        ("froidpanne", "froid.panne", uid("froid.panne")),
        ("froid-2", "Froid", uid("Froid")),
    ]
    assert row.history.get().history_user == by
    with pytest.raises(ValidationError) as refused:
        codebook_import.bring_in(book, by=by, language="fr", key="taguette", name="x")
    assert "key" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        codebook_import.bring_in(book, by=a_user(Role.CLERK), language="fr", key="y", name="x")


def a_whole_codebook() -> Codebook:
    codebook = a_codebook("haut", citation="Un livre", description_fr="Dit")
    top = codebook.codes.get()
    top.groups_only, top.colour = True, "#12ab9f"
    top.save()
    a_code("bas", codebook, parent=top, definition_fr="Un\ndeux", use_en="[use_fr] not this", avoid_fr="Jamais")
    return codebook


def taken_out(codebook: Codebook) -> bytes:
    codes = list(codebook.codes.all())
    tree = nodes(codes, lambda code: code.guid, {})
    return codebook_xml.write(Book(tree, (set_of(codebook, [code.guid for code in codes]),), "CAPEV"))


def test_a_codebook_of_ours_comes_back_as_it_left() -> None:
    codebook, by = a_whole_codebook(), a_user(Role.RESEARCHER)
    book = codebook_xml.read(taken_out(codebook))
    assert codebook_import.known_codebook(book) == codebook
    assert codebook_import.changes(codebook, book).nothing
    before = list(Code.objects.values("key", "guid", "parent__key", *_SAID))
    told = codebook_import.told_of_book(book)
    Codebook.objects.all().delete()
    row = codebook_import.bring_in(book, by=by, language="en", key=told["key"], name=told["name_fr"])
    assert list(Code.objects.values("key", "guid", "parent__key", *_SAID)) == before
    assert (row.citation, row.description_fr, row.name_fr) == ("Un livre", "Dit", codebook.name_fr)


_SAID = (
    "colour", "groups_only", "name_fr", "name_en", "definition_fr", "definition_en", "use_fr", "use_en", "avoid_fr",
    "avoid_en",
)  # fmt: skip


def test_a_codebook_that_was_changed_elsewhere_becomes_the_next_version() -> None:
    codebook, by = a_whole_codebook(), a_user(Role.RESEARCHER)
    content = taken_out(codebook).replace(b'name="Bas"', b'name="Profond"')
    book = codebook_xml.read(content)
    assert codebook_import.changes(codebook, book)._asdict() == {"new": [], "changed": ["Profond"], "gone": []}
    row = codebook_import.bring_in(book, by=by, language="fr", known=codebook)
    code = row.codes.get(key="bas")
    assert (row.edition, row.state, code.name_fr, code.avoid_fr) == (2, "draft", "Profond", "Jamais")
    with pytest.raises(ValidationError):
        codebook_import.bring_in(book, by=by, language="fr", known=codebook)


def test_a_name_that_is_too_long_is_refused_and_nothing_is_written() -> None:
    book = codebook_xml.read(of_taguette("ok", "x" * 201))
    with pytest.raises(ValidationError, match="x" * 80):
        codebook_import.bring_in(book, by=a_user(Role.LEAD), language="fr", key="a", name="A")
    assert not Codebook.objects.exists()


def test_a_text_is_known_by_its_words_and_its_stretch_keeps_its_place(tmp_path: Path) -> None:
    by, code = a_user(Role.LEAD), a_known_code()
    row = an_observation(seen=TEXT, demonstration=True)
    plan = planned(tmp_path, of_qualcoder(TEXT, (START, START + 6), crlf=True), by)
    (text,) = plan.texts
    assert (text.how, text.observation, text.one_sign, plan.new_codes.codes[0].name) == ("words", row, True, "Chaîne")
    report = bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))
    passage = CodedPassage.objects.get()
    assert (passage.excerpt, passage.start, passage.code, passage.coder) == ("Il est", START, code, by)
    assert (passage.guid, passage.demonstration) == (uid(f"qcc{START}-{START + 6}"), True)
    assert (report.passages, report.memos) == (1, 3)
    memos = {(memo.text, memo.kind, memo.shared, memo.passage, memo.observation) for memo in Memo.objects.all()}
    assert memos == {
        ("Mémo & suite", "method", False, passage, None),
        ("Chez le chef", "method", False, None, row),
        ("Annoté", "method", False, None, row),
    }
    assert report.left_out == {("note_of_nothing", "Journal"): 1, ("note_of_nothing", "projet.qda"): 1}
    assert report.untold["Sources/PictureSource"] == 1


def test_the_same_file_twice_is_stored_once(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    a_known_code()
    an_observation(seen=TEXT)
    answers = Answers({}, {uid("coder"): by}, "method")
    content = of_qualcoder(TEXT, (0, 8))
    bring_in(planned(tmp_path, content, by), by=by, answers=answers)
    plan = planned(tmp_path, content, by)
    assert (plan.passages, plan.memos, plan.there) == ([], [], {"passages": 1, "memos": 3})
    other_guids = content_with_other_guids(content)
    report = bring_in(planned(tmp_path, other_guids, by), by=by, answers=answers)
    assert (report.passages, report.there["passages"], CodedPassage.objects.count()) == (0, 1, 1)


def content_with_other_guids(content: bytes) -> bytes:
    """QualCoder makes new guids for what is coded with every export."""
    import io
    import zipfile

    from tests.coding.qda_files import guid

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["project.qde"] = members["project.qde"].replace(guid("qcc0-8").encode(), str(uuid.uuid4()).encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return out.getvalue()


def test_an_unknown_text_becomes_a_draft_and_unknown_codes_a_codebook_in_use(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    plan = planned(tmp_path, of_nvivo(TEXT, (START, START + 6)), by)
    assert [text.how for text in plan.texts] == ["new"]
    said = about()
    report = bring_in(plan, by=by, answers=Answers({0: said}, {uid("NV"): by}, "", BOOK))
    (row,) = report.observations
    assert (row.state, row.kind, row.seen, row.site, row.created_by) == ("draft", "document", TEXT, said.site, by)
    assert (row.client_uuid, row.consent) == (uid("pdf"), "not_recorded")
    passage = CodedPassage.objects.get()
    assert (passage.excerpt, TEXT[passage.start : passage.end]) == ("Il est", "Il est")
    codebook = Codebook.objects.get()
    assert (codebook.state, codebook.key, passage.code.parent.name_fr) == ("published", "nouveau", "Parent")  # type: ignore[union-attr]
    assert report.left_out == {("set", "Documents"): 1}
    again = planned(tmp_path, of_nvivo(TEXT, (START, START + 6)), by)
    assert (again.texts[0].how, again.nothing) == ("guid", True)


def test_two_codes_on_one_stretch_and_the_memo_of_a_code(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    an_observation(seen=TEXT)
    plan = planned(tmp_path, of_maxqda(TEXT, (0, 8)), by)
    assert plan.coders == [(None, "", 2)]
    report = bring_in(plan, by=by, answers=Answers({}, {None: by}, "theory", BOOK))
    assert (report.passages, report.memos) == (2, 1)
    assert Memo.objects.get().code == Code.objects.get(name_fr="Eins")


def test_passages_follow_their_words_where_the_text_was_changed_since(tmp_path: Path) -> None:
    by, code = a_user(Role.LEAD), a_known_code()
    changed = "Avant tout. " + TEXT.replace("On note tout.", "")
    an_observation(seen=changed, client_uuid=uid("source"))
    last = TEXT.index("On note")
    plan = planned(tmp_path, of_qualcoder(TEXT, (START, START + 6), (last, last + 7)), by)
    assert (plan.texts[0].how, plan.texts[0].changed) == ("guid", True)
    report = bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))
    assert (report.passages, report.adrift) == (2, 1)
    found = {(row.excerpt, row.adrift, changed[row.start : row.end]) for row in code.passages.filter(adrift=False)}
    assert found == {("Il est", False, "Il est")}
    assert code.passages.get(adrift=True).excerpt == "On note"


def test_a_quote_is_known_by_its_words(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    a_known_code()
    quote = a_quote(an_observation(), text=TEXT)
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by)
    bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))
    assert CodedPassage.objects.get().quote == quote
    assert guid_of_quote(quote.observation.client_uuid, quote.pk) != uid("source")


def test_what_one_may_not_read_is_not_met(tmp_path: Path) -> None:
    by = a_user(Role.RESEARCHER)
    a_known_code()
    hidden = an_observation(seen=TEXT, sensitivity="restricted", client_uuid=uid("source"))
    content = of_qualcoder(TEXT, (0, 8))
    plan = planned(tmp_path, content, by)
    assert (plan.texts, plan.left_out["hidden", "entretien.docx"]) == ([], 1)
    Observation.objects.filter(pk=hidden.pk).update(client_uuid=uuid.uuid4())
    assert [text.how for text in planned(tmp_path, content, by).texts] == ["new"]


def test_the_same_words_in_two_observations_are_not_guessed(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    for _number in range(2):
        an_observation(seen=TEXT)
    assert planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by).left_out["several", "entretien.docx"] == 1


def test_a_researcher_brings_in_own_codes_of_codebooks_in_use(tmp_path: Path) -> None:
    by, other = a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    an_observation(seen=TEXT)
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by)
    report = bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))
    assert (report.passages, report.left_out["no_lead", "entretien.docx"]) == (0, 1)
    with pytest.raises(PermissionDenied):
        bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method", BOOK))
    a_known_code()
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by)
    with pytest.raises(PermissionDenied):
        bring_in(plan, by=by, answers=Answers({}, {uid("coder"): other}, "method"))
    left = bring_in(plan, by=by, answers=Answers({}, {uid("coder"): None}, "method"))
    assert (left.passages, left.left_out["coder_left_out", "entretien.docx"]) == (0, 1)


def test_nothing_is_written_where_a_coder_may_not_read_the_text(tmp_path: Path) -> None:
    lead, coder = a_user(Role.LEAD), a_user(Role.RESEARCHER)
    a_known_code()
    an_observation(seen=TEXT, sensitivity="restricted", created_by=lead)
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), lead)
    with pytest.raises(ValidationError):
        bring_in(plan, by=lead, answers=Answers({}, {uid("coder"): coder}, "method"))
    assert not CodedPassage.objects.exists()
    assert not Memo.objects.exists()


def test_a_text_that_is_changed_between_the_look_and_the_yes_stops_it(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    a_known_code()
    row = an_observation(seen=TEXT)
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by)
    Observation.objects.filter(pk=row.pk).update(version=9)
    with pytest.raises(ValidationError):
        bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))


def test_what_a_code_cannot_be_put_on_is_told(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    code = a_known_code()
    an_observation(seen=TEXT)
    Codebook.objects.filter(pk=code.codebook_id).update(state="retired")
    content = of_qualcoder(TEXT, (0, 8), (0, 999), (8, 9))
    plan = planned(tmp_path, content, by)
    assert plan.left_out["out_of_use", "Froid"] == 1
    assert plan.left_out["outside_text", "entretien.docx"] == 1
    assert plan.left_out["no_letters", "entretien.docx"] == 1
    Code.objects.filter(pk=code.pk).update(groups_only=True)
    assert planned(tmp_path, content, by).left_out["groups_only", "Froid"] == 1


def test_an_unknown_text_that_nobody_speaks_for_is_left_out_and_told(tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    a_known_code()
    plan = planned(tmp_path, of_qualcoder(TEXT, (0, 8)), by)
    report = bring_in(plan, by=by, answers=Answers({}, {uid("coder"): by}, "method"))
    assert report.left_out["chosen", "entretien.docx"] == 2
    assert not Observation.objects.exists()
