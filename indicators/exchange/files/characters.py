"""Characters that are never meant: they end texts early, steer terminals or turn the direction of a line. Pure."""

import re
import unicodedata

_NEVER_MEANT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_BREAKS = re.compile(r"[\t\r\n]")


def has_control(text: str) -> bool:
    """True where a code, a name or a period holds such a character, or a line break or tab inside."""
    return _NEVER_MEANT.search(text) is not None or _BREAKS.search(text.strip()) is not None


def without_control(text: str) -> str:
    """The text of a note without such characters; its line breaks and tabs stay."""
    return _NEVER_MEANT.sub("", text)


def composed(text: str) -> str:
    """One spelling of each accented letter (NFC), so that é is é however it was typed; trimmed of spaces."""
    return unicodedata.normalize("NFC", text).strip()
