"""REFI-QDA, read and written: what other programs write is read whole, what is dangerous is refused."""

import io
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.exchange.problems import BadFile
from research.coding.qda import codebook_xml, offsets, package, project_xml, tagged
from research.coding.qda.records import (
    Book,
    CodeNode,
    CodeSet,
    Coding,
    Note,
    Person,
    Project,
    Selection,
    TextSource,
    Unreadable,
    every,
)
from tests.coding.qda_files import guid, of_maxqda, of_nvivo, of_qualcoder, of_taguette, uid

TEXT = "Le frigo 🧊 marche.\nIl est au frais.\nOn note tout."
START = TEXT.index("Il est")


def test_a_codebook_of_taguette_is_read() -> None:
    book = codebook_xml.read(of_taguette("froid", "froid.panne", "personnel & <autres>"))
    assert [code.name for code in book.codes] == ["froid", "froid.panne", "personnel & <autres>"]
    assert (book.codes[0].guid, book.origin, not book.untold) == (uid("froid"), "Taguette 1.4.1", True)


def a_project() -> Project:
    code, under, memo, by = (uuid4() for _ in range(4))
    codes = CodeNode(
        code, "Un <&> 'deux'", False, "#12ab9f", "Deux\nlignes", (memo,), (CodeNode(under, "é\u0301 – «x»"),)
    )
    coding = Coding(uuid4(), under, by, (memo,))
    selection = Selection(uuid4(), 0, 8, "Le frigo", "note", by, (coding,), (memo,))
    source = TextSource(uuid4(), "Note", "internal://a.txt", None, "dit", by, (selection,), (coding,), (memo,))
    inline = TextSource(uuid4(), "En ligne", "", "Un\ntexte", "", None)
    sets = (CodeSet(uuid4(), "Guide", "[key] guide", (code, under), (source.guid,), (memo,)),)
    notes = (Note(memo, "theory", "", "Le mémo\nlong", "", by), Note(uuid4(), "", "internal://b.txt"))
    book = Book((codes,), sets, "CAPEV")
    return Project("Projet", book, (Person(by, "C-1"),), (source, inline), notes, (memo,), "dit tout")


def test_a_project_is_read_as_it_was_written() -> None:
    project = a_project()
    assert project_xml.read(project_xml.write(project)) == project


def test_a_codebook_is_read_as_it_was_written() -> None:
    book = a_project().book
    assert codebook_xml.read(codebook_xml.write(book)) == book
    assert [(code.name, parent and parent.name) for code, parent in every(book.codes)] == [
        ("Un <&> 'deux'", None),
        ("é\u0301 – «x»", "Un <&> 'deux'"),
    ]


def test_signs_that_xml_cannot_hold_are_left_out_of_what_is_written() -> None:
    book = Book((CodeNode(uuid4(), "a\x00b", description="c\x1bd\ufffe"),))
    assert [(one.name, one.description) for one in codebook_xml.read(codebook_xml.write(book)).codes] == [("ab", "cd")]


def test_what_qualcoder_writes_is_read_and_what_is_not_carried_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    path.write_bytes(of_qualcoder(TEXT, (0, 8)))
    project = project_xml.read(package.read_xml(path))
    (source,) = project.sources
    texts, missing = package.read_texts(path, [source.path, project.notes[1].path])
    assert (texts[source.path], texts[project.notes[1].path], missing) == (TEXT, "Mon journal", {})
    (selection,) = source.selections
    assert (selection.start, selection.end, selection.name, selection.description) == (0, 8, "Le frigo", "Mémo & suite")
    assert selection.codings[0].by == uid("coder")
    assert project.book.codes[0].children[0].colour == "#f781f3"
    assert not project.book.codes[0].codable
    assert project.book.untold == {"Project/Variables": 1, "Project/Cases": 2, "Sources/PictureSource": 1}


def test_a_pdf_of_nvivo_is_read_by_its_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    path.write_bytes(of_nvivo(TEXT, (START, START + 6)))
    project = project_xml.read(package.read_xml(path))
    (source,) = project.sources
    raw = package.read_texts(path, [source.path])[0][source.path]
    found = offsets.placed(raw, [(one.start, one.end) for one in source.selections], ["Il est"])
    assert (found.text, found.one_sign, source.guid) == (TEXT, False, uid("pdf"))
    assert [TEXT[slice(*one)] for one in found.stretches if one] == ["Il est"]
    assert project.book.untold == {"Project/Cases": 1, "PDFSource/PDFSelection": 1}
    assert project.book.sets[0].sources == (uid("pdf"),)


