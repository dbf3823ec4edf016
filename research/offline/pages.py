"""The forms that may wait on a device, filled from what was typed: the pages' own forms and actions, nothing beside."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.periods import BadPeriod, Frequency, Period
from research.coach2pev.policies import check_enter as check_visits
from research.coach2pev.visits import queries as visits
from research.coach2pev.visits import states
from research.coach2pev.visits.forms import VisitForm
from research.medexis.policies import check_enter as check_stock
from research.medexis.reports import queries as stock
from research.medexis.reports.forms import StockForm
from research.medexis.reports.limits import month_problem
from research.observations.actions import edit_observation, log_observation
from research.observations.forms import ObservationForm
from research.observations.opened import open_observation
from research.observations.policies import check_edit, check_log

Save = Callable[[], str]
"""Writes the record and returns its address; raises Conflict, PermissionDenied, ValidationError."""


def visit(user: User, query: QueryDict, typed: QueryDict, pk: int | None = None) -> tuple[Any, Save]:
    check_visits(user)
    row = get_object_or_404(visits.visits_for(user), pk=pk) if pk else None
    state = typed.get("state", "")
    begun = [states.DONE, states.PLANNED, states.IN_PROGRESS]
    if state not in ([row.state, *states.FOLLOWS[row.state]] if row else begun):
        raise ValidationError(_("The visit has another state meanwhile. Open it to see what is recorded."))
    asked = typed.get("checklist", "")
    checklist = visits.checklists().filter(pk=asked).first() if asked.isdecimal() else None
    form = VisitForm(typed, user=user, state=state, visit=row, checklist=checklist, site=query.get("site", ""))
    return form, lambda: reverse("visit-detail", args=[form.save().pk])


def stock_month(user: User, query: QueryDict, typed: QueryDict) -> tuple[Any, Save]:
    check_stock(user)
    asked = query.get("site", "")
    if not (asked.isascii() and asked.isdecimal()):
        raise Http404
    site = get_object_or_404(stock.sites_to_enter(user), pk=asked)
    try:
        period = Period.parse(query.get("mois", ""))
    except BadPeriod as error:
        raise Http404 from error
    if period.frequency is not Frequency.MONTH:
        raise Http404
    if problem := month_problem(period, timezone.localdate()):
        raise ValidationError(problem)
    form = StockForm(typed, user=user, site=site, period=period, report=stock.report_of(site, period))
    return form, lambda: reverse("stock-detail", args=[form.save().pk])


def observation(user: User, query: QueryDict, typed: QueryDict, pk: int | None = None) -> tuple[Any, Save]:
    check_log(user)
    row = open_observation(user, pk=pk) if pk else None
    if row:
        check_edit(user, row)
    form = ObservationForm(typed, user=user, **({"instance": row} if row else {}))
    submit = typed.get("then") != "draft"

    def save() -> str:
        if row:
            version = form.cleaned_data["version"]
            stored = edit_observation(row, by=user, version=version, submit=submit, **form.note())
        else:
            name = form.cleaned_data["client_uuid"]
            stored = log_observation(by=user, client_uuid=name, submit=submit, **form.note())
        return reverse("observation-detail", args=[stored.pk])

    return form, save


PAGES: dict[str, Callable[..., tuple[Any, Save]]] = {
    "visit-create": visit,
    "visit-edit": visit,
    "stock-entry": stock_month,
    "observation-create": observation,
    "observation-edit": observation,
}
"""By name of the route. A form that is sent to another address does not wait on a device."""
