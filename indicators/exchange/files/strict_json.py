"""JSON without surprises: what Python's reader silently lets pass is refused here. Writes nothing.

A file is read as a whole (`load`), or member by member with one long list in pieces (`members`), in memory that does
not grow with it. Both refuse the same: NaN and infinities, an object with two equal keys, nesting past Python's depth,
lone surrogates, text that is not UTF-8. Numbers come as the text they were written with.
"""

import codecs
import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from indicators.exchange.files.archive import opened
from indicators.exchange.problems import BadFile

LARGEST = 512 * 1024 * 1024
"""Bytes of a file that is read as a whole, after unpacking."""
LONGEST = 16 * 1024 * 1024
"""Characters of one record, or of one member that is not the long list."""
_PIECE = 1024 * 1024
Shape = Callable[[dict[str, Any]], Any]
_LONGEST_WORD = 16
"""Characters: a word, a number's sign or an escape that the window's end cuts is no longer."""
_BEHIND = frozenset(",:]} \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")


def load(path: Path, shape: Shape | None = None) -> Any:
    """The file's content. Raises BadFile, `too_large` past LARGEST bytes.

    `shape` may turn each object into something smaller while the file is read; it gets objects from the inside out.
    """
    with opened(path, LARGEST) as stream:
        content = bytearray()
        while piece := stream.read(_PIECE):
            content += piece
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("bad_encoding") from error
    return parse(text, shape)


def parse(text: str, shape: Shape | None = None) -> Any:
    """As `load`, from a text."""
    _check_escapes(text)
    try:
        return json.loads(text, **_strictly(shape))
    except json.JSONDecodeError as error:
        raise BadFile("bad_json", f"{error.msg}, {error.lineno}:{error.colno}") from error
    except RecursionError as error:
        raise BadFile("too_deep") from error


def members(path: Path, long: str) -> Iterator[tuple[str, Any]]:
    """The members of the file's one object, in order. The list called `long` comes as several lists, one after another.

    Raises BadFile: `wrong_shape` where the file is no object or `long` no list, `too_large` for a record or another
    member of more than LONGEST characters.
    """
    with opened(path) as stream:
        yield from _Text(stream).members(long)


def first_member(path: Path, among: Collection[str]) -> str:
    """The name of the first member of the file's one object that is one of these; empty where there is none.

    Reads no further than that. Raises BadFile as `members` does for what stands before it; a list at the top has none.
    """
    with opened(path) as stream:
        text = _Text(stream)
        if text.sign() == "[":
            return ""
        for key in text.keys(""):
            if key in among:
                return key
            text.value()
    return ""


