from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.observations.actions import discard, edit_observation, log_observation, move, moves
from research.observations.attachments.forms import AttachmentForm
from research.observations.filters import ObservationFilter
from research.observations.forms import ObservationForm
from research.observations.models import Observation
from research.observations.opened import open_observation
from research.observations.policies import can_discard, can_edit, can_review, check_edit, check_log
from research.observations.queries import readable_by, to_review
from research.observations.trail import changes_since, differences
from research.review_states import WITH_A_REASON, Move
from research.revisions import Conflict, new_uuid

PER_PAGE = 20


@require_GET
@never_cache
def observation_list(request: HttpRequest) -> HttpResponse:
    check_log(request.user)
    rows = ObservationFilter(request.GET, queryset=readable_by(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "can_review": can_review(request.user)}
    if can_review(request.user):
        context["waiting"] = to_review(request.user).count()
    return render(request, "research/observations/observation_list.html", context)


@require_GET
@never_cache
def observation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The reading view; with `?saved` it also confirms that the text was stored and says where it appears."""
    observation = open_observation(request.user, pk=pk)
    return page(request, observation, saved="saved" in request.GET)


@require_POST
def observation_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Submits, approves, returns, withdraws or reopens it (`step`), with a `reason` where one is needed."""
    user = cast(User, request.user)
    observation = get_object_or_404(readable_by(user), pk=pk)
    step, version = request.POST.get("step", ""), request.POST.get("version", "")
    if step not in set(Move) or not version.isdecimal():
        return redirect("observation-detail", pk)
    try:
        move(observation, Move(step), by=user, version=int(version), reason=request.POST.get("reason", ""))
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
    except ValidationError as error:
        return page(request, observation, status=200, refused=error.messages, typed=request.POST.get("reason", ""))
    else:
        messages.success(request, _("Done."))
    return redirect("observation-detail", pk)


@require_POST
def observation_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes a draft; pressed twice, the second time there is none any more."""
    user = cast(User, request.user)
    discard(get_object_or_404(readable_by(user), pk=pk), by=user)
    messages.success(request, _("The draft is deleted."))
    return redirect("observation-list")


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
        observation = log_observation(
            by=user, client_uuid=form.cleaned_data["client_uuid"], submit=_submits(request), **form.note()
        )
    except Conflict as conflict:
        return _conflict(request, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    return _saved(observation)


@require_http_methods(["GET", "POST"])
@never_cache
def observation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    observation = open_observation(user, pk=pk)
    check_edit(user, observation)
    form = ObservationForm(request.POST or None, user=user, instance=observation)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        version = form.cleaned_data["version"]
        edit_observation(observation, by=user, version=version, submit=_submits(request), **form.note())
    except Conflict as conflict:
        return _conflict(request, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    return _saved(observation)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    return {
        field: value
        for field, name in (("site", "site"), ("evaluation_question", "question"))
        if (value := request.GET.get(name, "")).isdecimal()
    }


def _submits(request: HttpRequest) -> bool:
    """Whether the person pressed the button that submits; the other keeps a draft."""
    return request.POST.get("then") != "draft"


def page(request: HttpRequest, observation: Observation, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    steps = moves(observation, user)
    context = {
        "observation": observation,
        "can_edit": can_edit(user, observation),
        "can_discard": can_discard(user, observation),
        "draft_key": _draft_key(request),
        "steps": steps,
        "with_reason": [step for step in steps if step in WITH_A_REASON],
        "since": changes_since(observation) if observation.changed_since_approval else None,
        "attachments": observation.attachments.all(),
        "attachment_form": AttachmentForm(initial={"client_uuid": new_uuid()}),
        "changes": differences(observation) if can_review(user) or observation.created_by_id == user.pk else None,
        **more,
    }
    return render(request, "research/observations/observation_detail.html", context, status=status)


def _saved(observation: Observation) -> HttpResponse:
    return redirect(reverse("observation-detail", args=[observation.pk]) + "?saved")


def _form(request: HttpRequest, form: ObservationForm, status: int = 200, **more: Any) -> HttpResponse:
    own = form.instance.pk is None or form.instance.created_by_id == request.user.pk
    drafts = own and form.instance.state in {Observation.State.DRAFT, Observation.State.RETURNED}
    context = {"form": form, "draft_key": _draft_key(request, form.instance), "drafts": drafts, **more}
    if own and form.instance.state == Observation.State.DRAFT and status == 200:
        context["autosave"] = _draft_key(request)
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


def _draft_key(request: HttpRequest, observation: Observation | None = None) -> str:
    """Under which the browser keeps an unsent text: not shown to the next person at the device, nor in another note.
    With the version, so that what was typed on an older text is not put over a newer one."""
    stored = f"-{observation.pk}-{observation.version}" if observation is not None and observation.pk else ""
    return f"observation-{request.user.pk}{stored}"
