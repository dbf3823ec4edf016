"""Files of an observation: told by their content, kept without metadata, read by whoever reads the observation."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.kept_files import LARGEST, LARGEST_RECORDING, checked
from research.models import Attachment
from research.observations.attachments.actions import MOST_FILES, attach, remove
from tests.builders import a_pdf, a_user, an_observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "kept_here")]


@pytest.fixture
def kept_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_wav(told: bytes = b"") -> bytes:
    sound = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", 8) + bytes(8)
    info = b"LIST" + struct.pack("<I", len(told)) + told if told else b""
    return b"RIFF" + struct.pack("<I", 4 + len(sound) + len(info)) + b"WAVE" + sound + info


def atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def an_m4a(place: bytes = b"+14.4-006.2/") -> bytes:
    return (
        atom(b"ftyp", b"M4A \0\0\0\0M4A ")
        + atom(b"moov", atom(b"udta", atom(b"\xa9xyz", place)))
        + atom(b"mdat", b"x" * 32)
    )


def an_mp3(title: bytes = b"Fatoumata") -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    text = b"TIT2" + struct.pack(">IH", len(title) + 1, 0) + b"\x00" + title
    size = len(text)
    return b"ID3\x03\x00\x00" + bytes([0, 0, size >> 7, size & 127]) + text + frame * 12


def a_photo() -> bytes:
    out = io.BytesIO()
    picture, exif = Image.new("RGB", (20, 10)), Image.Exif()
    exif[0x010F] = "Fatoumata"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (a_photo(), "image", "image/jpeg"),
        (a_pdf(Author="Fatoumata"), "pdf", "application/pdf"),
        (an_mp3(), "audio", "audio/mpeg"),
        (an_m4a(b"Fatoumata"), "audio", "audio/mp4"),
        (a_wav(b"INFOIARTFatoumata"), "audio", "audio/wav"),
        (b"#!AMR\n" + bytes(64), "audio", "audio/amr"),
    ],
)
def test_what_is_kept_holds_no_word_of_its_device(content: bytes, kind: str, content_type: str) -> None:
    author = a_user(Role.RESEARCHER)
    row = attach(an_observation(created_by=author), by=author, name="preuve.exe", content=content)
    kept = row.file.read()
    assert (row.kind, row.content_type) == (kind, content_type)
    assert b"Fatoumata" not in kept
    assert not row.name.endswith(".exe")
    assert checked(kept, sound=True).content_type == content_type


def test_a_pdf_loses_scripts_and_attached_files_and_keeps_its_pages() -> None:
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): DictionaryObject(script)})
    writer.add_attachment("virus.exe", b"MZ")
    out = io.BytesIO()
    writer.write(out)
    kept = checked(out.getvalue()).content
    assert len(PdfReader(io.BytesIO(kept)).pages) == 2
    assert b"alert" not in kept
    assert not PdfReader(io.BytesIO(kept)).attachments
    assert b"/JavaScript" not in kept


def a_locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MZ" + bytes(50), b"<svg onload=alert(1)>", b"<html><script>", b"GIF89a" + bytes(40), b"%PDF-1.4 cut off",
        a_locked_pdf(), an_m4a()[:40], a_wav()[:20], b"RIFF\x00\x00\x00\x00WAVE", b"OggS" + bytes(30), an_mp3()[:30],
        b"ID3" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(30), b"PK\x03\x04" + bytes(40), bytes(LARGEST + 1),
        b"#!AMR\n" + bytes(LARGEST_RECORDING),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_is_something_else_or_damaged_is_refused_and_nothing_is_kept(content: bytes, tmp_path: Any) -> None:
    author = a_user(Role.RESEARCHER)
    with pytest.raises(ValidationError) as refused:
        attach(an_observation(created_by=author), by=author, name="photo.jpg", content=content)
    assert "file" in refused.value.message_dict
    assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_same_file_is_one_attachment_and_there_is_a_limit() -> None:
    author = a_user(Role.RESEARCHER)
    row = an_observation(created_by=author)
    first = attach(row, by=author, name="a.pdf", content=a_pdf(Title="0"))
    assert attach(row, by=author, name="b.pdf", content=a_pdf(Title="0")) == first
    for number in range(1, MOST_FILES):
        attach(row, by=author, name="a.pdf", content=a_pdf(Title=str(number)))
    with pytest.raises(ValidationError, match="at most"):
        attach(row, by=author, name="a.pdf", content=a_pdf(Title="x"))


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def test_it_is_read_by_whoever_reads_the_observation(django_capture_on_commit_callbacks: Any) -> None:
    author = a_user(Role.RESEARCHER)
    row = an_observation(created_by=author, sensitivity="restricted")
    writer, page = signed_in(author), reverse("observation-detail", args=[row.pk])
    sent = SimpleUploadedFile("voix.mp3", an_mp3())
    writer.post(reverse("attachment-create", args=[row.pk]), {"file": sent, "caption": "Entretien"})
    kept = row.attachments.get()
    address = reverse("attachment-file", args=[kept.pk])
    assert "Entretien" in writer.get(page).content.decode()
    answer = writer.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("audio/mpeg", "nosniff")
    for role in Role:
        assert signed_in(a_user(role)).get(address).status_code == 404
        assert signed_in(a_user(role)).post(reverse("attachment-remove", args=[kept.pk])).status_code == 404
    refused = writer.post(reverse("attachment-create", args=[row.pk]), {"file": SimpleUploadedFile("x.jpg", b"MZ")})
    assert refused.context["attachment_form"].errors
    path = kept.file.path
    with django_capture_on_commit_callbacks(execute=True):
        writer.post(reverse("attachment-remove", args=[kept.pk]))
    assert not Attachment.objects.exists()
    assert not Path(path).exists()
    assert Attachment.history.filter(history_type="-").exists()


def test_a_colleague_neither_adds_nor_removes() -> None:
    author, colleague = a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    row = an_observation(created_by=author)
    kept = attach(row, by=author, name="a.pdf", content=a_pdf())
    with pytest.raises(PermissionDenied):
        attach(row, by=colleague, name="b.pdf", content=a_pdf(Title="b"))
    with pytest.raises(PermissionDenied):
        remove(kept, by=colleague)
