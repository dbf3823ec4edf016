"""What happened lately, over all rooms, as events that open their record. Each reader meets only what they may read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text, number_text
from indicators.periods import Period, between
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.policies import can_read as can_read_visits
from research.coach2pev.visits.queries import visits_for
from research.evaluations.models import EvaluationSite
from research.evaluations.queries import Window, window
from research.medexis.episodes.days import length
from research.medexis.measures.queries import days_out
from research.medexis.models import StockOut, StockReport
from research.medexis.policies import can_read as can_read_reports
from research.medexis.reports.queries import reports_for
from research.medexis.stock_outs.queries import stock_outs_for
from research.observations.models import Observation
from research.observations.queries import readable_by

LATEST = 4


@dataclass(frozen=True)
class Event:
    """Something on a time axis. `date` is the day it belongs to; `at` when it was entered."""

    date: date
    kind: str
    text: str
    url: str = ""
    state: str = ""
    demonstration: bool = False
    note: str = ""
    observation: Observation | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Overdue:
    """Visits whose planned day has passed without the visit being done or cancelled."""

    visits: int
    url: str


_TO_COME = (SupervisionVisit.State.PLANNED, SupervisionVisit.State.SCHEDULED)


def overdue(user: Any, today: date) -> Overdue | None:
    """None where the person reads no visits: that is not «nothing is overdue». One query."""
    if not can_read_visits(user):
        return None
    late = visits_for(user).filter(state__in=_TO_COME, planned_on__lt=today)
    return Overdue(late.count(), f"{reverse('visit-list')}?etat={SupervisionVisit.State.PLANNED.value}")


def latest(user: Any, limit: int = LATEST) -> list[Event]:
    """The `limit` records entered or changed last of each room that the person reads, newest first. Three queries."""
    events = [
        *map(visit_event, visits_for(user).order_by("-updated_at", "-pk")[:limit]),
        *map(report_event, reports_for(user).order_by("-updated_at", "-pk")[:limit]),
        *map(observation_event, readable_by(user).order_by("-updated_at", "-pk")[:limit]),
    ]
    return sorted(events, key=_entered, reverse=True)


def _entered(event: Event) -> tuple[date, date]:
    """The day it was entered, then the day it belongs to: a load of many records does not hide all but one kind."""
    return (timezone.localdate(event.at) if event.at else event.date, event.date)


def at_site(user: Any, site: OrgUnit, stock_plan: Collection[EvaluationSite], limit: int) -> list[Event]:
    """Everything that happened at the site and that the person may read, newest day first. Five queries.

    At most `limit` records of each room. A month of the stock plan (the site's row of that evaluation, if any) without
    a report is an event too: its absence says something.
    """
    months = window(stock_plan, timezone.localdate())
    made_up = any(plan.demonstration for plan in stock_plan)
    reports = list(reports_for(user).filter(site=site)[:limit])
    out = days_out(site, [Period.from_code(report.period) for report in reports]) if reports else {}
    events: Iterable[Event] = [
        *(visit_event(visit, named=False) for visit in visits_for(user).filter(site=site)[:limit]),
        *(report_event(report, named=False, days=out[Period.from_code(report.period)]) for report in reports),
        *(stock_out_event(row) for row in stock_outs_for(user).filter(site=site)[:limit]),
        *(_no_report(month, made_up) for month in _months_without(reports, months, limit) if can_read_reports(user)),
        *(observation_event(row, named=False) for row in readable_by(user).filter(site=site)[:limit]),
    ]
    return sorted(events, key=lambda event: event.date, reverse=True)


def visit_event(visit: SupervisionVisit, *, named: bool = True) -> Event:
    """A visit on the day it was done, else the day it was planned for."""
    day = visit.done_on or visit.planned_on or timezone.localdate(visit.created_at)
    to_come = (SupervisionVisit.State.PLANNED, SupervisionVisit.State.SCHEDULED)
    late = visit.state in to_come and day < timezone.localdate()
    done = visit.state == SupervisionVisit.State.DONE
    texts = {
        SupervisionVisit.State.DONE: _("Supervision visit done"),
        SupervisionVisit.State.PLANNED: _("Supervision visit overdue") if late else _("Supervision visit planned"),
        SupervisionVisit.State.SCHEDULED: _("Supervision visit overdue") if late else _("Supervision visit agreed"),
        SupervisionVisit.State.IN_PROGRESS: _("Supervision visit in progress"),
        SupervisionVisit.State.CANCELLED: _("Supervision visit cancelled"),
    }
    return Event(
        date=day,
        kind=_("Visit"),
        text=_at(texts[SupervisionVisit.State(visit.state)], visit.site if named else None),
        url=reverse("visit-detail", args=[visit.pk]),
        state="done" if done else "late" if late else "",
        demonstration=visit.demonstration,
        note=visit.cancelled_reason,
        at=visit.updated_at,
    )


def report_event(report: StockReport, *, named: bool = True, days: int | None = None) -> Event:
    """A month of stock, on the last day of the month."""
    month = Period.from_code(report.period)
    text = _("Stock of %(month)s reported") % {"month": month_text(month)}
    note = ""
    if days is not None:
        note = ngettext("%(days)s day out of stock", "%(days)s days out of stock", days) % {"days": number_text(days)}
    return Event(
        date=month.end,
        kind=_("Stock"),
        text=_at(text, report.site if named else None),
        url=reverse("stock-detail", args=[report.pk]),
        state="late" if days else "done",
        demonstration=report.demonstration,
        note=note,
        at=report.updated_at,
    )


def stock_out_event(row: StockOut) -> Event:
    """A stock-out on its first day, at its own site."""
    days = length(row.start, row.end or timezone.localdate())
    words = {"product": row.product.name, "days": number_text(days)}
    if row.end is None:
        text = ngettext(
            "%(product)s out of stock, %(days)s day so far", "%(product)s out of stock, %(days)s days so far", days
        )
    else:
        text = ngettext("%(product)s out of stock, %(days)s day", "%(product)s out of stock, %(days)s days", days)
    return Event(
        date=row.start,
        kind=_("Stock-out"),
        text=text % words,
        url=f"{reverse('stock-out-list')}?site={row.site_id}",
        state="late",
        demonstration=row.demonstration,
        note=row.note,
        at=row.updated_at,
    )


def _months_without(reports: Iterable[StockReport], plan: Window | None, limit: int) -> list[Period]:
    """The latest months of the plan that have ended and have no report among these."""
    if plan is None:
        return []
    current = Period.month_of(timezone.localdate())
    known = {report.period for report in reports}
    months = [month for month in between(*plan) if month < current]
    return [month for month in months[-limit:] if month.code not in known]


def _no_report(month: Period, made_up: bool) -> Event:
    text = _("No stock report for %(month)s") % {"month": month_text(month)}
    return Event(date=month.end, kind=_("Stock"), text=text, state="late", demonstration=made_up)


def observation_event(observation: Observation, *, named: bool = True) -> Event:
    """An observation; the page decides how much of its text it shows."""
    return Event(
        date=observation.observed_on,
        kind=_("Observation"),
        text=_at(_("Observation"), observation.site if named else None),
        url=reverse("observation-detail", args=[observation.pk]),
        state="done",
        demonstration=observation.demonstration,
        observation=observation,
        at=observation.updated_at,
    )


def _at(what: str, site: OrgUnit | None) -> str:
    return f"{what} – {site.name}" if site else what
