"""What a version must say before it is stored, and before it is locked. Database-free but for the rows it is given."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.periods import BadPeriod, Frequency, Period
from indicators.registry.definitions import Definition, definitions, rival_definitions
from research.linkage.methods.catalogue import METHODS
from research.linkage.plans.models import PlanVersion

LONGEST = 240
"""Periods of one plan."""
MOST_UNITS = 200
"""Studied places and places of comparison together."""
Exposure = PlanVersion.Exposure


def outcomes() -> list[Definition]:
    """The indicators that may be an outcome or a dose. Those that roll over twelve months are none: each value holds
    eleven months of the one before, so a change would be smeared over a year and neighbours would agree by themselves.
    """
    return [one for one in definitions().values() if one.annualisation != "rolling"]


def rivals_of(outcome: str) -> list[Definition]:
    """The other definitions of the same indicator that a sensitivity analysis may read."""
    return [one for one in rival_definitions().values() if one.rival_of == outcome and one.annualisation != "rolling"]


def periods_of(first: str, last: str) -> list[Period]:
    """From the first to the last, both months or both quarters. Raises BadPeriod."""
    start, end = Period.parse_added_up(first), Period.parse_added_up(last)
    if start.frequency != end.frequency or start.frequency == Frequency.YEAR:
        raise BadPeriod(f"{first}..{last}")
    return [start.shift(step) for step in range(_steps(start, end) + 1)]


def _steps(start: Period, end: Period) -> int:
    per_year = 12 if start.frequency == Frequency.MONTH else 4
    return (end.year - start.year) * per_year + end.number - start.number


def problems(
    row: PlanVersion, units: Collection[OrgUnit], comparison: Collection[OrgUnit], *, has_stages: bool
) -> dict[str, str]:
    """Field → what is wrong with it; empty where the version can be computed as it stands. `has_stages`: whether the
    plan names an evaluation, whose stages of exposure can be read."""
    found: dict[str, str] = {}
    if row.outcome not in {one.code for one in outcomes()}:
        found["outcome"] = _("Choose the indicator that is the outcome.")
    elif row.rival and row.rival not in {one.code for one in rivals_of(row.outcome)}:
        found["rival"] = _("This is no other definition of the outcome.")
    found |= _time(row)
    if not units:
        found["units"] = _("Choose at least one place.")
    elif len(units) + len(comparison) > MOST_UNITS:
        found["units"] = _("At most %(most)s places.") % {"most": MOST_UNITS}
    elif both := _within([*units], [*comparison]):
        found["comparison"] = _("%(place)s is, or lies in, a studied place too.") % {"place": both}
    elif twice := _nested([*units, *comparison]):
        found["units"] = _("%(place)s would be counted twice: a place above it is chosen too.") % {"place": twice}
    if row.method not in METHODS:
        found["method"] = _("Choose a method.")
    else:
        found |= _exposure(row, comparison, has_stages=has_stages) | _options(row)
    if not row.why.strip():
        found["why"] = _("Say why it is analysed so: that is what makes it a plan.")
    if row.threshold is not None and not row.threshold_why.strip():
        found["threshold_why"] = _("Say why this effect would matter.")
    return found


def _time(row: PlanVersion) -> dict[str, str]:
    try:
        periods = periods_of(row.first, row.last)
    except BadPeriod:
        return {"first": _("Write two months or two quarters, for example 202301 and 202512, or 2023Q1 and 2025Q4.")}
    if len(periods) < 2:
        return {"last": _("The last period has to come after the first.")}
    if len(periods) > LONGEST:
        return {"last": _("At most %(most)s periods.") % {"most": LONGEST}}
    return {}


def _exposure(row: PlanVersion, comparison: Collection[OrgUnit], *, has_stages: bool) -> dict[str, str]:
    method = METHODS[row.method]
    if method.needs_exposure != (row.exposure == Exposure.INDICATOR):
        if method.needs_exposure:
            return {"exposure": _("This method needs an indicator as a dose in each period.")}
        return {"exposure": _("This method needs a date of change: the stages of the evaluation, or one date.")}
    if row.exposure == Exposure.INDICATOR:
        if row.dose not in {one.code for one in outcomes()}:
            return {"dose": _("Choose the indicator that is the dose.")}
        return {"dose": _("The dose is the outcome itself.")} if row.dose == row.outcome else {}
    if row.exposure == Exposure.STAGES and not has_stages:
        return {"exposure": _("The plan names no evaluation whose stages could be read.")}
    if row.exposure == Exposure.DATE:
        if row.changed_on is None:
            return {"changed_on": _("Give the day of the change.")}
        if not _inside(row.changed_on, row):
            return {"changed_on": _("This day lies outside the periods.")}
        if method.needs_comparison and not comparison:
            return {"comparison": _("With one date for all, places of comparison are needed.")}
    return {}


def _options(row: PlanVersion) -> dict[str, str]:
    """Options that the method has not, or values that it does not take."""
    known = {one.name: one for one in METHODS[row.method].options}
    for name, value in row.options.items():
        option = known.get(name)
        wrong = option is None or (option.choices and value not in option.choices)
        if wrong or (option and option.kind == "int" and value is not None and (type(value) is not int or value < 0)):
            return {f"option_{name}": _("The method does not take this value.")}
    return {}


def _inside(day: date, row: PlanVersion) -> bool:
    try:
        periods = periods_of(row.first, row.last)
    except BadPeriod:
        return True  # said already
    return bool(periods) and periods[0].start <= day <= periods[-1].end


def _within(studied: list[OrgUnit], compared: list[OrgUnit]) -> Any:
    tops = [unit.path for unit in studied]
    return next(
        (one for one in compared if any(one.path.startswith(top) or top.startswith(one.path) for top in tops)), None
    )


def _nested(units: list[OrgUnit]) -> Any:
    paths = {unit.path for unit in units}
    return next((one for one in units if any(path != one.path and one.path.startswith(path) for path in paths)), None)
