"""Identifiers of eleven characters, as DHIS2 makes them: a letter, then ten letters or digits. Pure."""

import hashlib
import re
import string

_LETTERS = string.ascii_letters
_ALPHABET = string.ascii_letters + string.digits
_UID = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")


def is_uid(text: str) -> bool:
    """Whether the text has the shape of a DHIS2 uid (ASCII only)."""
    return _UID.fullmatch(text) is not None


def uid_for(key: str) -> str:
    """The uid of a row that no DHIS2 server has named: always the same for the same key.

    Drawn from the SHA-256 of the key, so that a study loaded twice, or on two machines, gives the same identifiers.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    number, first = divmod(number, len(_LETTERS))
    letters = [_LETTERS[first]]
    for _ in range(10):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)
