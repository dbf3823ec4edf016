"""What a source says about a product missing at a site. Pure.

Cards and entered stock-outs name real days. A monthly report names a number of days somewhere in its month, and whether
stock was there on its first and last day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.periods import Period
from research.medexis.formulas.balance import Line

CARD, ENTRY, REPORT = "card", "entry", "report"


@dataclass(frozen=True, slots=True)
class Claim:
    """`key` names the row: the card's, the entry's or the report's. `start` and `end` are days without stock (`end`
    None: it goes on); of a report, its month. `days` is how many days the source says, None where it does not.
    `starts_out` and `ends_out`: whether a report shows nothing on hand where its month begins and ends.
    """

    source: str
    key: int
    start: date
    end: date | None
    days: int | None = None
    starts_out: bool = False
    ends_out: bool = False

    @property
    def month(self) -> Period:
        return Period.month_of(self.start)

    def told(self) -> dict[str, Any]:
        """As it is stored with an episode."""
        end = self.end.isoformat() if self.end else None
        return {"source": self.source, "key": self.key, "start": self.start.isoformat(), "end": end, "days": self.days}


def claim_of_report(key: int, month: Period, line: Line) -> Claim | None:
    """What a month's line says; None where it says nothing about days out of stock.

    0 days is a statement too: it is held against the other sources. Days beyond the month are impossible: that it was
    out is kept, the number is not. Nothing on hand at the end and no number of days: out, for how long nobody says.
    """
    out = line.days_out
    if out is None and line.closing != 0:
        return None
    days = out if out is not None and out <= month.days else None
    whole = days == month.days
    return Claim(REPORT, key, month.start, month.end, days, whole or line.opening == 0, whole or line.closing == 0)