class _Text:
    """A window over the file's text: `text` from the place `at` on is what was not yet taken."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.at, self.ended = "", 0, False
        self._one_by_one = False
        self._lines, self._columns = 0, 0
        self._strict = json.JSONDecoder(**_strictly(None))
        self._quick = json.JSONDecoder(**{**_strictly(None), "object_pairs_hook": None})

    def members(self, long: str) -> Iterator[tuple[str, Any]]:
        for key in self.keys(long):
            if key != long:
                yield key, self.value()
                continue
            if self.sign() != "[":
                raise BadFile("wrong_shape", long)
            self.at += 1
            for some in self._pieces():
                yield key, some

    def keys(self, long: str) -> Iterator[str]:
        """The names of the one object's members; after each the caller takes the value."""
        if self.sign() != "{":
            if self.sign() != "[":
                self.value()
            raise BadFile("wrong_shape", long)
        self.at += 1
        seen: set[str] = set()
        while self.sign() != "}" or seen:
            if self.sign() != '"':
                raise self.bad("Expecting property name enclosed in double quotes")
            key = self.value()
            if key in seen:
                raise BadFile("duplicate_key", key)
            seen.add(key)
            if self.sign() != ":":
                raise self.bad("Expecting ':' delimiter")
            self.at += 1
            yield key
            if self.sign() != ",":
                break
            self.at += 1
        if self.sign() != "}":
            raise self.bad("Expecting ',' delimiter")
        self.at += 1
        if self.sign():
            raise self.bad("Extra data")

    def _pieces(self) -> Iterator[list[Any]]:
        """What stands in the list, up to its end. At least one piece, which may be empty."""
        if self.sign() == "]":
            self.at += 1
            yield []
            return
        while True:
            found = self._many() or [self.value()]
            yield found
            sign = self.sign()
            self.at += 1
            if sign == "]":
                return
            if sign != ",":
                self.at -= 1
                raise self.bad("Expecting ',' delimiter")

    def _many(self) -> list[Any]:
        """The records of the window but the last, in one go; none where that cannot be told.

        Cut behind a closing bracket and closed, the text begins with a list exactly where that bracket ends a record
        of ours or lies past our list's end: within a text or within a record it is no JSON.
        """
        self.sign()
        end = len(self.text)
        for _ in range(0 if self._one_by_one else 3):
            end = max(self.text.rfind("}", self.at, end), self.text.rfind("]", self.at, end))
            if end < 0:
                break
            part = self.text[self.at : end + 1]
            try:
                found, length = self._quick.raw_decode(f"[{part}]")
                if not _all_keys_differ(part, found):
                    found, length = self._strict.raw_decode(f"[{part}]")
            except json.JSONDecodeError:
                continue
            except RecursionError as error:
                raise BadFile("too_deep") from error
            _check_escapes(part)
            self.at += length - 2 if found else 0
            return found
        self._one_by_one = True
        return []

    def value(self) -> Any:
        """The value that begins here, read on until it is complete."""
        self.sign()
        while True:
            try:
                found, end = self._strict.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos > len(self.text) - _LONGEST_WORD
                if self.ended or not cut:
                    raise self.bad(error.msg, error.pos) from error
            except RecursionError as error:
                raise BadFile("too_deep") from error
            else:
                # The window may end within a number: at 1 of 12, of 1.5, of 1e+5.
                if self.ended or len(self.text) - end > 2 or self.text[end : end + 1] in _BEHIND:
                    _check_escapes(self.text[self.at : end])
                    self.at = end
                    return found
            if len(self.text) - self.at > LONGEST:
                raise BadFile("too_large", f"{LONGEST // 1024**2} MB")
            self.more()

    def sign(self) -> str:
        """The next character that is no space, empty at the end of the file."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self.more()

    def more(self) -> None:
        gone = self.text[: self.at]
        if lines := gone.count("\n"):
            self._lines, self._columns = self._lines + lines, len(gone) - gone.rindex("\n") - 1
        else:
            self._columns += len(gone)
        piece = self._stream.read(_PIECE)
        self.ended = not piece
        try:
            self.text = self.text[self.at :] + self._decoder.decode(piece, final=self.ended)
        except UnicodeDecodeError as error:
            raise BadFile("bad_encoding") from error
        self.at, self._one_by_one = 0, False

    def bad(self, message: str, at: int | None = None) -> BadFile:
        """`bad_json` with line and column in the file."""
        before = self.text[: self.at if at is None else at]
        lines = before.count("\n")
        column = len(before) - before.rindex("\n") if lines else self._columns + len(before) + 1
        return BadFile("bad_json", f"{message}, {self._lines + lines + 1}:{column}")


def _strictly(shape: Shape | None) -> dict[str, Any]:
    """What the json module is to do with objects, words and numbers."""

    def whole(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            raise BadFile("duplicate_key", next(key for key in keys if keys.count(key) > 1))
        return shape(found) if shape else found

    def refuse(word: str) -> None:
        raise BadFile("not_finite", word)

    return {"object_pairs_hook": whole, "parse_constant": refuse, "parse_int": str, "parse_float": str}


def _all_keys_differ(text: str, records: list[Any]) -> bool:
    """True only where no object of the text has two equal keys; False where one may, or where that costs to tell.

    Without escapes and without space before a colon, a quote and a colon stand behind each key and nowhere else:
    as many as the objects have keys, if none was lost.
    """
    if "\\" in text or set(map(type, records)) != {dict}:
        return False
    if any(space in text and f"{space}:" in text for space in " \n\t\r"):
        return False
    return text.count('":') == sum(map(len, records))


def _check_escapes(text: str) -> None:
    """A lone surrogate can be parsed but stored in neither database; escaped pairs are fine."""
    if "\\" not in text or not ("\\ud" in text or "\\uD" in text):
        return
    for piece in text.split('"'):
        if "\\ud" not in piece.lower():
            continue
        try:
            json.loads(f'"{piece}"').encode()
        except UnicodeEncodeError as error:
            raise BadFile("bad_unicode") from error
        except json.JSONDecodeError:
            continue  # a piece cut at an escaped quote; what is wrong with it json.loads says later
