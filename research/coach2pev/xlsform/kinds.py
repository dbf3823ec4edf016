"""Which kinds of questions of XLSForm are which kinds of items here, and what becomes of the others. Pure.

A kind that has no counterpart is kept as a text, left out or refused; which, and why, is said for each of them.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from research.coach2pev.xlsform import forms

BEGIN, END = "begin", "end"


class Asked(NamedTuple):
    """What a type means here. `kind` empty: left out (`notice` says why) or refused (`refusal` says why)."""

    kind: str = ""
    list_code: str = ""
    decimals: bool = False
    other: bool = False
    calculation: str = ""
    notice: str | Promise = ""
    refusal: str | Promise = ""


_AS_TEXT = _("The kind “%(type)s” has no counterpart: it is kept as a text.")
_LEFT_OUT = _("The kind “%(type)s” is filled by the device, not by the coach: it is left out.")
_KINDS = {
    "text": Asked(forms.TEXT), "string": Asked(forms.TEXT),
    "integer": Asked(forms.NUMBER), "int": Asked(forms.NUMBER), "decimal": Asked(forms.NUMBER, decimals=True),
    "range": Asked(
        forms.NUMBER, decimals=True, notice=_("The kind “range” is kept as a number; its ends are not checked.")
    ),
    "date": Asked(forms.DAY), "note": Asked(forms.NOTE), "calculate": Asked(forms.CALCULATED),
    "geopoint": Asked(forms.PLACE), "gps": Asked(forms.PLACE), "location": Asked(forms.PLACE),
    "today": Asked(
        forms.CALCULATED,
        calculation="today()",
        notice=_("“today” is computed: it is the day on which the visit is filled in."),
    ),
}  # fmt: skip
_TEXTS = {
    "time", "datetime", "geotrace", "geoshape", "image", "photo", "audio", "video", "file", "barcode", "acknowledge",
    "trigger",
}  # fmt: skip
_DEVICE = {
    "start", "end", "deviceid", "device id", "username", "email", "phonenumber", "phone number", "subscriberid",
    "simserial", "audit", "start-geopoint", "background-audio", "hidden", "imei",
}  # fmt: skip
_SELECT = re.compile(
    r"(?P<how>select[ _](?:one|multiple)|select1|select all that apply)(?: from)?\s+(?P<list>\S+)"
    r"(?P<other>\s+(?:or_other|or specify other))?"
)
_RANK = re.compile(r"(?:odk:)?rank\s+(?P<list>\S+)")
_FILES = ("select_one_from_file", "select_multiple_from_file", "select_one_external")


def edge_of(text: str) -> tuple[str, str] | None:
    """`begin group` → begin, group; None where the row is no edge of a group or repeat."""
    match = re.fullmatch(r"(begin|end)[ _](group|repeat)", text.casefold())
    return (match[1], match[2]) if match else None


def asked_of(text: str) -> Asked:
    """What the type means here. An unknown one is refused."""
    plain = " ".join(text.split())
    if plain.casefold().startswith(_FILES):
        return Asked(refusal=_("Choices out of another file cannot be read. Put them in the sheet “choices”."))
    if match := _SELECT.fullmatch(plain):
        several = match["how"] not in ("select one", "select_one", "select1")
        return Asked(forms.CHOICES if several else forms.CHOICE, match["list"], other=bool(match["other"]))
    if match := _RANK.fullmatch(plain):
        return Asked(forms.TEXT, notice=_AS_TEXT)
    key = plain.casefold()
    if key in _KINDS:
        return _KINDS[key]
    if key in _TEXTS or key.replace(" ", "") in _TEXTS:
        return Asked(forms.TEXT, notice=_AS_TEXT)
    if key in _DEVICE:
        return Asked(notice=_LEFT_OUT)
    return Asked(refusal=_("The kind “%(type)s” is not known here."))


YES_NO_CODES = {"yes", "no"}
_ALLOWED = YES_NO_CODES | {"partial", "na"}


def is_yes_no(codes: Collection[str]) -> bool:
    """Whether a list offers yes and no, and besides at most partly and not applicable, by their codes."""
    return YES_NO_CODES <= set(codes) <= _ALLOWED
