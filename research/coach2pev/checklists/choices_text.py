"""A list of choices as lines of text, so that it is typed and pasted without a script. Pure.

oui | Oui | Yes | 1
gao | Gao | Gao | | region=nord zone=a
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

MOST = 1000


class Line(NamedTuple):
    code: str
    label_fr: str
    label_en: str
    share: Decimal | None
    attributes: dict[str, str]


class BadLine(ValueError):
    """`str()` names the line and what is wrong with it."""


def read(text: str) -> list[Line]:
    """Blank lines are passed over; a label missing in English is the French one. Raises BadLine."""
    found: list[Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found.append(_line(number, [cell.strip() for cell in line.split("|")]))
            if sum(one.code == found[-1].code for one in found) > 1:
                raise _bad(number, _("the code “%(code)s” stands twice.") % {"code": found[-1].code})
    if len(found) > MOST:
        raise BadLine(_("A list holds at most %(most)s choices.") % {"most": MOST})
    return found


def write(choices: Iterable[Any]) -> str:
    """The lines of stored choices, as `read` takes them."""
    lines = []
    for one in choices:
        cells = [one.code, one.label_fr, one.label_en, "" if one.share is None else f"{one.share.normalize():f}"]
        if one.attributes:
            cells.append(" ".join(f"{name}={value}" for name, value in one.attributes.items()))
        lines.append(" | ".join(cells).rstrip(" |"))
    return "\n".join(lines)


def _line(number: int, cells: list[str]) -> Line:
    if not 2 <= len(cells) <= 5 or not cells[0] or not cells[1]:
        raise _bad(number, _("write: code | French | English | share of the points."))
    if len(cells[0]) > 100 or len(cells[0].split()) > 1:
        raise _bad(number, _("a code is one word of at most 100 signs."))
    cells += [""] * (5 - len(cells))
    if max(len(cells[1]), len(cells[2])) > 300:
        raise _bad(number, _("a label has at most 300 signs."))
    return Line(cells[0], cells[1], cells[2] or cells[1], _share(number, cells[3]), _attributes(number, cells[4]))


def _share(number: int, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        share = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise _bad(number, _("“%(text)s” is no share between 0 and 1.") % {"text": text}) from error
    if not share.is_finite() or not 0 <= share <= 1:
        raise _bad(number, _("“%(text)s” is no share between 0 and 1.") % {"text": text})
    return round(share, 3)


def _attributes(number: int, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split():
        name, sign, value = part.partition("=")
        if not sign or not name or not value:
            raise _bad(number, _("attributes are written name=value, with blanks between."))
        found[name] = value
    return found


def _bad(number: int, sentence: str) -> BadLine:
    return BadLine(_("Line %(number)s: %(sentence)s") % {"number": number, "sentence": sentence})
