"""Which values of a series stand out, by which chart and which rules, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.pages.trend_words import complete_values
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading
from indicators.trends.control_charts import SHIFT, TREND, ControlChart, p_chart, u_prime_chart, xmr
from indicators.trends.series import Refusal

CHARTS: dict[str, Promise] = {
    "xmr": gettext_lazy("XmR (single values and moving ranges)"),
    "u_prime": gettext_lazy("u′ (rates of varying denominators, Laney)"),
    "p": gettext_lazy("p (proportions of varying denominators)"),
}
USUAL = "usual"


@dataclass(frozen=True)
class Limit:
    """A period on a control chart; None where nothing complete was reported. `rules` are the codes of those it breaks:
    `beyond`, `shift`, `trend`. `moved` is the distance to the value before, on an XmR chart."""

    value: float | None
    lower: float | None
    centre: float | None
    upper: float | None
    moved: float | None
    rules: tuple[str, ...]

    @property
    def words(self) -> str:
        names = {"beyond": _("beyond a limit"), "shift": _("part of a shift"), "trend": _("part of a run")}
        return ", ".join(names[rule] for rule in self.rules)


@dataclass(frozen=True)
class Limits:
    """A control chart in the unit of the indicator: one entry per period. `most_moved` is the largest distance between
    neighbours to be expected; None but on an XmR chart."""

    chart: str
    points: int
    centre: float
    periods: list[Limit]
    most_moved: float | None

    @property
    def signals(self) -> list[int]:
        """The places, from 0, of the values that stand out."""
        return [place for place, limit in enumerate(self.periods) if limit.rules]

    def breaking(self, rule: str) -> int:
        """How many values break the rule."""
        return sum(rule in limit.rules for limit in self.periods)


def usual_chart(measure: Definition) -> str:
    """XmR for counts; u′ for ratios, whose limits follow the denominators and allow for more than chance."""
    return "u_prime" if measure.is_ratio else "xmr"


def limits(periods: Sequence[Reading], measure: Definition, chart: str = USUAL) -> Limits | Refusal:
    """The control chart of consecutive periods, incomplete ones as gaps.

    Refuses as the chart does; `not_a_ratio` for p and u′ of a count, `negative` where a numerator is below zero.
    """
    chart = usual_chart(measure) if chart == USUAL else chart
    values = complete_values(periods)
    if chart == "xmr":
        found = xmr(values)
        return found if isinstance(found, Refusal) else _in_unit(found, 1)
    known = [reading if value is not None else None for reading, value in zip(periods, values, strict=True)]
    points = sum(reading is not None for reading in known)
    if not measure.is_ratio:
        return Refusal(chart, "not_a_ratio", points)
    numerators = [reading.numerator if reading else None for reading in known]
    denominators = [reading.denominator if reading else None for reading in known]
    if any(number is not None and number < 0 for number in [*numerators, *denominators]):
        return Refusal(chart, "negative", points)
    found = (p_chart if chart == "p" else u_prime_chart)(numerators, denominators)
    return found if isinstance(found, Refusal) else _in_unit(found, measure.factor)


def _in_unit(found: ControlChart, factor: float) -> Limits:
    xmr_chart = found.variant == "xmr"
    moved = np.abs(np.diff(found.values, prepend=np.nan)) if xmr_chart else np.full(len(found.values), np.nan)
    broken = {"beyond": set(found.beyond), "shift": set(found.shift), "trend": set(found.trend)}
    periods = [
        Limit(
            value=_known(found.values[i], factor),
            lower=_known(found.lower[i], factor),
            centre=factor * found.centre if not np.isnan(found.values[i]) else None,
            upper=_known(found.upper[i], factor),
            moved=_known(moved[i], factor),
            rules=tuple(rule for rule, places in broken.items() if i in places),
        )
        for i in range(len(found.values))
    ]
    return Limits(found.variant, found.points, factor * found.centre, periods, found.range_limit if xmr_chart else None)


def _known(value: float, factor: float) -> float | None:
    return None if np.isnan(value) else float(factor * value)


def rules_text() -> str:
    """The rules by which a value stands out."""
    return _(
        "Rule set “capev”: a value beyond a limit; %(shift)s values in a row on one side of the centre; %(trend)s in a "
        "row that all rise or all fall. Nothing is claimed across a gap."
    ) % {"shift": SHIFT, "trend": TREND}


def refusal_text(refusal: Refusal) -> str:
    """Why there is no control chart, as a sentence; KeyError for a reason of another kind of test."""
    return {
        "too_few": _("No limits can be drawn here: too few complete periods (n = %(count)s)."),
        "no_neighbours": _("No limits can be drawn here: no two neighbouring periods are complete (n = %(count)s)."),
        "no_spread": _("No limits can be drawn here: the values never differ from one to the next (n = %(count)s)."),
        "zero_total": _("No limits can be drawn here: nothing but zeros was reported (n = %(count)s)."),
        "over_one": _(
            "A p chart is for proportions: here a numerator is larger than its denominator. The u′ chart allows for it."
        ),
        "negative": _("This chart is for counts: here a numerator is below zero. The XmR chart allows for it."),
        "not_a_ratio": _("This chart is for ratios, and the indicator is a count. The XmR chart is for counts."),
    }[refusal.reason] % {"count": refusal.points}
