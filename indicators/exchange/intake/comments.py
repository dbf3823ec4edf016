"""Comments as they may be stored. Pure."""

LONGEST = 2000


def clean(text: str) -> str | None:
    """The comment without what steers terminals or turns the line of writing; None where it is too long to keep."""
    kept = "".join(char for char in text if char.isprintable() or char in "\n\t").strip()
    return kept if len(kept) <= LONGEST else None
