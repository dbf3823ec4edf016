"""What a version says, for the page: label and text of each part, and where two versions differ."""

from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.pages.formats import number_text, period_text
from indicators.registry.definitions import Definition, definitions, rival_definitions
from research.linkage.plans.models import PlanVersion
from research.linkage.plans.option_words import choice_label, option_label

Exposure = PlanVersion.Exposure


class Fact(NamedTuple):
    label: str
    text: str
    url: str = ""


def facts_of(version: PlanVersion) -> list[Fact]:
    """Everything that the version freezes, in the order of the form. No query where its places are prefetched."""
    found = [
        Fact(_("Method"), str(version.get_method_display())),
        Fact(_("Outcome"), indicator_name(version.outcome)),
        Fact(_("Other definition, for comparison"), indicator_name(version.rival) if version.rival else ""),
        Fact(_("Periods"), f"{period_text(version.first)} – {period_text(version.last)}"),
        Fact(_("Exposure"), _exposure(version)),
        Fact(_("Studied places"), names(version.units.all())),
        Fact(_("Places of comparison"), names(version.comparison.all())),
    ]
    found += [
        Fact(option_label(name), choice_label(value))
        for name, value in version.options.items()
        if value not in (None, "")
    ]
    found += [
        Fact(_("Effect that would matter"), _plain(version.threshold)),
        Fact(_("Why this threshold"), version.threshold_why),
        Fact(_("Why it is analysed so"), version.why),
    ]
    return [fact for fact in found if fact.text]


def differences(earlier: PlanVersion, later: PlanVersion) -> list[tuple[str, str, str]]:
    """(label, before, after) of every part that differs."""
    before = {fact.label: fact.text for fact in facts_of(earlier)}
    after = {fact.label: fact.text for fact in facts_of(later)}
    labels = dict.fromkeys([*after, *before])
    return [
        (label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def indicator_name(code: str) -> str:
    """The indicator's name in the reader's language; its code where its definition is no longer there."""
    measure = measure_of(code)
    return str(measure.name) if measure else code


def measure_of(code: str) -> Definition | None:
    """The definition; None where it is no longer there, which a kept result outlives."""
    return definitions().get(code) or rival_definitions().get(code)


def names(units: Any) -> str:
    return ", ".join(unit.name for unit in sorted(units, key=lambda unit: unit.path))


def _plain(value: float | None) -> str:
    """A threshold with as many decimals as it needs, three at most; blank without one."""
    if value is None:
        return ""
    return number_text(value, len(f"{value:.3f}".rstrip("0").partition(".")[2]))


def _exposure(version: PlanVersion) -> str:
    said = str(version.get_exposure_display())
    if version.exposure == Exposure.DATE and version.changed_on:
        return f"{said}: {date_format(version.changed_on)}"
    if version.exposure == Exposure.INDICATOR:
        return f"{said}: {indicator_name(version.dose)}"
    return f"{said} ({version.plan.evaluation})" if version.plan.evaluation else said
