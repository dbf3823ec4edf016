"""Evidence of an action: what is kept of a file, what is refused, and who may read it."""

import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from PIL import Image

from indicators.accounts.roles import Role
from research.coach2pev.improvement import actions
from research.coach2pev.models import ActionEvidence, ImprovementAction
from research.kept_files import LARGEST, checked
from tests.builders import a_clerk_of, a_followed_site, a_pdf, a_user, the_process_elements

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> Any:
    the_process_elements()
    return a_followed_site().unit


def a_photo(kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind, **more)
    return out.getvalue()


def test_a_photograph_loses_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (12.0, 38.0, 0.0)}
    exif[0x010E] = "Secret place"
    kept = checked(a_photo(exif=exif))
    assert kept.content_type == "image/jpeg"
    assert b"Secret place" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()
    assert checked(a_photo("PNG")).suffix == ".png"
    assert checked(a_pdf()).content_type == "application/pdf"


def test_a_photograph_of_several_frames_is_kept_as_its_first() -> None:
    """Many phones write these, and call them .jpg."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])
    kept = checked(out.getvalue())
    assert (kept.content_type, kept.suffix) == ("image/jpeg", ".jpg")
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 30))


def test_a_photograph_is_turned_as_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(checked(a_photo(exif=exif)).content)) as picture:
        assert picture.size == (30, 40)


def test_transparent_parts_of_a_drawing_stay_transparent() -> None:
    out = io.BytesIO()
    Image.new("P", (4, 4), 0).save(out, "PNG", transparency=0)
    with Image.open(io.BytesIO(checked(out.getvalue()).content)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_photographs_are_kept_or_refused_with_a_sentence() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x8825] = 6, "x" * 50, {1: "N", 2: (1.0, 2.0, 3.0)}
    whole, random = [a_photo(exif=exif), a_photo("PNG")], Random(1)
    refused = 0
    for number in range(600):
        content = bytearray(whole[number % 2])
        for _change in range(random.randint(1, 12)):
            content[random.randrange(min(len(content), 300))] = random.randrange(256)
        try:
            assert checked(bytes(content)).suffix in (".jpg", ".png")
        except ValidationError:
            refused += 1
    assert 0 < refused < 600


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a" + b"0" * 40, b"<svg onload=alert(1)>", b"<html>", a_photo()[:200], b"%PDF-1.4 cut off",
        b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" + b"0" * 50, a_photo() + b"x" * LARGEST,
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(ValidationError):
        checked(content)


def test_evidence_is_kept_once_and_read_by_those_who_may(site: Any, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    clerk = a_clerk_of(site)
    action = ImprovementAction.objects.create(site=site, text="x")
    client = Client()
    client.force_login(clerk)
    for _time in range(2):
        file = io.BytesIO(a_photo())
        file.name = "../../frigo.jpg"
        client.post(reverse("action-evidence", args=[action.pk]), {"file": file, "caption": "Le frigo"})
    row = ActionEvidence.objects.get()
    assert str(row.file.name).startswith("improvement/")
    assert "frigo" not in str(row.file.name)
    answer = client.get(reverse("action-evidence-file", args=[row.pk]))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for who, status in ((a_clerk_of(a_followed_site().unit), 404), (a_user(Role.VIEWER), 403)):
        client.force_login(who)
        assert client.get(reverse("action-evidence-file", args=[row.pk])).status_code == status
        assert client.get(reverse("action-detail", args=[action.pk])).status_code == status


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("note.html", "note.pdf"), ("a.pdf.exe", "a.pdf.pdf"), ("", "file.pdf"), ("x" * 300 + ".pdf", "x" * 190 + ".pdf"),
     ("re\u202efdp.exe", "re\ufffdfdp.pdf"), ("Procès-verbal.PDF", "Procès-verbal.pdf")],
)  # fmt: skip
def test_a_name_ends_as_the_content_says(site: Any, tmp_path: Any, settings: Any, sent: str, kept: str) -> None:
    """What is opened at home must not be a page or a program because its sender called it so."""
    settings.MEDIA_ROOT = tmp_path
    action = ImprovementAction.objects.create(site=site, text="x")
    row = actions.attach(action, by=a_clerk_of(site), name=sent, content=a_pdf())
    assert row.name == kept


def test_a_file_that_is_gone_is_said_to_be_gone(client: Client, site: Any, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    action, clerk = ImprovementAction.objects.create(site=site, text="x"), a_clerk_of(site)
    row = actions.attach(action, by=clerk, name="a.jpg", content=a_photo())
    Path(row.file.path).unlink()
    client.force_login(clerk)
    assert client.get(reverse("action-evidence-file", args=[row.pk])).status_code == 404


def test_a_large_photograph_is_made_smaller_and_a_huge_one_refused() -> None:
    large = io.BytesIO()
    Image.new("L", (5000, 3000), 128).save(large, "JPEG")
    with Image.open(io.BytesIO(checked(large.getvalue()).content)) as picture:
        assert picture.size == (2400, 1440)
    for kind, size in (("JPEG", (10_000, 6_100)), ("PNG", (5_000, 3_000))):
        huge = io.BytesIO()
        Image.new("1" if kind == "PNG" else "L", size).save(huge, kind)
        with pytest.raises(ValidationError):
            checked(huge.getvalue())
