"""What may be said of the direction of a series, in words. A trend is claimed by a named test or not at all."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from indicators.rollup.readings import Reading
from indicators.trends import mann_kendall, several
from indicators.trends.mann_kendall import Trend
from indicators.trends.series import Refusal

TESTS: dict[str, Promise] = {
    "original": gettext_lazy("Mann–Kendall original"),
    "hamed_rao": gettext_lazy("Mann–Kendall, Hamed–Rao"),
    "yue_wang": gettext_lazy("Mann–Kendall, Yue–Wang at lag 1"),
    "pre_whitened": gettext_lazy("Mann–Kendall, pre-whitened"),
    "trend_free_pre_whitened": gettext_lazy("Mann–Kendall, trend-free pre-whitened"),
    "seasonal": gettext_lazy("Mann–Kendall by season"),
    "correlated_seasonal": gettext_lazy("Mann–Kendall by correlated season"),
}
"""The variants offered for one series; the first is the usual one."""

SEASONAL = frozenset({"seasonal", "correlated_seasonal"})
SEASONS = {"month": 12, "quarter": 4, "year": 1}


class TrendWords(NamedTuple):
    """`sentence` is the claim with its test; `cautions` say what it rests on, none where nothing was tested."""

    sentence: str
    cautions: tuple[str, ...]


def complete_values(periods: Sequence[Reading]) -> list[float | None]:
    """The values to be tested. A period in which some month was not reported counts as a gap."""
    return [None if "incomplete" in reading.flags else reading.value for reading in periods]


def trend_of(periods: Sequence[Reading], frequency: str, test: str = "original") -> Trend | Refusal:
    """The test of consecutive periods, by the key of TESTS. By season, years are refused as `no_seasons`."""
    values = complete_values(periods)
    if test in SEASONAL and frequency == "year":
        return Refusal(test, "no_seasons", sum(value is not None for value in values))
    match test:
        case "original":
            return mann_kendall.original(values)
        case "hamed_rao":
            return mann_kendall.hamed_rao(values)
        case "yue_wang":
            return mann_kendall.yue_wang(values, lags=1)
        case "pre_whitened":
            return mann_kendall.pre_whitened(values)
        case "trend_free_pre_whitened":
            return mann_kendall.trend_free_pre_whitened(values)
        case "seasonal":
            return mann_kendall.seasonal(values, SEASONS[frequency])
        case "correlated_seasonal":
            return several.correlated_seasonal(values, SEASONS[frequency])
    raise ValueError(test)


def trend_words(periods: Sequence[Reading], frequency: str, test: str = "original") -> TrendWords:
    """The trend of consecutive periods of that length, in a sentence."""
    found = trend_of(periods, frequency, test)
    if isinstance(found, Refusal):
        return TrendWords(refusal_text(found), ())
    cautions = [_rests_on(found.variant), _("Incomplete periods are left out.")]
    if found.rough:
        cautions.append(_("With fewer than ten periods, p is rough."))
    if lacking := sum("reports_missing" in reading.flags and "incomplete" not in reading.flags for reading in periods):
        cautions.append(
            ngettext(
                "In %(count)s of the periods expected reports are missing; its value counts as it is.",
                "In %(count)s of the periods expected reports are missing; their values count as they are.",
                lacking,
            )
            % {"count": lacking}
        )
    return TrendWords(claim(found, frequency), tuple(cautions))


def claim(trend: Trend, frequency: str) -> str:
    """What the test allows to say, with its name and figures."""
    figures = {
        "test": TESTS[trend.variant],
        "count": trend.points,
        "p": p_text(trend.p),
        "slope": slope_text(trend, frequency),
    }
    sentences = {
        "none": _("No trend can be claimed (%(test)s, n = %(count)s, p %(p)s)."),
        "increasing": _("Rising trend (%(test)s, n = %(count)s, p %(p)s; Sen slope %(slope)s)."),
        "decreasing": _("Falling trend (%(test)s, n = %(count)s, p %(p)s; Sen slope %(slope)s)."),
    }
    return sentences[trend.direction] % figures


def refusal_text(refusal: Refusal) -> str:
    """Why no trend can be tested, as a sentence; KeyError for a reason of another kind of test."""
    return {
        "too_few": _("A trend cannot be tested here: too few complete periods (n = %(count)s)."),
        "all_ties": _("A trend cannot be tested here: all periods are the same (n = %(count)s)."),
        "no_variance": _(
            "This test does not fit the series: its correction for autocorrelation leaves no variance (n = %(count)s)."
        ),
        "no_seasons": _("A year has no seasons within it: choose months or quarters for this test."),
    }[refusal.reason] % {"count": refusal.points}


def slope_text(found: Trend, frequency: str) -> str:
    """Sen's slope with what it is per: `0.42 per quarter`; by season always per year."""
    per = {"month": _("per month"), "quarter": _("per quarter"), "year": _("per year")}
    return f"{decimals(found.slope, 2)} {per['year' if found.variant in SEASONAL else frequency]}"


def p_text(p: float) -> str:
    """`= 0.031`, `< 0.001`; rounded towards neither side of the limit: 0.0499 must not read as 0.050."""
    if p < 0.001:
        return "< " + decimals(0.001, 3)
    return "= " + decimals(p, 4 if 0.0495 <= p < 0.0505 else 3)


def decimals(value: float, places: int) -> str:
    """A number as the reader's language writes it."""
    return str(number_format(value, decimal_pos=places, use_l10n=True))


def _rests_on(variant: str) -> str:
    match variant:
        case "original":
            return _("The test takes the periods as independent of each other.")
        case "seasonal":
            return _("Only the same seasons are compared; they are taken as independent of each other.")
        case "correlated_seasonal":
            return _("Only the same seasons are compared; years with a gap are left out.")
    return _("The test corrects for periods that resemble those before them; it fits series with few gaps.")
