"""When two spellings are the same name. Pure."""

import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´-–‐. "), None)


def normalise(name: str) -> str:
    """`N'Debougou`, `N’Débougou`, `NDEBOUGOU` → `ndebougou`: case, accents, apostrophes, hyphens, spaces dropped.

    Nothing else is forgiven: `Bougouni Oest` and `Bougouni Ouest` stay different names, and only an alias row can
    say that they mean one place.
    """
    decomposed = unicodedata.normalize("NFKD", name.strip())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.casefold().translate(_APOSTROPHES)
