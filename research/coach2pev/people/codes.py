"""People stand here by a code and a role. What looks like a name is refused. Pure: texts in, what is wrong out."""

import re
from enum import StrEnum


class Wrong(StrEnum):
    """What is wrong with a text; the sentences for the reader are where it is refused."""

    NO_DIGIT = "no_digit"
    NAME = "name"
    CONTACT = "contact"


ACRONYMS = frozenset({
    "ASACO", "ASC", "CHW", "CPN", "CSCOM", "CSREF", "DIU", "DRS", "DTC", "DV", "EPI", "EPH", "ICP", "IDE",
    "INF", "MC", "ME", "PEV", "PF", "PNI", "RSI", "SF", "SIS", "SIH", "SSR", "TSS", "TSSP", "TS",
})  # fmt: skip
"""Words in capitals that stand in roles: posts and services of the health system, no names."""

_WORDS = re.compile(r"[^\W\d_][\w’'\-]*")
_TITLE = re.compile(r"\b(?:m\.|mr|mme|mlle|mrs|ms|dr|docteur|pr|prof|monsieur|madame)\.?\s+[^\W\d_]", re.IGNORECASE)
_CONTACT = re.compile(r"@|(?:\d[\s.\-/]?){8,}")


def wrong_with_code(code: str) -> Wrong | None:
    """A code holds a digit (`A-07`, `seg2-c1`): a name written as one word or with hyphens does not."""
    return None if any(sign.isdigit() for sign in code) else Wrong.NO_DIGIT


def wrong_with_role(role: str) -> Wrong | None:
    """A role holds no telephone number and no address, no title before a name, and no two words side by side that
    both begin with a capital, unless one of them is an acronym of the field (`Agent PEV`)."""
    if _CONTACT.search(role):
        return Wrong.CONTACT
    if _TITLE.search(role):
        return Wrong.NAME
    before = False
    for word in _WORDS.findall(role):
        capital = word[0].isupper() and word.upper() not in ACRONYMS
        if capital and before:
            return Wrong.NAME
        before = capital
    return None
