"""Screenings: asked for, followed, read. The page computes nothing."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.formats import month_text, number_text, period_text, signed_text
from indicators.periods import Period
from indicators.registry.definitions import definition
from research.linkage.jobs import SILENT_AFTER
from research.linkage.plans.policies import can_write, check_write
from research.linkage.screening.actions import ask
from research.linkage.screening.forms import ScreeningForm
from research.linkage.screening.models import ScreeningRun

RELOAD, SHOWN = 3, 50
"""Seconds after which a page of work in hand loads itself again; rows of each indicator on a page."""


@require_http_methods(["GET", "POST"])
@never_cache
def screening_list(request: HttpRequest) -> HttpResponse:
    check_write(request.user)
    today = Period.month_of(timezone.localdate())
    usual = {"first": f"{today.shift(-24).start:%Y-%m}", "last": f"{today.shift(-1).start:%Y-%m}"}
    form = ScreeningForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            run = ask(by=cast(User, request.user), **form.cleaned_data)
            messages.success(request, _("The screening is asked for; a worker makes it."))
            return redirect("screening-detail", run.pk)
        except ValidationError as error:
            form.add_error(None if "__all__" in error.message_dict else next(iter(error.message_dict)), error.messages)
    runs = ScreeningRun.objects.select_related("unit", "evaluation", "asked_by").defer("result")[:50]
    context = {"form": form, "runs": [(run, _span(run)) for run in runs]}
    return render(request, "research/linkage/screening_list.html", context)


@require_GET
@never_cache
def screening_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """`?suivre=non` stops the page from loading itself again; `?indicator=` shows all rows kept of one."""
    if not can_write(request.user):
        raise Http404
    run = get_object_or_404(ScreeningRun.objects.select_related("unit", "evaluation"), pk=pk)
    context: dict[str, Any] = {"run": run, "span": _span(run)}
    if run.working:
        context["reload"] = RELOAD if request.GET.get("suivre") != "non" else None
        context["silent"] = timezone.now() - (run.heartbeat_at or run.asked_at) > SILENT_AFTER
    elif run.result:
        context["parts"] = _parts(run.result, request)
    return render(request, "research/linkage/screening_detail.html", context)


def _parts(result: dict[str, Any], request: HttpRequest) -> list[dict[str, Any]]:
    """Each indicator with its rows in words; two queries. Places that the person may not meet are counted only."""
    chosen = request.GET.get("indicator", "")
    keys = {row["unit"] for part in result["indicators"] for row in part["rows"]}
    met = limit_to_scope(OrgUnit.objects.filter(pk__in=keys).select_related("parent"), cast(User, request.user))
    units = {unit.pk: unit for unit in met}
    parts = []
    for part in result["indicators"]:
        if chosen and part["code"] != chosen:
            continue
        rows = [row for row in part["rows"] if row["unit"] in units]
        shown = rows if chosen else rows[:SHOWN]
        try:
            name = definition(part["code"]).name
        except KeyError:
            name = part["name"]
        parts.append(
            part | {
                "name": name, "hidden": len(part["rows"]) - len(rows), "more": len(rows) - len(shown),
                "refused_total": sum(part["refused"].values()),
                "lines": [_line(row, units[row["unit"]]) for row in shown],
            }
        )  # fmt: skip
    return parts


def _line(row: dict[str, Any], unit: OrgUnit) -> dict[str, Any]:
    return {
        "unit": unit,
        "slope": signed_text(row["slope"], 2) if row["slope"] is not None else "",
        "p": number_text(row["p"], 3) if row["p"] is not None else "",
        "outliers": ", ".join(period_text(month) for month in row["outliers"]),
        "level": signed_text(row["level"], 1) if row["level"] is not None else "",
        "level_q": number_text(row["level_q"], 3) if row["level_q"] is not None else "",
    }


def _span(run: ScreeningRun) -> str:
    return f"{month_text(run.first)} – {month_text(run.last)}"
