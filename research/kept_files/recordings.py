"""Recordings as phones make them, told by their first bytes, without title, maker, date or place."""

import io
import struct
from collections.abc import Iterator

import mutagen
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from mutagen import id3

KINDS = {
    "mp3": ("audio/mpeg", ".mp3"),
    "mp4": ("audio/mp4", ".m4a"),
    "ogg": ("audio/ogg", ".ogg"),
    "wav": ("audio/wav", ".wav"),
    "amr": ("audio/amr", ".amr"),
}
_WITH_ATOMS = (b"moov", b"trak", b"mdia", b"minf")
_TELLING = (b"udta", b"meta", b"uuid")
_SOUND_OF_WAV = (b"fmt ", b"data", b"fact")


def kind_of(content: bytes) -> str:
    """Which of KINDS it is, by content; blank for anything else."""
    if content.startswith(b"#!AMR"):
        return "amr"
    if content.startswith(b"OggS"):
        return "ogg"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp" and content[8:12] in {
        b"M4A ",
        b"M4B ",
        b"mp42",
        b"isom",
        b"3gp4",
        b"3gp5",
        b"3gp6",
        b"mp41",
    }:
        return "mp4"
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE6 == 0xE2):
        return "mp3"
    return ""


def without_tags(content: bytes, kind: str) -> bytes:
    """The same sound without what the device wrote beside it. Raises ValidationError where it cannot be read."""
    wrong = ValidationError(_("This recording cannot be read; it may be damaged."))
    try:
        if kind == "amr":
            return content  # the format has no room for tags
        if kind == "mp4":
            return _blanked_atoms(content)
        if kind == "wav":
            return _blanked_chunks(content)
        return _untagged(content, kind)
    except (mutagen.MutagenError, struct.error, ValueError, IndexError) as error:
        raise wrong from error


def _untagged(content: bytes, kind: str) -> bytes:
    file = io.BytesIO(content)
    if kind == "mp3":
        id3.delete(file)
        file.seek(0)
    sound = mutagen.File(file)
    if sound is None or sound.info is None:
        raise ValueError
    if kind == "ogg":
        file.seek(0)
        sound.delete(file)
    return file.getvalue()


def _blanked_atoms(content: bytes) -> bytes:
    """Atoms that tell where and with what it was made become free space, so that no offset moves."""
    out, found_sound = bytearray(content), False
    for start, size, name in _atoms(content, 0, len(content)):
        if name == b"mdat":
            found_sound = True
        if name in _TELLING:
            out[start + 4 : start + 8] = b"free"
            out[start + 8 : start + size] = bytes(size - 8)
    if not found_sound:
        raise ValueError
    return bytes(out)


def _atoms(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    while start + 8 <= end:
        size, name = struct.unpack(">I4s", content[start : start + 8])
        size = end - start if size == 0 else size
        if size < 8 or start + size > end:
            raise ValueError
        yield start, size, name
        if name in _WITH_ATOMS:
            yield from _atoms(content, start + 8, start + size)
        start += size


def _blanked_chunks(content: bytes) -> bytes:
    out, start, found_sound = bytearray(content), 12, False
    while start + 8 <= len(content):
        name, size = struct.unpack("<4sI", content[start : start + 8])
        end = min(start + 8 + size, len(content))
        found_sound |= name == b"data"
        if name not in _SOUND_OF_WAV:
            out[start : start + 4] = b"JUNK"
            out[start + 8 : end] = bytes(end - start - 8)
        start = end + size % 2
    if not found_sound:
        raise ValueError
    return bytes(out)
