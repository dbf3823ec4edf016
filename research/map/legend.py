"""The legend of the marks: every form and every fill with its meaning, in words, and how many CSCom have it."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise

from research.map.stages import Exposure
from research.map.stock import Stock
from research.map.words import FILL_NAMES, FILLS, FORM_NAMES, FORMS


class Key(NamedTuple):
    """`form` and `fill` are what the mark is drawn with, `name` says what that looks like."""

    form: Exposure
    fill: Stock
    name: str | Promise
    meaning: str | Promise
    sites: int


def forms_legend(count: Mapping[Exposure, int]) -> list[Key]:
    return [Key(form, Stock.IN_STOCK, FORM_NAMES[form], FORMS[form], count.get(form, 0)) for form in Exposure]


def fills_legend(count: Mapping[Stock, int]) -> list[Key]:
    return [Key(Exposure.ACTIVE, fill, FILL_NAMES[fill], FILLS[fill], count.get(fill, 0)) for fill in Stock]
