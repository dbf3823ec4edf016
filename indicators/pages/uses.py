"""Who builds on an indicator. The ground floor does not know the study: the study tells, this page asks.

An app that uses indicators hands over a function when it starts (`AppConfig.ready`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class Use(NamedTuple):
    """Something that relies on an indicator: what kind of thing it is, its name, and its page."""

    kind: str
    name: str
    url: str


Teller = Callable[[str], list[Use]]
NumberTeller = Callable[[str, int, str, Any], list[Use]]
_tellers: list[Teller] = []
_number_tellers: list[NumberTeller] = []


def tell(teller: Teller) -> None:
    """Registers a function from an indicator's code to what uses it; the same function counts once."""
    if teller not in _tellers:
        _tellers.append(teller)


def tell_of_number(teller: NumberTeller) -> None:
    """Registers a function from one number (indicator, unit, period id) and the reader to what rests on it."""
    if teller not in _number_tellers:
        _number_tellers.append(teller)


def uses_of_number(code: str, unit: int, period: str, user: Any) -> list[Use]:
    """Everything that says it rests on this number, and where that can be followed, as the reader may see it."""
    return [use for teller in _number_tellers for use in teller(code, unit, period, user)]


def uses_of(code: str) -> list[Use]:
    """Everything that says it uses the indicator, in the order of registration."""
    return [use for teller in _tellers for use in teller(code)]
