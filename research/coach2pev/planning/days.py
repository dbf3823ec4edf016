"""The days of a round of visits. Pure."""

from datetime import date, timedelta

SATURDAY = 5


def working_days(first: date, last: date) -> list[date]:
    """Monday to Friday from `first` to `last`, both included. Public holidays are not known here."""
    every = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in every if day.weekday() < SATURDAY]


def spread(number: int, days: list[date]) -> list[date]:
    """A day for each of `number` visits, in order and as even as whole days allow, from the first day on.

    More visits than days: several on a day, never two more on one day than on another. ValueError without days.
    """
    if number and not days:
        raise ValueError("no day to spread the visits over")
    return [days[place * len(days) // number] for place in range(number)]
