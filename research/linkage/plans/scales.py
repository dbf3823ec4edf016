"""Estimates as text, each on its scale and in the reader's language."""

from django.utils.translation import gettext as _

from indicators.pages.formats import MISSING, number_text, signed_text
from indicators.pages.numbers import unit_name
from research.linkage.methods.result import Estimate
from research.linkage.plans.thresholds import RATIOS


def estimate_text(value: float | None, scale: str, unit: str) -> str:
    """`−5,2 points`, `×0,89`, `+12,0 doses`; `unit` is that of the outcome's definition."""
    if value is None:
        return MISSING
    if scale in RATIOS:
        return f"×{number_text(value, 3)}"
    if scale == "count":
        return number_text(value)
    named = _("points") if unit == "percent" else unit_name(unit)
    decimals = 2 if abs(value) < 10 else 1
    text = f"{signed_text(value, decimals)} {named}".strip()
    if scale == "points_per_period":
        return _("%(change)s per period") % {"change": text}
    if scale == "points_per_dose":
        return _("%(change)s for one more unit of the dose") % {"change": text}
    return text


def interval_text(one: Estimate, unit: str) -> str:
    """`−9,1 … −1,3`; blank without an interval."""
    if one.low is None or one.high is None:
        return ""
    if one.scale in RATIOS:
        return f"{number_text(one.low, 3)} … {number_text(one.high, 3)}"
    decimals = 2 if max(abs(one.low), abs(one.high)) < 10 else 1
    return f"{signed_text(one.low, decimals)} … {signed_text(one.high, decimals)}"


def p_text(p: float | None) -> str:
    """`0,032`, `< 0,001`; blank without a test."""
    if p is None:
        return ""
    return f"< {number_text(0.001, 3)}" if p < 0.001 else number_text(p, 3)
