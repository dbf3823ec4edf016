"""A workbook as a zip: opened only where it is one, its parts read by name with their real bytes counted."""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from indicators.exchange.files.archive import members
from indicators.exchange.problems import BadFile

LARGEST_PART = 256 * 1024 * 1024
"""Bytes of one part after unpacking: about a million cells a 40 MB, so five times the largest table that is taken."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE = 64 * 1024
_LONGEST_TAG = 1024 * 1024
_HEADER = 30
"""Bytes of a member's own header in a zip, before its name."""
Attributes = dict[str, str]
_DAMAGED = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class Parts:
    """The members of an open workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sizes = {info.filename: info.file_size for info in archive.infolist()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._sizes)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part's bytes; raises BadFile `bad_archive` where it is missing, damaged or longer than it says."""
        try:
            if self._sizes[name] > LARGEST_PART:
                raise BadFile("too_large_unpacked", f"{LARGEST_PART // 1024**2} MB")
            count = 0
            with self._archive.open(name) as stream:
                while piece := stream.read(_PIECE):
                    count += len(piece)
                    if count > LARGEST_PART:
                        raise BadFile("too_large_unpacked", f"{LARGEST_PART // 1024**2} MB")
                    yield piece
            if count != self._sizes[name]:
                raise BadFile("bad_archive")
        except (KeyError, *_DAMAGED) as error:
            raise BadFile("bad_archive") from error

    def walk(
        self,
        name: str,
        start: Callable[[str, Attributes], object],
        end: Callable[[str], object] | None = None,
        data: Callable[[str], object] | None = None,
    ) -> Iterator[None]:
        """Tells each tag and text of an XML part, in order; yields after each piece so that a caller may stop early.

        Names come without their prefix. A document type is refused as soon as it opens (`xml_forbidden`), so no entity
        can be declared, expanded or fetched. No tree is built.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.StartElementHandler = lambda tag, found: start(tag.rpartition(":")[2], found)
        if end:
            told = end
            parser.EndElementHandler = lambda tag: told(tag.rpartition(":")[2])
        if data:
            parser.CharacterDataHandler = data
        fed = 0
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
                fed += len(piece)
                # Expat reads an unfinished tag again with every piece.
                if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                    raise BadFile("bad_workbook", name)
                yield
            parser.Parse(b"", True)
            yield
        except expat.ExpatError as error:
            raise BadFile("bad_workbook", f"{name}: {expat.ErrorString(error.code)}") from error

    def texts(self, name: str, start: Callable[[str, Attributes], object]) -> None:
        """As `walk`, to the end, for a part that is only asked for its tags."""
        for _piece in self.walk(name, start):
            pass


@contextmanager
def opened_workbook(path: Path) -> Iterator[Parts]:
    """Raises BadFile: `empty_file`, `encrypted`, `workbook_type` with what to do, `bad_archive`."""
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
            if not head:
                raise BadFile("empty_file")
            if head == _OLE:
                _refuse_ole(stream.read(8 * 1024 * 1024))
        members(path)  # looks at the list of members before it is read
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            yield Parts(archive)
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, NotImplementedError) as error:
        raise BadFile("bad_archive") from error
    except OSError as error:
        raise BadFile("file_not_found", error.strerror or path.name) from error


def local(attributes: Attributes, name: str) -> str:
    """The attribute whatever its prefix; an empty text where there is none."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _refuse(*_told: Any) -> NoReturn:
    raise BadFile("xml_forbidden")


def _refuse_ole(content: bytes) -> NoReturn:
    if _ENCRYPTED in content:
        raise BadFile("encrypted")
    raise BadFile("workbook_type", ".xls")


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if "mimetype" in names and "content.xml" in names:
        raise BadFile("workbook_type", ".ods")
    if "xl/workbook.bin" in names:
        raise BadFile("workbook_type", ".xlsb")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise BadFile("workbook_type", ".xlsm")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise BadFile("workbook_type", _("a compressed file without a workbook"))
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        unsafe = info.filename.startswith(("/", "\\")) or re.search(r"(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:", info.filename)
        if info.flag_bits & 1:
            raise BadFile("encrypted")
        if unsafe or stat.S_ISLNK(info.external_attr >> 16) or info.header_offset < end:
            raise BadFile("bad_archive")
        end = info.header_offset + _HEADER + len(info.orig_filename) + info.compress_size
    if len(names) != len(infos):
        raise BadFile("bad_archive")
