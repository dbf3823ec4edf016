"""What the signals gave when they were held against a real eLMIS: contraceptives in Côte d'Ivoire, 2016 to 2019.
The pages say these numbers, and a test computes them anew from the file. Pure."""

from typing import NamedTuple


class Backtest(NamedTuple):
    """`months` of a product at a site. One month ahead: of `flagged` months `foreseen` were followed by one that ended
    at zero, of the `quiet` ones `missed`. `silent` months ended at zero with 0 days out, and were the rule at
    `silent_sites` of the `sites`."""

    months: int
    flagged: int
    foreseen: int
    quiet: int
    missed: int
    silent: int
    sites: int
    silent_sites: int

    @property
    def hit_percent(self) -> float:
        """Of what was flagged, what came to zero."""
        return 100 * self.foreseen / self.flagged

    @property
    def miss_percent(self) -> float:
        """Of what was not flagged, what came to zero all the same."""
        return 100 * self.missed / self.quiet

    @property
    def found_percent(self) -> float:
        """Of what came to zero, what had been flagged."""
        return 100 * self.foreseen / (self.foreseen + self.missed)


COTE_D_IVOIRE = Backtest(
    months=38_842,
    flagged=2_108,
    foreseen=529,
    quiet=19_866,
    missed=1_250,
    silent=12_575,
    sites=156,
    silent_sites=70,
)
