"""Which encoding a text file has: told by its bytes, never by its name, and never guessed silently."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from indicators.exchange.files.archive import opened
from indicators.exchange.problems import BadFile

UTF8, UTF16_LE, UTF16_BE, WINDOWS = "utf-8", "utf-16-le", "utf-16-be", "cp1252"
ENCODINGS = (UTF8, UTF16_LE, UTF16_BE, WINDOWS)
_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, UTF16_LE), (codecs.BOM_UTF16_BE, UTF16_BE))
_PIECE = 1024 * 1024
# What French and English texts need beyond ASCII. Any other byte makes Windows-1252 a guess, and the file is refused.
_WINDOWS_LETTERS = frozenset("ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŸàâäçèéêëîïôöùûüÿœŒæÆñÑ«»‘’“”–—…€°²·\xa0".encode(WINDOWS))
_ASCII = bytes(range(0x80))


class Encoding(NamedTuple):
    """`mark`: the bytes of the byte-order mark, 0 where there is none."""

    name: str
    mark: int = 0


def encoding_of(path: Path, *, largest: int | None = None) -> Encoding:
    """The encoding of the whole file, read once. BadFile: `encoding` with the byte, `empty_file`, `too_large`.

    A byte-order mark decides. Without one: UTF-16 where every other byte of the beginning is zero, UTF-8 where all
    bytes are, and Windows-1252 only where no byte pair is UTF-8 and all bytes are letters that French needs.
    """
    with opened(path) as stream:
        head = stream.read(_PIECE)
        if not head:
            raise BadFile("empty_file")
        for mark, name in _MARKS:
            if head.startswith(mark):
                found = Encoding(name, len(mark))
                break
        else:
            found = Encoding(_without_mark(head))
        decoder = codecs.getincrementaldecoder(found.name)()
        windows = _Windows() if found == Encoding(UTF8) else None
        wrong = None
        piece, size = head[found.mark :], found.mark
        while piece:
            if windows:
                windows.look(piece)
            if wrong is None:
                pending = len(decoder.getstate()[0])
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError as error:
                    wrong = size - pending + error.start
            size += len(piece)
            if largest is not None and size > largest:
                raise BadFile("too_large", f"{largest // 1024**2} MB")
            if wrong is not None and not (windows and windows.plausible):
                raise BadFile("encoding", wrong)
            piece = stream.read(_PIECE)
        if wrong is not None:
            return Encoding(WINDOWS)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if windows and windows.plausible:
                return Encoding(WINDOWS)
            raise BadFile("encoding", size - len(error.object)) from error
        return found


@contextmanager
def text_of(path: Path, encoding: Encoding) -> Iterator[TextIO]:
    """The file as text without its byte-order mark; line ends as they are."""
    with opened(path) as stream:
        stream.read(encoding.mark)
        text = io.TextIOWrapper(stream, encoding=encoding.name, newline="")
        try:
            yield text
        except UnicodeDecodeError as error:  # an encoding that a person chose, and that is not the file's
            raise BadFile("encoding", error.start) from error
        finally:
            text.detach()


def _without_mark(head: bytes) -> str:
    start = head[:4096]
    if len(start) >= 4 and len(start) % 2 == 0:
        even, odd = start[::2].count(0), start[1::2].count(0)
        if odd > len(start) * 0.4 and even == 0:
            return UTF16_LE
        if even > len(start) * 0.4 and odd == 0:
            return UTF16_BE
    return UTF8


class _Windows:
    """Whether the bytes seen so far may be French in Windows-1252."""

    def __init__(self) -> None:
        self.plausible = True

    def look(self, piece: bytes) -> None:
        high = piece.translate(None, _ASCII)
        if high and self.plausible:
            self.plausible = _WINDOWS_LETTERS.issuperset(high) and not _has_utf8_pair(piece)


def _has_utf8_pair(piece: bytes) -> bool:
    """True where a letter beyond ASCII stands there in UTF-8: then the file is UTF-8, with something broken in it."""
    for part in piece.translate(_ONLY_HIGH).split():
        try:
            part.decode(UTF8)
        except UnicodeDecodeError:
            continue
        return True
    return False


_ONLY_HIGH = bytes(0x20 if byte < 0x80 else byte for byte in range(0x100))
