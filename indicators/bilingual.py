"""Texts that are data: one column per language, read through one name."""

from typing import Any

from django.utils.translation import get_language


class Bilingual:
    """`name = Bilingual("name")` reads `name_fr` or `name_en`, whichever the reader's language asks for.

    Where the asked language is blank the other is returned: a text in the wrong language is better than none,
    and the study's loader refuses blank texts, so this happens only to rows typed in the admin.
    """

    def __init__(self, stem: str) -> None:
        self.stem = stem

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        english = (get_language() or "fr").startswith("en")
        first, second = ("en", "fr") if english else ("fr", "en")
        return getattr(row, f"{self.stem}_{first}") or getattr(row, f"{self.stem}_{second}")
