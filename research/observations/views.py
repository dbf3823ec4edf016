from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.observations.actions import edit_observation, log_observation
from research.observations.filters import ObservationFilter
from research.observations.forms import ObservationForm
from research.observations.models import Observation
from research.observations.policies import can_edit, check_edit, check_log
from research.observations.queries import readable_by
from research.revisions import Conflict, new_uuid

PER_PAGE = 20


@require_GET
@never_cache
def observation_list(request: HttpRequest) -> HttpResponse:
    check_log(request.user)
    rows = ObservationFilter(request.GET, queryset=readable_by(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "research/observations/observation_list.html", {"filter": rows, "page": page})


@require_GET
@never_cache
def observation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The reading view; with `?saved` it also confirms that the text was stored and says where it appears."""
    observation = get_object_or_404(readable_by(request.user), pk=pk)
    return render(
        request,
        "research/observations/observation_detail.html",
        {
            "observation": observation,
            "can_edit": can_edit(request.user, observation),
            "saved": "saved" in request.GET,
            "draft_key": _draft_key(request),
            "changes": observation.version - 1,
            "last": observation.history.select_related("history_user").first() if observation.version > 1 else None,
        },
    )


@require_http_methods(["GET", "POST"])
@never_cache
def observation_create(request: HttpRequest) -> HttpResponse:
    """`?site=` and `?question=` (evaluation question) fill in what the page that one comes from knows already."""
    user = cast(User, request.user)
    check_log(user)
    form = ObservationForm(request.POST or None, user=user, initial=_asked_for(request))
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        observation = log_observation(by=user, client_uuid=form.cleaned_data["client_uuid"], **form.note())
    except Conflict as conflict:
        return _conflict(request, conflict.stored)
    return _saved(observation)


@require_http_methods(["GET", "POST"])
@never_cache
def observation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    observation = get_object_or_404(readable_by(user), pk=pk)
    check_edit(user, observation)
    form = ObservationForm(request.POST or None, user=user, instance=observation)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        edit_observation(observation, by=user, version=form.cleaned_data["version"], **form.note())
    except Conflict as conflict:
        return _conflict(request, conflict.stored)
    return _saved(observation)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    return {
        field: value
        for field, name in (("site", "site"), ("evaluation_question", "question"))
        if (value := request.GET.get(name, "")).isdecimal()
    }


def _saved(observation: Observation) -> HttpResponse:
    return redirect(reverse("observation-detail", args=[observation.pk]) + "?saved")


def _form(request: HttpRequest, form: ObservationForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "draft_key": _draft_key(request), **more}
    if form.instance.pk:
        context["back"] = reverse("observation-detail", args=[form.instance.pk])
    return render(request, "research/observations/observation_form.html", context, status=status)


def _conflict(request: HttpRequest, stored: Observation) -> HttpResponse:
    """Both texts: what is stored, and in the form what was typed. Saving that replaces what is on the screen now."""
    typed = request.POST.copy()
    user = cast(User, request.user)
    if not can_edit(user, stored):
        # Somebody else's record came under this form's number (a shared computer): the text becomes one of its own.
        typed["client_uuid"] = str(new_uuid())
        form = ObservationForm(typed, user=user)
        form.add_error(None, _("This form was saved before by somebody else. Save again to store your text beside it."))
        return _form(request, form, status=409)
    typed["version"] = str(stored.version)
    form = ObservationForm(typed, user=user, instance=readable_by(user).get(pk=stored.pk))
    form.full_clean()
    last = stored.history.select_related("history_user").first()
    return _form(
        request,
        form,
        status=409,
        stored=readable_by(user).get(pk=stored.pk),
        changed_by=last.history_user if last else None,
        action=reverse("observation-edit", args=[stored.pk]),
    )


def _draft_key(request: HttpRequest) -> str:
    """Under which the browser keeps an unsent new note: not shown to the next person at the device."""
    return f"observation-{request.user.pk}"
