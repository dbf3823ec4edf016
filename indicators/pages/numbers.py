"""A number in words: its value with unit, its formula, and what its flags mean. No queries."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.formats import MISSING, number_text, percent_text
from indicators.periods import MONTHS_IN, Period
from indicators.registry.annualisation import DAYS_IN_YEAR
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading


def unit_name(unit: str) -> str:
    """The unit of a definition as a word: `doses`, `children`; `%` for percentages."""
    names = {
        "percent": "%",
        "children": _("children"),
        "doses": _("doses"),
        "visits": _("visits"),
        "reports": _("reports"),
        "days": _("days"),
        "minutes": _("minutes"),
        "levels": _("levels"),
        "months": _("months"),
    }
    return names.get(unit, unit)


def without_brackets(name: str) -> str:
    """`DTP1 (Penta1), doses given` → `DTP1`: names of data elements say more than a line of a formula holds."""
    return name.split(" (")[0]


def value_text(value: float | None, unit: str) -> str:
    """`82,7 %` or `1 146`; None is «—». Signed counts keep their sign: zero-dose may be negative."""
    if value is None:
        return MISSING
    return percent_text(value) if unit == "percent" else number_text(value)


def formula(definition: Definition, names: Mapping[str, str], period: Period | None = None) -> str:
    """The definition as one line: `100 × DTP1 doses ÷ (surviving infants × 3/12)`.

    `names` maps concepts and kinds of population to what people call them. With `period` the share of the yearly
    population is written out, else as `months/12`.
    """
    share = _share_in_words(definition.annualisation, period)

    def side(terms: Mapping[str, int]) -> str:
        text = ""
        for term, sign in terms.items():
            name = names.get(term, term)
            if term in definition.populations and share:
                name = f"{name} × {share}"
            elif definition.annualisation == "rolling" and term not in definition.populations:
                name = _("%(name)s of 12 months") % {"name": name}
            text += (" − " if sign < 0 else " + " if text else "") + name
        return f"({text})" if len(terms) > 1 or "×" in text else text

    top = side(definition.numerator)
    if not definition.is_ratio:
        return top.removeprefix("(").removesuffix(")")
    factor = "" if definition.factor == 1 else f"{number_text(definition.factor)} × "
    return f"{factor}{top} ÷ {side(definition.denominator)}"


def _share_in_words(annualisation: str, period: Period | None) -> str:
    """The part of a year's population that is a period's target: `3/12`, `90/365`; blank for the whole of it."""
    months = MONTHS_IN[period.frequency] if period else 0
    words = {"months": _("months"), "days": _("days")}  # inside an f-string nobody would collect them
    match annualisation:
        case "twelfths" if months != 12:
            return f"{months or words['months']}/12"
        case "days":
            return f"{period.days if period else words['days']}/{DAYS_IN_YEAR}"
    return ""


def is_coverage(definition: Definition) -> bool:
    """Whether it is a percentage of a population: 100 % is then everybody, and more than that a sign."""
    return definition.unit == "percent" and bool(definition.populations)


def misses_months(reading: Reading, definition: Definition) -> bool:
    """Whether reports that lack make the value too low: true of sums and of what is set against a target of all
    months. A score or a dropout is about the months that reported, whichever they are."""
    lacks = "incomplete" in reading.flags or "reports_missing" in reading.flags
    return lacks and (not definition.is_ratio or bool(definition.populations))


def explanations(reading: Reading, definition: Definition) -> list[str]:
    """One sentence per flag of the reading, in the order of the flags."""
    return [text for flag in reading.flags if (text := _explain(flag, reading, definition))]


def _explain(flag: str, reading: Reading, definition: Definition) -> str:
    match flag:
        case "over_100" if not definition.populations:
            return _("Above 100%, and kept as it is: more was counted above the line than below it.")
        case "over_100":
            return _(
                "Above 100%, and kept as reported: the target population may be underestimated, children from "
                "elsewhere may have been vaccinated here, or doses may have been counted twice."
            )
        case "negative" if definition.unit == "children":
            return _(
                "Negative: more doses than target children were reported. The number is kept with its sign; it is no "
                "count of children, it says that doses or target are wrong."
            )
        case "negative" if definition.unit == "levels":
            return _("Negative: more levels were lost than gained. Kept with its sign.")
        case "negative" if not definition.code.startswith("dropout"):
            return _("Negative: more is taken away than there is. Kept, as a sign of doubtful data.")
        case "negative":
            return _("Negative: more third than first doses were reported. Kept, as a sign of doubtful data.")
        case "zero_denominator" if "not_applicable" in reading.flags:
            return _("Not applicable: 0 of 0, so there is nothing to be divided.")
        case "zero_denominator":
            return _("Not computable: the denominator is zero.")
        case "no_denominator" if "not_applicable" in reading.flags:
            return _("Not applicable: no place of this kind has a denominator; look at the place above.")
        case "no_denominator":
            return _("Not computable: no denominator is known for this place and time.")
        case "incomplete" if not misses_months(reading, definition):
            return _("In at least one month of the period nothing was reported: the value is about the other months.")
        case "incomplete" if definition.populations and not definition.is_ratio:
            return _(
                "Incomplete: in at least one month of the period nothing was reported. The target covers every month, "
                "the doses only those reported, so the number of children missed is likely too high."
            )
        case "incomplete" if definition.populations:
            return _(
                "Incomplete: in at least one month of the period nothing was reported. The target covers every month, "
                "the doses only those reported, so the value is likely too low."
            )
        case "incomplete":
            return _(
                "Incomplete: in at least one month of the period nothing was reported. The sum is of the other months, "
                "so it is likely too low."
            )
        case "elsewhere":
            return _("Only the months in which the place lay below this one count here.")
        case "reports_missing" if "incomplete" not in reading.flags:
            return _reports_missing(reading, definition)
    return ""


def _reports_missing(reading: Reading, definition: Definition) -> str:
    if not misses_months(reading, definition):
        return _("Fewer reports came in than were expected: the value is about those that came.")
    if definition.populations and not definition.is_ratio:
        return _(
            "Incomplete: fewer reports came in than were expected. The target covers every place, the doses only those "
            "that reported, so the number of children missed is likely too high."
        )
    if definition.populations:
        return _(
            "Incomplete: fewer reports came in than were expected. The target covers every place, the doses only those "
            "that reported, so the value is likely too low."
        )
    return _("Incomplete: fewer reports came in than were expected, so the sum is likely too low.")


def expectation(reading: Reading) -> str:
    """How many of the expected reports came in; blank where there is a number and nobody knows what was expected."""
    if reading.expected is None:
        if reading.value is not None:
            return ""
        return _("Whether a report was expected is not known: no data set in use asks for it.")
    if reading.expected == 0:
        return _("No report is expected of this place for this time.")
    figures = {"reported": number_text(reading.reported or 0), "expected": number_text(reading.expected)}
    return (
        ngettext(
            "%(reported)s of %(expected)s expected monthly report came in.",
            "%(reported)s of %(expected)s expected monthly reports came in.",
            reading.expected,
        )
        % figures
    )
