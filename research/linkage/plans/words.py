"""Codes of the methods as words, and a result as sentences that say no more than it bears."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.formats import number_text
from research.linkage.methods.result import Estimate
from research.linkage.plans.details import name_of
from research.linkage.plans.facts import indicator_name
from research.linkage.plans.models import PlanVersion
from research.linkage.plans.scales import estimate_text, interval_text
from research.linkage.plans.thresholds import neutral, tells_from_none


def estimate_label(name: str) -> str:
    """What an estimate is called; `dose_<n>` carries its dose."""
    stem, _mark, number = name.rpartition("_")
    if stem == "dose" and number.isdecimal():
        more = _("%(dose)s and more against none") if number == "3" else _("%(dose)s against none")
        return more % {"dose": number}
    words = {
        "level": _("step at the change"),
        "slope": _("change of slope after it"),
        "slope_before": _("slope before"),
        "att": _("mean effect where it had begun"),
        "difference": _("mean after less mean before"),
        "beyond": _("values after it beyond the limits"),
        "per_day": _("for one more unit of the dose"),
        "per_dose": _("for one more unit of the dose"),
        "per_ten": _("for ten more units of the dose"),
    }
    return words.get(name, name)


def main_sentence(version: PlanVersion, main: Estimate, unit: str) -> str:
    """What the first estimate says, and whether it can be told from no effect."""
    what = {
        "outcome": indicator_name(version.outcome),
        "what": estimate_label(main.name),
        "estimate": estimate_text(main.value, main.scale, unit),
        "interval": interval_text(main, unit),
    }
    clear = tells_from_none(main)
    if clear is None:
        return (
            _("%(outcome)s, %(what)s: %(estimate)s. The method gives no interval, so chance is not ruled out.") % what
        )
    if not clear:
        return (
            _(
                "%(outcome)s, %(what)s: %(estimate)s, interval %(interval)s. The interval holds “no effect”: from "
                "these data neither a rise nor a fall can be claimed."
            )
            % what
        )  # fmt: skip
    if main.value > neutral(main.scale):
        return (
            _("%(outcome)s, %(what)s: %(estimate)s, interval %(interval)s. A rise, told apart from no effect.") % what
        )
    return _("%(outcome)s, %(what)s: %(estimate)s, interval %(interval)s. A fall, told apart from no effect.") % what


def threshold_text(verdict: str, threshold: float | None, main: Estimate, unit: str) -> str:
    """How the interval stands to the effect that would matter."""
    if threshold is None or not verdict:
        return ""
    named = {"threshold": estimate_text(threshold, main.scale, unit)}
    words = {
        "reached": _(
            "The whole interval reaches the effect that would matter (%(threshold)s), as decided beforehand."
        ),
        "missed": _("The whole interval falls short of the effect that would matter (%(threshold)s)."),
        "open": _(
            "The interval holds the effect that would matter (%(threshold)s): larger and smaller are both possible."
        ),
        "no_interval": _("Without an interval nothing can be said of the effect that would matter (%(threshold)s)."),
        "no_direction": _("The threshold written in the plan (%(threshold)s) is no effect at all."),
    }  # fmt: skip
    return words[verdict] % named


def sensitivity_summary(main: Estimate, others: Sequence[Estimate | None], unit: str) -> str:
    """How far the estimate moves, and in how many variants it points the same way."""
    known = [one for one in others if one is not None]
    if not known:
        return ""
    none = neutral(main.scale)
    same = sum((one.value > none) == (main.value > none) for one in known)
    words = {
        "same": number_text(same),
        "count": number_text(len(known)),
        "low": estimate_text(min(one.value for one in known), main.scale, unit),
        "high": estimate_text(max(one.value for one in known), main.scale, unit),
    }
    return (
        ngettext(
            "In %(same)s of %(count)s variant it points the same way; it lies between %(low)s and %(high)s.",
            "In %(same)s of %(count)s variants it points the same way; it lies between %(low)s and %(high)s.",
            len(known),
        )
        % words
    )


def prespecified_text(version: PlanVersion) -> str:
    if version.prespecified:
        return _("The plan was locked before any of its results was there.")
    return _(
        "The plan was locked after results on the same outcome and places had been there: read it as a search, not "
        "as a test."
    )  # fmt: skip


def variant_label(code: str, version: PlanVersion) -> str:
    """What was changed in a variant."""
    kind, _mark, which = code.partition(":")
    if kind == "without_unit":
        return _("Without %(place)s") % {"place": name_of(version, which)}
    if kind == "other_definition":
        return _("Defined otherwise: %(name)s") % {"name": indicator_name(which)}
    words = {
        "denominator_low": _("Target a tenth smaller"),
        "denominator_high": _("Target a tenth larger"),
        "without_flagged": _("Without flagged values"),
    }
    return words.get(kind, code)