def test_two_codes_on_one_stretch_of_maxqda_and_a_colour_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    path.write_bytes(of_maxqda(TEXT, (0, 8)))
    project = project_xml.read(package.read_xml(path))
    assert [one.code for one in project.sources[0].selections[0].codings] == [uid("eins"), uid("zwei")]
    assert (project.sources[0].text, project.sources[0].selections[0].codings[0].by) == (TEXT, None)
    assert [one.colour for one in project.book.codes] == ["#12ab9f", ""]
    assert project.book.untold == {"Code/@color": 1}


def test_line_ends_of_two_signs_that_were_counted_as_one_are_told_by_the_words() -> None:
    raw = TEXT.replace("\n", "\r\n")
    found = offsets.placed(raw, [(START, START + 6)], ["Il est"])
    assert (found.one_sign, found.stretches) == (True, [(START, START + 6)])
    nameless = offsets.placed(raw, [(START + 1, START + 7)], [""])
    assert (nameless.one_sign, nameless.stretches) == (False, [(START, START + 6)])


def test_a_stretch_outside_of_the_text_has_no_place() -> None:
    assert offsets.placed("abc", [(0, 4), (2, 2), (0, 3)], ["", "", ""]).stretches == [None, None, (0, 3)]
    assert offsets.placed("a\r\nc", [(0, 9), (3, 4)], ["", ""]).stretches == [None, (2, 3)]


@given(st.text("a\r\n🧊", max_size=30), st.data())
def test_places_move_with_their_words_there_and_back(raw: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(raw)))
    (kept,) = offsets.shifted(raw, [place])
    inside_of_line_end = raw[place - 1 : place + 1] == "\r\n" and place > 0
    assert offsets.normalised(raw[: place - inside_of_line_end]) == offsets.normalised(raw)[:kept]
    (back,) = offsets.shifted_back(raw, [kept])
    assert back == place - inside_of_line_end


@given(st.dictionaries(st.sampled_from(["key", "use_fr", "use_en"]), st.text("[]\\ab\nkeyuse_fr ", min_size=1)))
def test_several_texts_in_one_description_are_read_back(texts: dict[str, str]) -> None:
    kept = {name: text.strip() for name, text in texts.items() if text.strip()}
    found = tagged.read(tagged.written(kept), frozenset(["key", "use_fr", "use_en"]))
    assert found == (kept or None)


def test_a_description_of_somebody_else_is_not_taken_for_one_of_ours() -> None:
    assert tagged.read("Le froid\n[key] x", frozenset(["key"])) is None
    assert tagged.read("[autre] x", frozenset(["key"])) is None


TWICE = f'<Code guid="{guid("a")}" name="a"/>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CodeBook><Codes/></CodeBook>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "xml_forbidden"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><CodeBook/>', "xml_forbidden"),
        ("<CodeBook>" + "<Codes>" * 60 + "</Codes>" * 60 + "</CodeBook>", "too_much"),
        ("<CodeBook>" + "<a/>" * 300_000 + "</CodeBook>", "too_much"),
        ("<CodeBook><Codes>", "bad_xml"),
        ("", "bad_xml"),
        ("<html/>", "not_refi"),
        (f"<CodeBook><Codes>{TWICE}{TWICE}</Codes></CodeBook>", "code_twice"),
        ("<CodeBook><Codes>" + '<Code name="x"/>' * 2001 + "</Codes></CodeBook>", "too_many_codes"),
    ],
    ids=["entities", "file", "deep", "many", "cut", "empty", "other", "twice", "codes"],
)
def test_what_is_dangerous_or_no_codebook_is_refused(content: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        codebook_xml.read(content.encode())
    assert refused.value.code == code


def test_a_bomb_of_a_zip_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b"<Project/>" + b" " * (21 * 1024**2))
        archive.writestr("Sources/a.txt", b"a" * (2 * 1024**2))
    with pytest.raises(BadFile):
        package.read_xml(path)
    assert package.read_texts(path, ["internal://a.txt"]) == ({}, {"internal://a.txt": "text_too_large"})


def test_a_zip_without_a_project_or_with_two_is_refused(tmp_path: Path) -> None:
    for content in (b"", io.BytesIO().getvalue()):
        with pytest.raises(BadFile):
            package.read_xml(_write(tmp_path, content))
    with zipfile.ZipFile(tmp_path / "b.qdpx", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(BadFile):
        package.read_xml(tmp_path / "b.qdpx")


def test_texts_that_are_missing_outside_or_not_utf8_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", "<Project/>")
        archive.writestr("Sources/l.txt", "é".encode("latin-1"))
    wanted = ["internal://l.txt", "internal://none.txt", "absolute:///etc/passwd", "internal://../../etc/passwd"]
    texts, missing = package.read_texts(path, wanted)
    assert texts == {}
    assert list(missing.values()) == ["not_utf8", "not_there", "outside", "not_there"]


def _write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "none.qdpx"
    path.write_bytes(content)
    return path
