from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev.measures.dose import dose_and_reach
from research.evaluations.exposure import queries
from research.evaluations.exposure.forms import PlanForm, RemovalForm, StageForm
from research.evaluations.models import Evaluation, EvaluationSite
from research.evaluations.policies import can_edit_exposure, check_edit_exposure
from research.revisions import Conflict

PER_PAGE = 25


@require_GET
@never_cache
def exposure(request: HttpRequest, code: str) -> HttpResponse:
    """Which site was trained, used the tool, stopped, and when; for Coach2PEV dose and reach besides."""
    evaluation = get_object_or_404(Evaluation.objects.select_related("source"), code=code)
    today = timezone.localdate()
    page = Paginator(queries.sites_for(evaluation, request.user), PER_PAGE).get_page(request.GET.get("page"))
    sites = list(page)
    coaching = evaluation.code == Evaluation.COACH2PEV
    over = queries.time_axis(evaluation, today)
    context = {
        "evaluation": evaluation,
        "page": page,
        "axis": over,
        "rows": queries.rows(sites, over, today),
        "dose_rows": _dose_rows(sites, today) if coaching else [],
        "can_edit": can_edit_exposure(request.user),
    }
    return render(request, "research/evaluations/exposure.html", context)


def _dose_rows(sites: Sequence[EvaluationSite], today: date) -> list[dict[str, Any]]:
    found = dose_and_reach([site.unit for site in sites], today)
    return [{"name": site.unit.name, "dose": found[site.unit_id]} for site in sites]


@require_http_methods(["GET", "POST"])
@never_cache
def stage_create(request: HttpRequest, code: str) -> HttpResponse:
    """A new stage; `?site=` names the site by its org unit."""
    user = cast(User, request.user)
    check_edit_exposure(user)
    evaluation = get_object_or_404(Evaluation, code=code)
    sites = queries.sites_for(evaluation, user)
    form = StageForm(request.POST or None, user=user, sites=sites)
    asked = request.GET.get("site", "")
    if asked.isascii() and asked.isdecimal():
        form.initial["site"] = sites.filter(unit=int(asked)).first()
    return _answer(request, evaluation, form, _("The stage is saved."))


@require_http_methods(["GET", "POST"])
@never_cache
def stage_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The one stage to correct; sent with `remove` it is taken away."""
    user = cast(User, request.user)
    check_edit_exposure(user)
    evaluation = get_object_or_404(Evaluation, code=code)
    stage = get_object_or_404(queries.stages_for(evaluation, user), pk=pk)
    if "remove" in request.POST:
        return _remove(request, evaluation, stage, user)
    form = StageForm(request.POST or None, user=user, sites=queries.sites_for(evaluation, user), stage=stage)
    return _answer(request, evaluation, form, _("The stage is saved."))


@require_http_methods(["GET", "POST"])
@never_cache
def plan_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """From when to when records of a site are expected; `pk` is the org unit's."""
    user = cast(User, request.user)
    check_edit_exposure(user)
    evaluation = get_object_or_404(Evaluation, code=code)
    site = get_object_or_404(queries.sites_for(evaluation, user), unit=pk)
    form = PlanForm(request.POST or None, user=user, site=site)
    return _answer(request, evaluation, form, _("The plan of the site is saved."))


def _remove(request: HttpRequest, evaluation: Evaluation, stage: Any, user: User) -> HttpResponse:
    removal = RemovalForm(request.POST)
    try:
        if removal.is_valid():
            removal.save(stage, user)
            messages.success(request, _("The stage is taken away."))
            return redirect("exposure", evaluation.code)
    except Conflict:
        pass
    form = StageForm(user=user, sites=queries.sites_for(evaluation, user), stage=stage)
    return _form(request, evaluation, form, 409, changed=True)


def _answer(request: HttpRequest, evaluation: Evaluation, form: StageForm | PlanForm, saved: str) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return _form(request, evaluation, form)
    try:
        form.save()
    except Conflict as conflict:
        differences = form.differences(conflict.stored)
        form.rebase(conflict.stored)
        return _form(request, evaluation, form, 409, changed=True, differences=differences)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, evaluation, form)
    messages.success(request, saved)
    return redirect("exposure", evaluation.code)


def _form(
    request: HttpRequest, evaluation: Evaluation, form: StageForm | PlanForm, status: int = 200, **more: Any
) -> HttpResponse:
    plan = isinstance(form, PlanForm)
    context = {"evaluation": evaluation, "form": form, "row": form.row, "plan": plan, **more}
    return render(request, "research/evaluations/exposure_form.html", context, status=status)
