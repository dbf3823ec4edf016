"""What is taken from a row so that nobody is recognised by it. Pure.

A day becomes its month, and that of a restricted record its half-year. A site in a conflict district, or of a
restricted record, becomes the kind of place that it is. One or two people become «1–2». Roles are left out: at a small
centre the role is the person.
"""

from datetime import date


def when(day: date, *, restricted: bool) -> str:
    """`2025-09`, or `2025-H2` where the record is restricted."""
    return f"{day.year}-H{1 if day.month <= 6 else 2}" if restricted else f"{day:%Y-%m}"


def where(site: str, typology: str, *, conflict: bool, restricted: bool) -> str:
    """The name of the site, or what kind of place it is; a place of no known kind is «?»."""
    return (typology or "?") if conflict or restricted else site


def how_many(people: int | None) -> str:
    """The number of people who spoke; one and two are not told apart. Blank: not known, which is not 0."""
    if people is None:
        return ""
    return "1-2" if people in {1, 2} else str(people)
