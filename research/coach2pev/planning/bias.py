"""The easy-road bias: whether the sites that are easy to reach get more of the visits. Pure.

Visits that stay near the road are a known weakness of supervision (Chambers' «tarmac bias»). Two plain numbers tell
it: the share of visits that went to the nearer half of the sites beside that half's share of the sites, and the rank
correlation of distance and visits. Neither says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

FEWEST = 6
"""Sites below which neither number is given: one visit more or less would turn it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A site with its distance (kilometres) and its done visits."""

    distance: float
    visits: int


@dataclass(frozen=True, slots=True)
class Bias:
    """`sites` with a known distance; `nearer` of them lie below the median distance. `visits` and `visits_nearer` count
    done visits. `correlation` is Spearman's, None where all distances or all counts are alike."""

    sites: int
    nearer: int
    visits: int
    visits_nearer: int
    median: float
    correlation: float | None

    @property
    def share_of_sites(self) -> float:
        return self.nearer / self.sites

    @property
    def share_of_visits(self) -> float | None:
        """None without any visit."""
        return self.visits_nearer / self.visits if self.visits else None


def easy_road(reached: Sequence[Reached]) -> Bias | None:
    """None where fewer than FEWEST sites have a distance, or where all lie equally far.

    The nearer half are the sites nearer than the median; those on it belong to the farther half, so with an odd number
    or with equal distances the nearer half is the smaller one, and its share of the sites says so.
    """
    if len(reached) < FEWEST:
        return None
    middle = median(one.distance for one in reached)
    nearer = [one for one in reached if one.distance < middle]
    if not nearer:
        return None
    return Bias(
        len(reached),
        len(nearer),
        sum(one.visits for one in reached),
        sum(one.visits for one in nearer),
        middle,
        spearman([one.distance for one in reached], [float(one.visits) for one in reached]),
    )


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's correlation of the ranks, equal values sharing their mean rank. None where one side is constant."""
    x, y = ranks(first), ranks(second)
    middle = (len(x) + 1) / 2
    spread_x, spread_y = sum((one - middle) ** 2 for one in x), sum((one - middle) ** 2 for one in y)
    if not spread_x or not spread_y:
        return None
    together = sum((one - middle) * (other - middle) for one, other in zip(x, y, strict=True))
    return max(-1.0, min(1.0, together / sqrt(spread_x * spread_y)))


def ranks(values: Sequence[float]) -> list[float]:
    """From 1 for the smallest; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or values[order[end]] != values[order[start]]:
            for place in order[start:end]:
                found[place] = (start + 1 + end) / 2
            start = end
    return found
