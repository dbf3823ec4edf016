"""The counts of a board, kept as long as the numbers under them are the same."""

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.quality.board import RULES, Board, board
from indicators.quality.material import Material
from indicators.rollup.kept import kept


def counted(unit: OrgUnit, first: Period, last: Period) -> Board:
    """The board of a unit and of these months, both included, kept until the next refresh or another published figure,
    of which no refresh knows."""
    material = Material(unit, first, last)
    asked = [*RULES], unit.pk, first.code, last.code, material.published
    return kept("quality-board", asked, lambda: board(material))
