"""A definition beside others of its kind, and the words and numbers of which the table is made."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.pages.formats import MISSING, number_text, percent_text
from research.medexis.definitions.inputs import Inputs, Months
from research.medexis.formulas.ratios import Ratio

NOT_ASKED = ""
"""Where a definition has nothing to say of one month, or of several. What cannot be computed is «—»."""


class Rival(NamedTuple):
    """A definition, whose it is, its formula in words, and what it gives for the last month and for all months."""

    name: str
    whose: str
    formula: str
    last: str
    all: str


class Group(NamedTuple):
    title: str
    rivals: Sequence[Rival]
    note: str = ""
    demonstration: bool = False


def rival(of: Inputs, name: str, whose: str, formula: str, by: Callable[[Months], str]) -> Rival:
    """The same computation for the last month, and for all months with their sums."""
    return Rival(name, whose, formula, by([of.last]), by(of.months))


def share(ratio: Ratio | None) -> str:
    """A share with its two parts."""
    if ratio is None or ratio.value is None:
        return MISSING
    return f"{percent_text(100 * ratio.value)} ({number_text(ratio.numerator)} / {number_text(ratio.denominator)})"


def total(values: Iterable[float | None], decimals: int | None = None) -> str:
    """The sum of what is known."""
    known = [value for value in values if value is not None]
    return number_text(sum(known), decimals) if known else MISSING


def word(found: bool | None) -> str:
    return MISSING if found is None else _("yes") if found else _("no")
