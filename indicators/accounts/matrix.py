"""Who may do what: one table, read by every policy, shown to people, and compared with the product by the tests. Pure.

Denied is what does not stand here. A letter says how far a right reaches; the roles of a person add up. Which rows lie
in somebody's districts, `geography.scopes` says; whether something is their own, the policy of its room.
"""

from collections.abc import Iterable
from enum import Flag

from indicators.accounts.roles import Role


class Cell(Flag):
    """How far a right reaches. `NONE` is false."""

    NONE = 0
    ALL = 1  # A: everywhere
    DISTRICT = 2  # D: in one's own districts
    OWN = 4  # O: what one made oneself
    REASON = 8  # R: with a reason, which is kept
    SECOND = 16  # 2: never one's own work


LETTERS = {"A": Cell.ALL, "D": Cell.DISTRICT, "O": Cell.OWN, "R": Cell.REASON, "2": Cell.SECOND}
EVERYBODY, ACCOUNT = "everybody", "account"  # without an account; with one, whatever its roles
COLUMNS = (EVERYBODY, ACCOUNT, *(role.value for role in Role))

# action                     every-  account  partner  clerk  resear-  lead  adminis-
#                            body                             cher            trator
TABLE = """
page.public                  A       A        A        A      A        A     A
account.own                  -       O        O        O      O        O     O
token.own                    -       O        O        O      O        O     O
token.write                  -       -        -        O      O        O     O
token.revoke                 -       O        O        O      O        O     A
account.propose              -       -        -        -      -        A     A
account.invite               -       -        -        -      -        -     A
journal.own                  -       O        O        O      O        O     O
journal.read_all             -       -        -        -      -        A     A
number.read                  -       A        A        A      A        A     A
number.read_who              -       -        -        A      A        A     A
quality.read                 -       -        A        D      A        A     A
refresh.read                 -       -        -        -      A        A     A
refresh.ask                  -       -        -        -      -        A     A
approval.read                -       -        -        D      A        A     -
approval.submit              -       -        -        D      -        A     -
approval.verify              -       -        -        -      A2       A2    -
approval.approve             -       -        -        -      -        A2    -
approval.open                -       -        -        -      -        AR    -
import.read                  -       -        -        O      A        A     A
import.send                  -       -        -        D      -        A     A
import.commit                -       -        -        O      -        A     A
import.undo                  -       -        -        O      -        A     A
import.keep_mapping          -       -        -        O      -        A     A
import.assign_names          -       -        -        -      -        A     A
dhis2.read                   -       -        -        -      A        A     A
dhis2.pull                   -       -        -        -      -        A     A
search.use                   -       A        A        A      A        A     A
search.study                 -       -        A        -      A        A     A
site.read                    -       A        A        A      A        A     A
exposure.edit                -       -        -        -      -        A     -
agenda.read                  -       A        A        A      A        A     A
agenda.read_documents        -       -        A        A      A        A     -
agenda.plan                  -       -        -        -      -        A     -
visit.read                   -       -        -        D      A        A     -
visit.enter                  -       -        -        D      -        A     -
visit.read_history           -       -        -        -      -        A     -
coach.keep                   -       -        -        -      -        A     -
checklist.build              -       -        -        -      -        A     -
improvement.verify           -       -        -        D2     -        A2    -
stock.read                   -       -        -        D      A        A     -
stock.enter                  -       -        -        D      -        A     -
stock.read_history           -       -        -        -      -        A     -
stock.correct_lots           -       -        -        -      -        A     -
stock.keep_products          -       -        -        -      -        A     -
stock.undo_file              -       -        -        O      -        A     -
observation.log              -       -        -        -      O        O     -
observation.read             -       -        -        -      A        A     -
observation.read_restricted  -       -        -        -      DO       DO    -
observation.edit             -       -        -        -      O        A     -
observation.lower            -       -        -        -      -        A     -
observation.review           -       -        -        -      -        A2    -
codebook.read                -       A        A        A      A        A     A
coding.code                  -       -        -        -      A        A     -
coding.publish               -       -        -        -      -        A     -
coding.assign                -       -        -        -      -        A     -
finding.read                 -       A        A        A      A        A     A
finding.write                -       -        -        -      A        A     -
finding.edit                 -       -        -        -      O        A     -
finding.review               -       -        -        -      -        A2    -
use.edit                     -       -        -        -      O        A     -
theory.read                  -       A        A        A      A        A     A
theory.write                 -       -        -        -      A        A     -
theory.adopt                 -       -        -        -      -        A     -
analysis.read                -       A        A        D      A        A     A
analysis.write               -       -        -        -      A        A     -
analysis.edit                -       -        -        -      O        A     -
analysis.void                -       -        -        -      -        AR    -
annotation.read              -       A        A        A      A        A     A
annotation.read_restricted   -       -        -        -      DO       DO    -
annotation.write             -       -        -        -      A        A     -
annotation.change            -       -        -        -      O        A     -
edition.read_published       A       A        A        A      A        A     A
edition.read_frozen          -       A        A        A      A        A     A
edition.write                -       -        -        -      A        A     -
edition.review               -       -        -        -      -        A2    -
edition.publish              -       -        -        -      -        A     -
system.see_parts             -       -        -        -      -        -     A
system.read_set_up           -       -        -        -      -        A     A
system.set_up                -       -        -        -      -        -     A
export.deidentified          -       -        -        -      A        A     -
export.full                  -       -        -        -      -        AR    -
export.read_all              -       -        -        -      O        A     -
"""

REPAIR = frozenset(
    {"token.revoke", "account.propose", "account.invite", "journal.read_all", "system.read_set_up", "system.set_up"}
)
"""What a superuser may do by that alone: set right what nobody else can, and begin where nobody else is yet."""


def _cells(letters: str) -> Cell:
    found = Cell.NONE
    for letter in letters.replace("-", ""):
        found |= LETTERS[letter]
    return found


MATRIX: dict[str, dict[str, Cell]] = {
    action: dict(zip(COLUMNS, map(_cells, cells), strict=True))
    for action, *cells in (line.split() for line in TABLE.split("\n") if line)
}


def cell(action: str, columns: Iterable[str]) -> Cell:
    """What the columns add up to. Raises KeyError for an action that does not stand in the table."""
    row, found = MATRIX[action], Cell.NONE
    for column in columns:
        found |= row[column]
    return found


def letters(found: Cell) -> str:
    """The cell as it is written: "A2"; a dash for none."""
    return "".join(letter for letter, flag in LETTERS.items() if flag in found) or "–"
