"""JSON without surprises: what Python's reader silently lets pass is refused here. Writes nothing."""

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from indicators.exchange.problems import BadFile

LARGEST = 512 * 1024 * 1024
"""Bytes after unpacking: about 1.6 million values."""
_PIECE = 1024 * 1024
Shape = Callable[[dict[str, Any]], Any]


def load(path: Path, shape: Shape | None = None) -> Any:
    """The file's content; numbers come as the text they were written with. Raises BadFile.

    `shape` may turn each object into something smaller while the file is read; it gets objects from the inside out.
    Refused: NaN and infinities, an object with two equal keys, nesting past Python's depth, lone surrogates, text that
    is not UTF-8, cut or damaged gzip, more than `LARGEST` bytes.
    """
    return parse(_text(path), shape)


def parse(text: str, shape: Shape | None = None) -> Any:
    """As `load`, from a text."""

    def whole(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            raise BadFile("duplicate_key", next(key for key in keys if keys.count(key) > 1))
        return shape(found) if shape else found

    def refuse(word: str) -> None:
        raise BadFile("not_finite", word)

    if "\\ud" in text or "\\uD" in text:
        _refuse_half_characters(text)
    try:
        return json.loads(text, object_pairs_hook=whole, parse_constant=refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise BadFile("bad_json", f"{error.msg}, {error.lineno}:{error.colno}") from error
    except RecursionError as error:
        raise BadFile("too_deep") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else path.open("rb") as stream:
            content = bytearray()
            while piece := stream.read(_PIECE):
                content += piece
                if len(content) > LARGEST:
                    raise BadFile("too_large", f"{LARGEST // 1024**2} MB")
        return content.decode("utf-8-sig")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadFile("bad_archive") from error
    except UnicodeDecodeError as error:
        raise BadFile("bad_encoding") from error
    except OSError as error:
        raise BadFile("file_not_found", error.strerror or path.name) from error


def _refuse_half_characters(text: str) -> None:
    """A lone surrogate can be parsed but stored in neither database; escaped pairs are fine."""
    for piece in text.split('"'):
        if "\\ud" not in piece.lower():
            continue
        try:
            json.loads(f'"{piece}"').encode()
        except UnicodeEncodeError as error:
            raise BadFile("bad_unicode") from error
        except json.JSONDecodeError:
            continue  # a piece cut at an escaped quote; what is wrong with it json.loads says later
