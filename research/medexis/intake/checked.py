"""What a file of stock holds once it was held against the sites, the products and the rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from research.medexis.cards.loaded import LoadedLine
from research.medexis.formulas.balance import Flag
from research.medexis.intake.problems import SET_ASIDE, RowProblem
from research.medexis.reports.loaded import LoadedReportLine


class Compared(NamedTuple):
    """What loading does, or would do, with the rows that can be stored: rows new, there already with the same content,
    replaced by choice, and there with another content (what they are called)."""

    created: int
    unchanged: int
    replaced: int
    conflicts: list[str]


@dataclass(slots=True)
class Checked:
    """`rows` of the file = lines that can be stored + `repeated` (twice in the file, alike) + `refused`.

    `wrong`: sentences on the file as a whole; then nothing can be stored. `flags`: questions that lines raise by
    themselves; they are stored as they are.
    """

    content: str
    layout: str
    rows: int = 0
    reports: Sequence[LoadedReportLine] = ()
    cards: Sequence[LoadedLine] = ()
    repeated: int = 0
    refused: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    flags: Counter[Flag] = field(default_factory=Counter)

    @property
    def lines(self) -> int:
        """How many lines can be stored."""
        return len(self.reports) + len(self.cards)

    @property
    def set_aside(self) -> list[tuple[str, str, int]]:
        """Code, name and number of rows of what is not known here, the most frequent first."""
        found = Counter((one.code, one.value) for one in self.problems if one.code in SET_ASIDE)
        return [(code, value, count) for (code, value), count in found.most_common()]
