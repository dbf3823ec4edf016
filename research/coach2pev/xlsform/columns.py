"""What the columns of an XLSForm are called: older spellings, and the language behind two colons. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

FR, EN = "fr", "en"
FRENCH, ENGLISH = "French (fr)", "English (en)"
TRANSLATED = frozenset(("label", "hint", "constraint_message", "capev::action", "capev::name"))
OWN = "capev::"
"""What XLSForm has no word for stands in columns that begin so; other programs leave them alone."""
_SPELLINGS = {
    "list name": "list_name", "relevance": "relevant", "bind::relevant": "relevant", "bind::required": "required",
    "bind::constraint": "constraint", "bind::calculate": "calculation", "calculate": "calculation",
    "bind::jr:constraintmsg": "constraint_message", "constraint message": "constraint_message",
    "constraint_msg": "constraint_message", "constraintmsg": "constraint_message", "choice filter": "choice_filter",
    "caption": "label", "command": "type", "tag": "name", "value": "name", "title": "form_title",
    "form title": "form_title", "id_string": "form_id", "form id": "form_id", "default language": "default_language",
}  # fmt: skip


class Column(NamedTuple):
    """`name` is XLSForm's own; `language` is fr, en, empty where none is named, else what is written."""

    name: str
    language: str = ""


def column_of(header: str) -> Column:
    """`label::Français (fr)` → label, fr; `Relevance` → relevant; `region` stays as it is."""
    text = re.sub(r"\s*::\s*", "::", header.strip())
    plain = text.casefold()
    if plain in _SPELLINGS:
        return Column(_SPELLINGS[plain])
    parts = text.split("::") if "::" in text else text.split(":", 1)
    depth = 2 if plain.startswith(OWN) else 1
    base = "::".join(parts[:depth]).casefold()
    base = _SPELLINGS.get(base, base).replace("-", "_")
    if base in TRANSLATED and len(parts) == depth + 1:
        return Column(base, language_of(parts[depth]))
    if base in TRANSLATED and len(parts) == depth:
        return Column(base)
    spelt = plain.replace(" ", "_").replace("-", "_")
    return Column(spelt if spelt in KNOWN or plain.startswith(OWN) else text)


def language_of(text: str) -> str:
    """fr and en in whatever way they are written; any other language as written."""
    written = re.search(r"\(\s*([A-Za-z]{2,3})(?:[-_][A-Za-z]+)?\s*\)\s*$", text)
    if written:
        code = written[1].casefold()
        return {"fra": FR, "fre": FR, "eng": EN}.get(code, code)
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    if plain in ("fr", "fra", "french") or plain.startswith("franc"):
        return FR
    return EN if plain in ("en", "eng", "english", "anglais") else plain


SURVEY = (
    frozenset(
        ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "choice_filter")
    )
    | {"calculation", "disabled"}
    | {f"{OWN}{name}" for name in ("kind", "code", "weight", "partial", "not_applicable", "target", "action", "list")}
)
CHOICES = frozenset(("list_name", "name", "label", "capev_share"))
SETTINGS = frozenset(("form_title", "form_id", "version", "default_language")) | {
    f"{OWN}{name}" for name in ("name", "fails_below", "example", "note")
}
KNOWN = SURVEY | CHOICES | SETTINGS


class Bilingual(NamedTuple):
    fr: str
    en: str


def bilingual(cells: Mapping[Column, str], name: str, default: str) -> Bilingual:
    """The text in both languages; where it stands in one only (or in none named), that one serves for both.

    A column without a language is in the `default` one where that is fr or en, else it fills whatever is missing.
    """
    plain = cells.get(Column(name), "")
    fr, en = cells.get(Column(name, FR), ""), cells.get(Column(name, EN), "")
    if plain and default == FR:
        fr = fr or plain
    elif plain and default == EN:
        en = en or plain
    first = fr or plain or en or next((text for column, text in cells.items() if column.name == name and text), "")
    return Bilingual(fr or plain or first, en or plain or first)


def languages(columns: Iterable[Column]) -> set[str]:
    return {column.language for column in columns if column.name in TRANSLATED and column.language}
