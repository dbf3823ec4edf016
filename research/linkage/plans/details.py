"""What else a method says besides its estimates: when the change counts from, who was left out, effects by time."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text, period_text, signed_text
from research.linkage.methods.result import Refused, Result
from research.linkage.plans.models import PlanVersion
from research.linkage.plans.scales import estimate_text


class EventTime(NamedTuple):
    """The mean effect so many periods after the beginning (negative: before it, where there should be none), and on how
    many values of places it rests."""

    since: str
    effect: str
    values: int


def event_times(found: Result, unit: str) -> list[EventTime]:
    """Of a staggered comparison, in order of time; empty for other methods."""
    return [
        EventTime(signed_text(one["since"], 0), estimate_text(one["effect"], "points", unit), int(one["places"]))
        for one in found.details.get("event_time", [])
    ]


def sentences(found: Result | Refused, version: PlanVersion) -> list[str]:
    """What the details say, one sentence each."""
    told = found.details if isinstance(found, Result) else found.detail
    out = []
    if isinstance(change := told.get("change"), str):
        out.append(_("The change counts from %(period)s on.") % {"period": period_text(change)})
    if already := told.get("already_exposed") or told.get("already"):
        left_out = ", ".join(name_of(version, one) for one in already)
        out.append(_("Left out, because exposed from the first period on: %(places)s.") % {"places": left_out})
    marks = {
        "beyond": _("Beyond the limits: %(periods)s."),
        "shift": _("In a run on one side of the mean: %(periods)s."),
        "trend": _("In a run up or down: %(periods)s."),
    }
    for name, words in marks.items():
        if periods := told.get(name):
            out.append(words % {"periods": ", ".join(period_text(one) for one in periods)})
    if told.get("lag"):
        out.append(_("The dose is that of %(lag)s periods before.") % {"lag": number_text(told["lag"])})
    return out


def name_of(version: PlanVersion, uid: str) -> str:
    """The name of a place of the version by its DHIS2 uid; the uid where it is none of them."""
    places: Sequence[object] = [*version.units.all(), *version.comparison.all()]
    return next((str(unit) for unit in places if getattr(unit, "uid", "") == uid), uid)
