"""Methods and their options in words: what each is for, what its options mean, what its threshold is measured in."""

from typing import Any

from django.utils.translation import gettext as _


def method_use(method: str) -> str:
    """When the method is the right one, in two sentences."""
    words = {
        "its_ols": _(
            "One series with a dated change: did its level or its slope change? For percentages and values that vary "
            "evenly; the uncertainty allows for neighbouring periods that resemble each other (Newey–West)."
        ),
        "its_quasipoisson": _(
            "One series of counts with a dated change, for example doses against the target: by which factor did the "
            "rate change? Allows for more variation than chance and for seasons."
        ),
        "did": _(
            "Several places that began at different times, and places that had not begun or never did: how much more "
            "did those change that had begun? Rests on parallel courses before."
        ),
        "spc": _(
            "One series with a dated change: do the values after it stand out from the limits of those before? "
            "Describes; claims no cause."
        ),
        "association": _(
            "Several places with stock-outs: are fewer doses given in their months of stock-out than in their other "
            "months? Each place is compared with itself."
        ),
        "dose_response": _(
            "Several places with differing amounts of coaching: does the outcome rise with the dose? Each place is "
            "compared with itself."
        ),
    }  # fmt: skip
    return words.get(method, "")


def threshold_help(method: str) -> str:
    """On which scale the threshold is written."""
    if method == "association":
        return _("A ratio of rates for one more unit of the dose: 0.99 is one percent fewer a day. Decided beforehand.")
    if method == "its_quasipoisson":
        return _("A ratio of rates: 0.9 is ten percent fewer, 1.1 ten percent more. Decided before the result is seen.")
    if method == "dose_response":
        return _(
            "In the outcome’s unit for one more unit of the dose, with its sign. Decided before the result is seen."
        )
    return _("In the outcome’s unit, with its sign: 5 or −5. Decided before the result is seen.")


def option_label(name: str) -> str:
    words = {
        "change": _("First period after the change"),
        "hac_lags": _("Lags of the Newey–West errors"),
        "fourier": _("Pairs of seasonal waves"),
        "lag": _("Periods by which the effect lags"),
        "slope": _("The slope may change too"),
        "base": _("Periods before the beginning to compare with"),
        "chart": _("Kind of control chart"),
        "seed": _("Seed of the random numbers"),
    }
    return words.get(name, name)


def option_help(name: str) -> str:
    words = {
        "hac_lags": _("Blank: chosen from the length of the series, and stated with the result."),
        "fourier": _("0: no season. Each pair costs two points of the series."),
        "lag": _("0: the same period."),
        "base": _("Their mean is “before”. More are steadier, fewer are nearer to the beginning."),
        "seed": _("The same seed gives the same result."),
        "chart": _("XmR for values and steady targets; u′ for counts whose target varies."),
    }
    return words.get(name, "")


def choice_label(value: Any) -> str:
    words = {
        "True": _("yes"),
        "False": _("no"),
        "xmr": _("XmR (single values and moving ranges)"),
        "u_prime": _("u′ (rates of varying denominators, Laney)"),
    }
    return words.get(str(value), str(value))
