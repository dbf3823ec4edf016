"""A project file (.qdpx): a zip of `project.qde` and of the texts in its folder of sources. Read in part, and written.

Only the XML and the plain texts that it names are unpacked, each counted while it comes out; pictures and recordings
stay packed.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from indicators.exchange.files.archive import check_member, members
from indicators.exchange.problems import BadFile
from research.coding.qda.elements import LARGEST as LARGEST_XML

LARGEST = 40 * 1024**2
"""Bytes as sent."""
LARGEST_TEXT, LARGEST_TEXTS = 1024**2, 20 * 1024**2
"""Bytes of one text, and of all of them, after unpacking."""
_DAMAGED = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
_INSIDE = "internal://"


def is_package(path: Path) -> bool:
    """Raises BadFile for a zip that is damaged or holds a senseless number of members."""
    return bool(members(path))


def read_xml(path: Path) -> bytes:
    """The XML of the project. Raises BadFile."""
    with _opened(path) as archive:
        found = [name for name in archive.namelist() if name.lower().endswith(".qde") and not _aside(name)]
        if len(found) != 1:
            raise BadFile("wrong_type", "ZIP")
        return _unpacked(archive, found[0], LARGEST_XML)


def read_texts(path: Path, wanted: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Texts by their path in the project (`internal://….txt`), and what could not be read, by path: a code of
    `research/coding/qda/words.py`. Raises BadFile."""
    texts, missing, left = dict[str, str](), dict[str, str](), LARGEST_TEXTS
    with _opened(path) as archive:
        names = {PurePosixPath(name).name.lower(): name for name in archive.namelist() if not _aside(name)}
        for one in dict.fromkeys(wanted):
            name = names.get(one.removeprefix(_INSIDE).strip("/").rpartition("/")[2].lower())
            if not one.startswith(_INSIDE):
                missing[one] = "outside"
            elif name is None:
                missing[one] = "not_there"
            elif archive.getinfo(name).file_size > LARGEST_TEXT:
                missing[one] = "text_too_large"
            else:
                content = _unpacked(archive, name, LARGEST_TEXT)
                left -= len(content)
                if left < 0:
                    raise BadFile("too_large", f"{LARGEST_TEXTS // 1024**2} MB")
                try:
                    texts[one] = content.decode("utf-8-sig")
                except UnicodeDecodeError:
                    missing[one] = "not_utf8"
    return texts, missing


def written(xml: bytes, texts: Mapping[str, str]) -> bytes:
    """`texts` by their path in the project."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        for path, text in texts.items():
            archive.writestr(f"Sources/{path.removeprefix(_INSIDE)}", text.encode())
    return out.getvalue()


def inside(name: object) -> str:
    """The path by which a project tells of one of its own texts."""
    return f"{_INSIDE}{name}.txt"


def _opened(path: Path) -> zipfile.ZipFile:
    members(path)  # a zip of a hundred thousand members is refused before anybody lists them
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGED, UnicodeDecodeError) as error:
        raise BadFile("bad_archive") from error
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise BadFile("bad_archive")
    return archive


def _unpacked(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    """Never more than `largest` bytes, whatever the archive says of itself."""
    info = archive.getinfo(name)
    check_member(info)
    try:
        with archive.open(info) as stream:
            content = stream.read(largest + 1)
    except _DAMAGED as error:
        raise BadFile("bad_archive") from error
    if len(content) > largest:
        raise BadFile("too_large", f"{largest // 1024**2} MB")
    return content


def _aside(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.endswith("/")
