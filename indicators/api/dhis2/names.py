"""Names and identifiers as DHIS2's interface shows them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from indicators.geography.uids import uid_for

SHORT = 50


def base_name(row: Any) -> str:
    """The name in the site's own language, whoever asks; `displayName` is the one in the reader's."""
    return str(getattr(row, f"name_{settings.LANGUAGE_CODE}", "") or row.name)


def display_name(row: Any) -> str:
    return str(row.name)


def short(name: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda row: name(row)[:SHORT]


def base_column() -> str:
    return f"name_{settings.LANGUAGE_CODE}"


def display_column() -> str:
    return "name_en" if (get_language() or "").startswith("en") else "name_fr"


def translations(row: Any) -> list[dict[str, str]]:
    """Each name that has a language of its own."""
    names = ((code, getattr(row, f"name_{code}", "")) for code, _label in settings.LANGUAGES)
    return [{"property": "NAME", "locale": code, "value": name} for code, name in names if name]


def group_uid(key: str) -> str:
    return uid_for(f"org-unit-group:{key}")


def level_uid(level: int) -> str:
    return uid_for(f"org-unit-level:{level}")


def indicator_uid(code: str) -> str:
    """Of a definition of this product, which no DHIS2 has named."""
    return uid_for(f"indicator:{code}")


def indicator_type_uid(factor: float) -> str:
    return uid_for(f"indicator-type:{factor:g}")


def account_uid(pk: int) -> str:
    return uid_for(f"account:{pk}")
