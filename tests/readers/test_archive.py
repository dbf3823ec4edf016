"""Packed files: what they say of themselves is not believed, and nothing leads out of them."""

import gzip
import io
import random
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path
from time import process_time

import pytest

from indicators.exchange.files import archive
from indicators.exchange.problems import BadFile
from indicators.exchange.readers.kinds import recognise
from tests.readers.given import a_file, gzipped, zipped

CONTENT = b'{"dataValues": []}'
NOISE = random.Random(5).randbytes(20_000)


def content(path: Path, largest: int | None = None) -> bytes:
    with archive.opened(path, largest) as stream:
        return stream.read()


def read_on(path: Path) -> None:
    with archive.opened(path, 8 * 1024**2) as stream:
        while stream.read(64 * 1024):
            pass


def code(path: Path, largest: int | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        content(path, largest)
    return caught.value.problem.code


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def test_plain_packed_and_zipped_files_are_one_to_the_reader(tmp_path: Path) -> None:
    assert content(a_file(tmp_path, CONTENT)) == CONTENT
    assert content(gzipped(tmp_path, CONTENT)) == CONTENT
    assert content(zipped(tmp_path, ("values.json", CONTENT))) == CONTENT
    assert content(a_file(tmp_path, gzip.compress(CONTENT) + gzip.compress(b" "))) == CONTENT + b" "
    asides = [("__MACOSX/._values.json", b"x"), ("folder/", b""), ("folder/.DS_Store", b"x")]
    assert content(zipped(tmp_path, *asides, ("folder/values.json", CONTENT))) == CONTENT
    assert content(a_file(tmp_path, b"")) == b""


def test_the_name_says_nothing(tmp_path: Path) -> None:
    assert content(gzipped(tmp_path, CONTENT, name="values.csv")) == CONTENT
    assert content(a_file(tmp_path, CONTENT, name="values.gz")) == CONTENT


@pytest.mark.parametrize("members", [(), (("a.csv", "1"), ("b.csv", "2")), (("folder/", ""),)])
def test_a_zip_of_several_files_or_none(tmp_path: Path, members: tuple[tuple[str, str], ...]) -> None:
    assert code(zipped(tmp_path, *members)) == "wrong_type"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_what_is_cut_off(tmp_path: Path, share: float) -> None:
    for path in (gzipped(tmp_path, NOISE), zipped(tmp_path, ("a.csv", NOISE))):
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        assert code(path) == "bad_archive"


@pytest.mark.parametrize("place", [40, 3000, 10_000])
def test_what_is_damaged(tmp_path: Path, place: int) -> None:
    for path in (gzipped(tmp_path, NOISE), zipped(tmp_path, ("a.csv", NOISE))):
        whole = bytearray(path.read_bytes())
        assert place < len(whole)
        whole[place] ^= 0xFF
        path.write_bytes(whole)
        assert code(path) == "bad_archive"


@pytest.mark.parametrize(
    "name", ["../../etc/x", "/etc/passwd", "a/../../x", "..\\..\\x", "C:\\x", "\\\\server\\share\\x", "C:x"]
)
def test_names_that_lead_out_of_it(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    before = set(tmp_path.rglob("*"))
    path = zipped(inside, (name, CONTENT))
    assert code(path) == "bad_archive"
    assert set(tmp_path.rglob("*")) - before == {path}


def test_links_and_archives_in_it(tmp_path: Path) -> None:
    assert code(zipped(tmp_path, (linked("values.csv"), "/etc/passwd"))) == "bad_archive"
    nested = zipped(tmp_path, ("a.csv", "1"), name="inner.zip").read_bytes()
    assert code(zipped(tmp_path, ("a.zip", nested))) == "bad_archive"
    assert code(zipped(tmp_path, ("a.csv", gzip.compress(CONTENT)))) == "bad_archive"
    assert code(gzipped(tmp_path, nested)) == "bad_archive"
    assert code(gzipped(tmp_path, gzip.compress(CONTENT))) == "bad_archive"


@pytest.mark.slow
def test_a_hundred_thousand_members_are_not_even_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(100_000):
            packed.writestr(zipfile.ZipInfo(f"{number}"), b"")
    started = process_time()
    assert code(path) == "bad_archive"
    with pytest.raises(BadFile, match="bad_archive"):
        recognise(path)
    assert process_time() - started < 1


def test_members_that_share_their_bytes_or_their_name(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.csv", CONTENT), ("folder/", ""))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(tmp_path, ("a.csv", CONTENT), ("a.csv", NOISE), name="twice.zip")
    assert content(path) == CONTENT
    assert code(twice) == "bad_archive"


@pytest.mark.parametrize("said", [1, 5, 100, 2**31])
def test_a_zip_that_lies_about_its_size(tmp_path: Path, said: int) -> None:
    path = zipped(tmp_path, ("a.csv", NOISE))
    whole = bytearray(path.read_bytes())
    directory = whole.index(b"PK\x01\x02")
    struct.pack_into("<I", whole, directory + 24, said)
    struct.pack_into("<I", whole, 22, said)
    path.write_bytes(whole)
    assert code(path) == "bad_archive"


def test_a_password(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.csv", CONTENT))
    whole = bytearray(path.read_bytes())
    for at in (6, whole.index(b"PK\x01\x02") + 8):
        whole[at] |= 1
    path.write_bytes(whole)
    assert code(path) == "encrypted"


def test_bombs_are_stopped_by_the_bytes_that_come_out(tmp_path: Path) -> None:
    zeros = bytes(64 * 1024**2)
    for path in (gzipped(tmp_path, zeros), zipped(tmp_path, ("a.csv", zeros))):
        assert path.stat().st_size < 100_000
        tracemalloc.start()
        with pytest.raises(BadFile) as caught:
            read_on(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (caught.value.problem.code, caught.value.problem.value) == ("too_large", "8 MB")
        assert peak < 4 * 1024**2
    assert code(a_file(tmp_path, zeros[: 9 * 1024**2]), 8 * 1024**2) == "too_large"


def test_what_is_not_there(tmp_path: Path) -> None:
    assert code(tmp_path / "none.json") == "file_not_found"
    assert code(tmp_path) == "file_not_found"


def test_lines_of_a_packed_text(tmp_path: Path) -> None:
    with archive.opened(zipped(tmp_path, ("a.csv", "é\r\n2\r\n"))) as stream:
        assert list(io.TextIOWrapper(stream, "utf-8", newline="")) == ["é\r\n", "2\r\n"]
