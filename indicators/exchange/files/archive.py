"""Opens a file as bytes, unpacked where it is a .gz or a .zip of one file: told by its first bytes, never by its name.

Bytes are counted as they come out, so no archive unpacks more than is allowed, whatever it says of itself. Nothing is
written anywhere.
"""

import gzip
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PureWindowsPath
from typing import IO, Any, BinaryIO, NoReturn, cast

from indicators.exchange.problems import BadFile

LARGEST = 2 * 1024**3
"""Bytes after unpacking: about twelve million values."""
MOST_MEMBERS = 1000
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_EMPTY_ZIP, _SPANNED_ZIP = b"PK\x05\x06", b"PK\x07\x08"
_LARGEST_DIRECTORY = 1024**2
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ASIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError, struct.error)


@contextmanager
def opened(path: Path, largest: int | None = None) -> Iterator[BinaryIO]:
    """The file's bytes, at most `largest` (LARGEST where not given). Raises BadFile, while reading too:

    `file_not_found`; `too_large`; `encrypted`; `wrong_type` for a zip of several files or none; `bad_archive` for what
    is damaged, cut off, or holds another archive, links, or names that lead out of it.
    """
    with ExitStack() as stack:
        said = None
        try:
            raw = stack.enter_context(path.open("rb"))
            head = raw.read(4)
            raw.seek(0)
            if head.startswith(GZIP):
                unpacked = cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=raw)))
            elif head in (ZIP, _EMPTY_ZIP, _SPANNED_ZIP):
                unpacked, said = _only_member(raw, stack)
            else:
                unpacked = raw
        except _DAMAGED as error:
            raise BadFile("bad_archive") from error
        except OSError as error:
            raise BadFile("file_not_found", error.strerror or path.name) from error
        counted = _Counted(unpacked, LARGEST if largest is None else largest, said)
        stream = stack.enter_context(io.BufferedReader(counted, 256 * 1024))
        if unpacked is not raw and stream.peek(4)[:4].startswith((GZIP, ZIP)):
            raise BadFile("bad_archive")
        yield cast(BinaryIO, stream)


def members(path: Path) -> list[str]:
    """The names that a zip holds; empty where the file is none. Raises BadFile for a damaged or a senseless one."""
    try:
        with path.open("rb") as raw:
            if raw.read(4) not in (ZIP, _EMPTY_ZIP, _SPANNED_ZIP):
                return []
            _check_directory(raw)
            with zipfile.ZipFile(raw) as archive:
                return archive.namelist()
    except (*_DAMAGED, UnicodeDecodeError) as error:
        raise BadFile("bad_archive") from error
    except OSError as error:
        raise BadFile("file_not_found", error.strerror or path.name) from error


class _Counted(io.RawIOBase):
    """Raises BadFile past `largest` bytes, and where they end before or behind as many as were `said`."""

    def __init__(self, source: IO[bytes], largest: int, said: int | None) -> None:
        self._source, self._left, self._largest, self._said = source, largest, largest, said

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._source.read(len(buffer))
        except (*_DAMAGED, RuntimeError) as error:
            raise BadFile("bad_archive") from error
        except OSError as error:
            raise BadFile("file_not_found", error.strerror or "") from error
        if not piece and self._said not in (None, self._largest - self._left):
            _refuse()
        self._left -= len(piece)
        if self._left < 0:
            raise BadFile("too_large", f"{self._largest // 1024**2} MB")
        buffer[: len(piece)] = piece
        return len(piece)


def _only_member(raw: BinaryIO, stack: ExitStack) -> tuple[IO[bytes], int]:
    """The member's bytes, and how many the archive says that they are."""
    _check_directory(raw)
    try:
        archive = stack.enter_context(zipfile.ZipFile(raw))
    except (UnicodeDecodeError, ValueError, OSError) as error:
        raise BadFile("bad_archive") from error
    found = archive.infolist()
    for info in found:
        check_member(info)
    files = [it for it in found if not it.is_dir() and not it.filename.startswith(_ASIDE[0])]
    files = [it for it in files if it.filename.rpartition("/")[2] not in _ASIDE]
    if len({it.filename for it in found}) != len(found):
        _refuse()
    if len(files) != 1:
        raise BadFile("wrong_type", "ZIP")
    try:
        return stack.enter_context(archive.open(files[0])), files[0].file_size
    except (RuntimeError, OSError, ValueError) as error:
        raise BadFile("bad_archive") from error


def check_member(info: zipfile.ZipInfo) -> None:
    """Raises BadFile for one that is encrypted, a link, packed in an unknown way, or leads out of the archive."""
    name = PureWindowsPath(info.orig_filename)  # knows both kinds of slashes, and drives
    if info.flag_bits & 1:
        raise BadFile("encrypted")
    if ".." in name.parts or name.anchor or "\0" in info.orig_filename or stat.S_ISLNK(info.external_attr >> 16):
        _refuse()
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse()


def _check_directory(raw: BinaryIO) -> None:
    """Before anything is read of the list of members: a hundred thousand of them are read for no good."""
    size = raw.seek(0, io.SEEK_END)
    raw.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = raw.read()
    raw.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        _refuse()
    many, directory = struct.unpack_from("<HI", tail, at + 10)
    if many > MOST_MEMBERS or directory > _LARGEST_DIRECTORY:
        _refuse()


def _refuse() -> NoReturn:
    raise BadFile("bad_archive")
