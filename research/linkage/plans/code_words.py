"""The methods' codes as words: variants, curves, diagnostics, warnings, refusals; and what no method can show."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text


def variant_words(code: str) -> str:
    """Which variant of the method it was, as a reviewer would ask."""
    words = {
        "ols_hac": _("ordinary least squares with a step and a change of slope, Newey–West errors"),
        "quasipoisson_offset": _(
            "quasi-Poisson regression with the denominator as offset, errors scaled by Pearson’s X²"
        ),
        "callaway_santanna_not_yet": _(
            "group-time effects after Callaway and Sant’Anna (2021), without covariates, against places that had not "
            "begun"
        ),
        "poisson_within_place": _("fixed-effects Poisson regression, errors clustered by place"),
        "within_place": _("fixed-effects least squares, errors clustered by place"),
        "xmr": _("XmR chart, limits from before the change"),
        "u_prime": _("u′ chart (Laney), limits from before the change"),
    }  # fmt: skip
    return words.get(code.split(" ")[0], code)


def curve_label(method: str, code: str) -> str:
    if method == "spc" and code == "counterfactual":
        return _("mean before the change")
    words = {
        "observed": _("observed"),
        "fitted": _("fitted by the method"),
        "counterfactual": _("how it would have gone on without the change"),
        "comparison": _("places that never begin"),
        "lower": _("lower limit"),
        "upper": _("upper limit"),
    }
    return words.get(code, code)


def diagnostic_label(name: str) -> str:
    words = {
        "durbin_watson": _("Durbin–Watson (2: neighbours do not resemble each other)"),
        "ljung_box": _("Ljung–Box, p-value"),
        "residual_autocorrelation": _("Autocorrelation of the residuals"),
        "dispersion": _("Dispersion (1: only chance)"),
        "df": _("Degrees of freedom"),
        "hac_lags": _("Lags of the Newey–West errors"),
        "centre": _("Mean before the change"),
        "lower_limit": _("Lower limit"),
        "upper_limit": _("Upper limit"),
        "beyond_before": _("Values beyond the limits before the change"),
        "shift_after": _("Values after it in a run on one side"),
        "trend_after": _("Values after it in a run up or down"),
        "exposed_places": _("Places that begin"),
        "exposed_rows": _("Periods of a place with a dose"),
        "rearrangements": _("Rearrangements of the beginnings"),
        "clusters": _("Places compared"),
        "pretrend": _("Courses before the beginning, p-value"),
    }
    return words.get(name, name)


def diagnostic_verdict(code: str) -> str:
    words = {"": "", "ok": _("no sign of a problem"), "doubtful": _("doubtful")}
    return words.get(code, code)


def warning(code: str) -> str:
    words = {
        "few_points": _(
            "Few points: under twelve, one value can carry the result and intervals are often too narrow."
        ),
        "autocorrelation": _(
            "Neighbouring periods resemble each other beyond what the method allows for: the interval may be too "
            "narrow."
        ),
        "overdispersion": _(
            "The counts vary more than chance alone would have them; the interval is widened for it."
        ),
        "exact_fit": _(
            "The values of a side lie on one line: an estimate that rests on them alone has no error to be told, so no "
            "interval is given."
        ),
        "gaps": _("Periods are missing; the method reads those that are there."),
        "few_clusters": _(
            "Fewer than ten places: mistrust the interval. The p-value comes from rearranging what was observed."
        ),
        "few_clusters_within": _("Fewer than ten places: mistrust the interval."),
        "pretrends": _("The places moved apart before they began already: the comparison is doubtful."),
        "unstable_before": _("Values before the change lie beyond their own limits: the series was not stable."),
    }  # fmt: skip
    return words.get(code, code)


def refusal(reason: str, detail: Mapping[str, Any]) -> str:
    """Why the method gives no result; never a number in its place."""
    words = {
        "several_starts": _(
            "the studied places began at different times, and this method needs one date of change. Study one "
            "place, set one date, or compare staggered beginnings."
        ),
        "no_change_inside": _("no studied place begins within the periods."),
        "change_outside": _("the change does not lie within the periods."),
        "few_points": _("too few values on one side of the change (%(before)s before, %(after)s after)."),
        "no_neighbours": _("no two neighbouring periods have a value."),
        "no_spread": _("the values never vary: there is nothing to tell an error from."),
        "all_zero": _("every value is zero: there is nothing to compare."),
        "negative_counts": _("some counts are negative: they are no counts."),
        "no_denominator": _("no denominator is known."),
        "no_comparison": _("there is nothing to compare with: no other place had not begun by then."),
        "few_before": _("too few values before the change to draw limits from."),
        "few_places": _("too few places with values (%(places)s)."),
        "no_effect_cells": _("no beginning has values both before and after it."),
        "no_dose": _("no dose is known for any place."),
        "collinear": _("the dose cannot be told apart from place, month and time."),
        "no_variation": _("the dose never varies within a place: none can be compared with itself."),
    }  # fmt: skip
    shown = {name: number_text(value) if isinstance(value, int | float) else "?" for name, value in detail.items()}
    known = {"before": "?", "after": "?", "places": "?"} | shown
    return _("No result: %(why)s") % {"why": words.get(reason, reason) % known}


def limits(method: str) -> list[str]:
    """What a result of this method does not show, whatever it says."""
    single = _(
        "Whatever else happened at the same time (a campaign, an insecurity, a change of reporting) would look the "
        "same."
    )
    reported = _(
        "Doses are as reported, targets as estimated: an error that changes with time can look like an effect."
    )
    own: dict[str, list[str]] = {
        "its_ols": [single, _("Assumes that the earlier course would have gone on in a straight line.")],
        "its_quasipoisson": [single, _("Assumes that the earlier rate, and its seasons, would have gone on.")],
        "did": [
            _(
                "Assumes that the places would have moved alike without the change; like courses before make that "
                "plausible, they do not prove it."
            ),
            _("Places that began were not drawn by lot."),
            _("Each place and period counts once, whatever the number of children."),
        ],
        "spc": [single, _("Describes when values stand out. It measures no effect and tests no cause.")],
        "association": [
            _(
                "An association within places, not an effect: what makes vaccines run out may also keep children "
                "away."
            ),
        ],
        "dose_response": [
            _("Coaching goes where it is needed or where one can travel: the dose was not given by lot."),
        ],
    }  # fmt: skip
    return [*own.get(method, []), reported]
