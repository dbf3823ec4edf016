"""What may be said of the direction of a series, in words. A trend is claimed by a named test or not at all."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.rollup.readings import Reading
from indicators.trends.mann_kendall import Trend, original
from indicators.trends.series import Refusal


class TrendWords(NamedTuple):
    """`sentence` is the claim with its test; `cautions` say what it rests on, none where nothing was tested."""

    sentence: str
    cautions: tuple[str, ...]


def trend_words(quarters: Sequence[Reading]) -> TrendWords:
    """The trend of consecutive quarters. One in which some month was not reported counts as a gap."""
    found = original([None if "incomplete" in quarter.flags else quarter.value for quarter in quarters])
    if isinstance(found, Refusal):
        return TrendWords(refusal_text(found), ())
    cautions = [_("The test takes the quarters as independent of each other; incomplete quarters are left out.")]
    if found.rough:
        cautions.append(_("With fewer than ten quarters, p is rough."))
    return TrendWords(_claim(found), tuple(cautions))


def refusal_text(refusal: Refusal) -> str:
    """Why no trend can be tested, as a sentence; KeyError for a reason of another kind of test."""
    return {
        "too_few": _("A trend cannot be tested here: too few complete quarters (n = %(count)s)."),
        "all_ties": _("A trend cannot be tested here: all quarters are the same (n = %(count)s)."),
    }[refusal.reason] % {"count": refusal.points}


def _claim(trend: Trend) -> str:
    figures = {"count": trend.points, "p": _p(trend.p), "slope": _decimals(trend.slope, 2)}
    sentences = {
        "none": _("No trend can be claimed (Mann–Kendall original, n = %(count)s, p %(p)s)."),
        "increasing": _(
            "Rising trend (Mann–Kendall original, n = %(count)s, p %(p)s; Sen slope %(slope)s per quarter)."
        ),
        "decreasing": _(
            "Falling trend (Mann–Kendall original, n = %(count)s, p %(p)s; Sen slope %(slope)s per quarter)."
        ),
    }
    return sentences[trend.direction] % figures


def _p(p: float) -> str:
    """Rounded towards neither side of the limit: 0.0499 must not read as 0.050."""
    if p < 0.001:
        return "< " + _decimals(0.001, 3)
    return "= " + _decimals(p, 4 if 0.0495 <= p < 0.0505 else 3)


def _decimals(value: float, places: int) -> str:
    return str(number_format(value, decimal_pos=places, use_l10n=True))
