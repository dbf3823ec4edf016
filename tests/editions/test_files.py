"""The files of an edition: whole, tagged, in both languages, made without a network and by a worker only."""

import hashlib
import io
import os
import socket
import zipfile
from typing import Any

import pytest
from django.conf import settings as django_settings
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from research.editions.files import actions
from research.editions.files.make import NotIntact, made
from research.editions.models import Edition, EditionFile
from tests.editions.given import an_author, frozen, the_numbers

pytestmark = pytest.mark.django_db
HOSTILE = 'Un #panic("x") $1$ *gras* <b> ] } \\ « é »'


@pytest.fixture
def edition(tmp_path: Any, settings: Any) -> Edition:
    settings.MEDIA_ROOT = tmp_path
    the_numbers()
    return frozen(an_author(), title_fr="Édition #1 $2 [x]")


def no_network(*_args: Any, **_more: Any) -> None:
    raise AssertionError("asked the network")


def test_the_pdf_is_tagged_and_says_the_numbers_in_both_languages(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", no_network)
    for language, words in (("fr", ["Édition #1 $2 [x]", "Tendances"]), ("en", ["First half-year edition", "Trends"])):
        content = made(edition, "pdf", language)
        reader = PdfReader(io.BytesIO(content))
        text = "\n".join(page.extract_text() for page in reader.pages)
        root: Any = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert root["/Lang"] == language
        assert b"pdfuaid" in content or "pdfuaid" in str(root["/Metadata"].get_data())
        assert reader.metadata
        assert reader.metadata.title
        assert edition.sha256 in text.replace("\n", "")
        for word in words if language == "en" else words[:1]:
            assert word in text


def test_the_same_content_gives_the_same_pdf(edition: Edition) -> None:
    assert made(edition, "pdf", "fr") == made(edition, "pdf", "fr")


def test_what_people_write_is_never_a_program(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    the_numbers()
    from research.editions.actions import move
    from research.review_states import Move
    from tests.editions.given import a_lead, an_edition, worded

    by = an_author()
    edition = worded(an_edition(by, title_en=HOSTILE), by, words_en=HOSTILE, words_fr=HOSTILE)
    move(edition, Move.SUBMIT, by=by, version=edition.version)
    move(edition, Move.APPROVE, by=a_lead(), version=edition.version)
    content = made(Edition.objects.get(pk=edition.pk), "pdf", "en")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert '#panic("x") $1$ *gras* <b> ] } \\' in text.replace("“", '"').replace("”", '"')


def test_the_docx_has_headings_header_rows_and_described_pictures(edition: Edition) -> None:
    file = Document(io.BytesIO(made(edition, "docx", "en")))
    headings = [one.text for one in file.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings[:2] == ["Context", "Trends"]
    assert file.core_properties.title == "First half-year edition"
    assert file.tables
    for table in file.tables:
        told_of_the_row = table.rows[0]._tr.trPr
        assert told_of_the_row is not None
        assert told_of_the_row.find(qn("w:tblHeader")) is not None
    assert len(file.inline_shapes) >= 2
    told = [one._inline.docPr.get("descr") for one in file.inline_shapes]
    assert any("Pays: 90 in Q1 2025, 60 in Q2 2025." in one for one in told)
    assert "Word" not in str(file.core_properties.comments)


def test_a_worker_makes_the_file_once_and_keeps_it_with_its_fingerprint(edition: Edition) -> None:
    row = EditionFile.objects.get(edition=edition, format="pdf", language="fr")
    assert actions.work(row.pk)
    assert not actions.work(row.pk)
    row.refresh_from_db()
    kept = row.file.read()
    assert (row.state, row.sha256, row.size) == ("done", hashlib.sha256(kept).hexdigest(), len(kept))
    assert row.content_sha256 == edition.sha256
    assert actions.sweep() != row.pk


def test_a_file_is_not_made_of_what_was_tampered_with(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(content=edition.content.replace("90", "91"))
    with pytest.raises(NotIntact):
        made(Edition.objects.get(pk=edition.pk), "docx", "fr")
    row = EditionFile.objects.get(edition=edition, format="docx", language="fr")
    with pytest.raises(NotIntact):
        actions.work(row.pk)
    row.refresh_from_db()
    assert row.state == "queued"
    assert "NotIntact" in row.error


def test_pages_do_not_load_what_makes_files() -> None:
    import subprocess
    import sys

    script = (
        "import django; django.setup(); import django.urls, sys; django.urls.get_resolver().url_patterns; "
        "assert not {'typst', 'docx'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "capev_site.settings", "SECRET_KEY": "only-for-this-test"},
    )


def test_the_docx_is_a_sound_archive(edition: Edition) -> None:
    assert zipfile.ZipFile(io.BytesIO(made(edition, "docx", "fr"))).testzip() is None
