"""A file of stock that asks for more than one file may: a sentence, and nothing written."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators.exchange import confined
from indicators.exchange.problems import BadFile
from research import sent_tables
from research.medexis.intake import reader
from research.medexis.intake.actions import check_file
from research.models import StockFile, StockReport
from tests.builders import a_clerk_of, a_followed_site, a_product
from tests.evaluations.given import visitor
from tests.medexis.stock_files import a_zip_of_cards, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MB = 1024**2


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.IMPORT_SPOOL = tmp_path / "media", tmp_path / "spool"


def refused(path: Path, most: int = 10_000) -> BadFile:
    with pytest.raises(BadFile) as bad:
        check_file(path, by=None, most=most)
    return bad.value


def a_table(path: Path, rows: int) -> Path:
    path.write_text(table(*["Site,penta,2025-09,10,20,15,0,0,15,0"] * rows))
    return path


def test_memory_time_and_patience_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_table(tmp_path / "stocks.csv", 400_000)
    assert path.stat().st_size < sent_tables.LARGEST
    for limits in (
        confined.Limits(memory=40 * MB, seconds=60, wall=60),
        confined.Limits(memory=1024 * MB, seconds=1, wall=60),
        confined.Limits(memory=1024 * MB, seconds=60, wall=0.05),
    ):
        monkeypatch.setattr(sent_tables, "LIMITS", limits)
        assert refused(path, 10**7).problem.code == "too_costly"
    monkeypatch.undo()
    assert not list((tmp_path / "spool").glob("*"))


def test_a_file_of_too_many_rows_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert refused(a_table(tmp_path / "stocks.csv", 11), 10).problem.code == "too_many_rows"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "cards.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in reader.TABLES:
            with archive.open(name, "w", force_zip64=True) as out:
                for _piece in range(reader.LARGEST // MB + 1):
                    out.write(b"0" * MB)
    assert path.stat().st_size < MB
    assert refused(path).problem.code == "too_large"


def test_cards_come_back_as_they_were_read(tmp_path: Path) -> None:
    path = a_zip_of_cards(tmp_path / "cards.zip", "F1", "O1")
    reader.read(path, 10, tmp_path)
    [line] = reader.written(tmp_path) or []
    assert (line.card.facility, line.card.lot, line.day.isoformat(), line.quantity) == ("F1", "L1", "2025-09-01", 5)
    assert line.processed.tzinfo
    assert refused(_two_lines(tmp_path)).problem.code == "wrong_shape"


def _two_lines(folder: Path) -> Path:
    """Cards whose tables lack their columns."""
    path = folder / "broken.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in reader.TABLES:
            archive.writestr(name, "id\n1\n")
    return path


def test_the_page_says_it_and_nothing_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = a_followed_site("medexis").unit
    a_product(key="penta")
    client = visitor(a_clerk_of(site, language="en"))
    monkeypatch.setattr(sent_tables, "LIMITS", confined.Limits(memory=1024 * MB, seconds=60, wall=0.01))
    file = SimpleUploadedFile("stocks.csv", table(f"{site.uid},penta,2025-09,10,20,15,0,0,15,0").encode())
    page = client.post(reverse("stock-file-list"), {"file": file}, follow=True)
    assert page.status_code == 200
    assert "takes more memory or time than one file may" in page.content.decode()
    assert not StockFile.objects.exists()
    assert not StockReport.objects.exists()
