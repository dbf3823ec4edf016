"""The dimensions and filters of an analytics request: which data, which periods, which units."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.api.dhis2 import relative_periods
from indicators.api.dhis2.analytics_items import Item, items
from indicators.api.dhis2.analytics_units import units_named
from indicators.api.dhis2.answers import conflict, flag, one
from indicators.geography.models import OrgUnit
from indicators.periods import MONTHS_IN, BadPeriod, Period, between

MOST_ROWS = 50_000
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WOULD_CHANGE_NUMBERS = (
    "measureCriteria", "preAggregationMeasureCriteria", "approvalLevel", "timeField", "orgUnitField", "columns", "rows",
)  # fmt: skip


@dataclass
class Query:
    """`dimensions`: dx, pe and ou in the order asked; those in `collapsed` are added up instead of shown."""

    dimensions: list[str] = field(default_factory=list)
    collapsed: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    units: list[OrgUnit] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Relative periods and the like, as asked: their names stand among the metadata."""


def query(params: QueryDict, user: User) -> Query:
    """Raises Refused with DHIS2's codes (409) for what it would refuse, and for what would change numbers unseen."""
    for name in _WOULD_CHANGE_NUMBERS:
        if one(params, name):
            raise conflict("not_supported", _("This parameter is not offered here."), name)
    if flag(params, "tableLayout"):
        raise conflict("not_supported", _("This parameter is not offered here."), "tableLayout")
    if one(params, "aggregationType", "DEFAULT").upper() not in ("DEFAULT", "SUM"):
        raise conflict(
            "not_supported", _("Numbers are added up here; no other aggregation is offered."), "aggregationType"
        )
    named: dict[str, list[str]] = {}
    found = Query()
    for parameter in ("dimension", "filter"):
        for text in params.getlist(parameter):
            name = _take(text, named)
            found.dimensions.append(name)
            if parameter == "filter":
                found.collapsed.add(name)
    if not found.dimensions:
        raise conflict("E7101", _("At least one dimension must be named."), "dimension")
    _fill(found, named, params, user)
    if len(found.items) * len(found.periods) * len(found.units) > MOST_ROWS:
        raise conflict("E7128", str(_("More than {most} numbers were asked for at once.")).format(most=MOST_ROWS))
    return found


def _take(text: str, named: dict[str, list[str]]) -> str:
    """`dx:a;b` → `dx`, its items noted."""
    name, _colon, rest = text.partition(":")
    if name not in ("dx", "pe", "ou"):
        raise conflict("E7125", str(_("“{value}” is no dimension here.")).format(value=name[:40]), "dimension")
    if name in named:
        raise conflict("E7103", str(_("The dimension “{value}” stands twice.")).format(value=name), "dimension")
    named[name] = [part.strip() for part in rest.split(";") if part.strip()]
    return name


def _fill(found: Query, named: dict[str, list[str]], params: QueryDict, user: User) -> None:
    if not named.get("dx"):
        raise conflict("E7102", _("At least one data item must be named."), "dx")
    if not named.get("ou"):
        raise conflict("E7142", _("At least one organisation unit must be named."), "ou")
    first, last = one(params, "startDate"), one(params, "endDate")
    if "pe" in named and (first or last):
        raise conflict("E7105", _("Name periods, or a first and a last day, but not both."), "pe")
    found.items = items(named["dx"])
    if first and last:
        found.periods = _months(first, last)
        found.dimensions.append("pe")
        found.collapsed.add("pe")
    elif named.get("pe"):
        found.periods = _periods(named["pe"], params)
    else:
        raise conflict("E7104", _("At least one period, or a first and a last day, must be named."), "pe")
    found.units = units_named(named["ou"], one(params, "userOrgUnit"), user)
    found.words = [word for word in [*named.get("pe", []), *named["ou"]] if word.isupper() and not word.isdigit()]
    if "dx" in found.collapsed and len(found.items) > 1:
        raise conflict("not_supported", _("Different data items are not added up."), "filter")


def _periods(named: Sequence[str], params: QueryDict) -> list[Period]:
    basis = one(params, "relativePeriodDate")
    today = _day(basis, "relativePeriodDate") if basis else timezone.localdate()
    found: list[Period] = []
    for text in named:
        if text in relative_periods.NAMES:
            found += relative_periods.relative(text, today)
            continue
        try:
            period = Period.parse(text)
        except BadPeriod:
            raise _no_period(_("“{value}” is no period."), text) from None
        if period.frequency not in MONTHS_IN:
            raise _no_period(_("“{value}” is no month, quarter or year; other periods are not added up."), text)
        found.append(period)
    return list(dict.fromkeys(found))


def _no_period(sentence: Any, text: str) -> Exception:
    return conflict("E7124", str(sentence).format(value=text[:40]), "pe")


def _months(first: str, last: str) -> list[Period]:
    begin, end = _day(first, "startDate"), _day(last, "endDate")
    if end < begin:
        raise conflict("E7106", _("The first day lies after the last."), "startDate")
    if begin.day != 1 or end.day != calendar.monthrange(end.year, end.month)[1]:
        raise conflict("not_supported", _("Numbers are kept by month: name whole months."), "startDate")
    return list(between(Period.month_of(begin), Period.month_of(end)))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text) if _ISO.fullmatch(text) else date.fromisoformat("")
    except ValueError:
        raise conflict("bad_date", _("This is no date."), name) from None


def separate(periods: Sequence[Period]) -> list[Period]:
    """The same time without overlaps, to be added up: one period as it is, several as their months."""
    if len(periods) == 1:
        return list(periods)
    return sorted({month for period in periods for month in period.months()}, key=lambda month: month.code)
