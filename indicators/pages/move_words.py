"""Moves of places in words: where a place stood before, and which places came to it or went from it."""

from collections.abc import Collection, Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.geography.models import OrgUnit
from indicators.geography.queries import Step, steps
from indicators.pages.formats import period_text
from indicators.periods import Period

TOLD = 8
"""As many moves are told one by one; of a whole region split in two nobody reads more."""


def moves_told(place: OrgUnit, periods: Collection[Period]) -> list[str]:
    """One sentence per move: all of the place itself, and those to and from it in these periods. One query."""
    months = {month for period in periods for month in period.months()}
    found = [step for step in steps(place) if step.unit == place or Period.month_of(step.on) in months]
    told = [_told(step, place) for step in found[:TOLD]]
    if more := len(found) - len(told):
        told.append(ngettext("And %(count)d more move.", "And %(count)d more moves.", more) % {"count": more})
    return told


def _told(step: Step, place: OrgUnit) -> str:
    names: dict[str, object] = {
        "day": date_format(step.on), "unit": step.unit.name, "former": step.former.name, "since": step.since.name,
    }  # fmt: skip
    if step.unit == place:
        return _("On %(day)s it moved from %(former)s to %(since)s.") % names
    if step.since == place:
        return _("On %(day)s %(unit)s came here from %(former)s.") % names
    return _("On %(day)s %(unit)s went from here to %(since)s.") % names


def months_text(months: Iterable[Period]) -> str:
    """`Jan 2024 – Jun 2024, Oct 2024`: months in order of time, runs of them by their ends."""
    runs: list[list[Period]] = []
    for month in sorted(months):
        if runs and runs[-1][-1].next() == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(
        period_text(run[0]) if len(run) == 1 else f"{period_text(run[0])} – {period_text(run[-1])}" for run in runs
    )
