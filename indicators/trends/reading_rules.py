"""What is worth telling of a series: every threshold of the reading, with its reason, in one place. Pure.

Distances are given in hundredths of what is usual: percentage points for a percentage (100 % is usual for a coverage),
hundredths of the median size for a count. They are this tool's own choices, made for short series of routine data;
none of them is a test, and a reading says what the values do, not why.
"""

from collections.abc import Sequence
from math import factorial, sqrt
from statistics import median

FEWEST = 3
"""With fewer values nothing is told: two values have no course."""

LEVEL = 1
"""Neighbours closer than this are level: shown without decimals they are the same."""

TELLING = 10
"""A move that may be told: coverage legends are ten points wide."""

SHARP, SHARP_BY_LIMITS = 30, 20
"""A sharp drop or rise between neighbours: three such classes at once, or two where there are enough steps for limits.
The study's page calls 100 → 48 % one."""

LARGEST_STEP = 3.865
"""… and beyond the largest step to be expected, in median steps (the limit of moving ranges by their median, on a
control chart): where every step is large none is news, and the variability is told instead."""

GIVEN_BACK = 1 / 2
"""A rebound gives back at least half of the drop in the very next period."""

RUN = 20
"""A steady decline or rise moves by two classes in all; a smaller one is within what coverage does by itself."""

ONE_STEP = 2 / 3
"""A run of which one step makes two thirds is not steady: that step is judged by itself."""

AROUND, MOST, FEWEST_AROUND = 10, 2 / 3, 4
"""«Generally around»: two thirds of at least four values within a class to either side."""

VARIABLE = 15
"""Substantial variability: the usual (median) step between neighbours is more than a class and a half."""

CHANCE = 2
"""Two counts differ by chance alone by twice √(a + b) in one pair of twenty: less than that is no drop."""

MANY_GAPS = 1 / 3
"""With more of the periods missing than this, the gaps are told first."""

TOLD = 5
"""Sentences of a reading: what nobody reads to the end tells nothing."""


def hundredth(values: Sequence[float], scale: str) -> float:
    """One hundredth of what is usual: 1 of a `percent`, of a `count` that of the median size. 0 where no move can be
    judged: of a count whose median is 0, and of a `rest`.

    A rest is what is left of two figures (infants less doses): its own size says nothing of what is usual for them, and
    near zero every change of it would look large.
    """
    if scale == "percent":
        return 1.0
    return median(abs(value) for value in values) / 100 if scale == "count" else 0.0


def fewest_steps(points: int) -> int:
    """Steps of a run worth telling: so many that shuffled values would show less than one such run of falls.

    Of n values in random order (n − k) ÷ (k + 1)! runs of k falls are expected: two steps up to 7 values, three up to
    26, four up to 123.
    """
    steps = 2
    while (points - steps) / factorial(steps + 1) >= 1:
        steps += 1
    return steps


def beyond_chance(first: float | None, second: float | None) -> bool:
    """Whether two counts differ by more than chance; true where they are not known or are no counts."""
    if first is None or second is None or first < 0 or second < 0:
        return True
    return abs(first - second) > CHANCE * sqrt(first + second)
