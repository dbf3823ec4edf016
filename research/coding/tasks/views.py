"""Coding tasks: their list, giving an observation out, and how far coders agree."""

from typing import cast

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
from research.coding.models import Codebook
from research.coding.policies import can_assign, check_assign, check_code
from research.coding.tables.forms import codebook_asked
from research.coding.tasks import actions
from research.coding.tasks.agreement import MOST, compared
from research.coding.tasks.forms import AssignForm, TaskFilter
from research.coding.tasks.queries import tasks_for
from research.observations.queries import readable_by

PER_PAGE = 25


@require_GET
@never_cache
def coding_task_list(request: HttpRequest) -> HttpResponse:
    check_code(request.user)
    rows = TaskFilter(request.GET, queryset=tasks_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "can_assign": can_assign(request.user)}
    return render(request, "research/coding/task_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def coding_task_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the observation of that primary key to one coder or two."""
    check_assign(request.user)
    observation = get_object_or_404(readable_by(request.user), pk=pk)
    form = AssignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            by, codebook = cast(User, request.user), form.cleaned_data["codebook"]
            actions.assign(observation, codebook, by=by, coders=form.coders())
            messages.success(request, _("The coders find it among their tasks."))
            return redirect("coding-task-list")
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "observation": observation}
    return render(request, "research/coding/task_form.html", context)


@require_POST
def coding_task_step(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: done, resume, or take (away)."""
    check_code(request.user)
    task = get_object_or_404(tasks_for(request.user), pk=pk)
    by = cast(User, request.user)
    try:
        match request.POST.get("do"):
            case "done":
                actions.finish(task, by=by)
            case "resume":
                actions.resume(task, by=by)
            case "take":
                actions.take_back(task, by=by)
                return redirect("coding-task-list")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("observation-coding", args=[task.observation_id]) + f"?guide={task.codebook_id}")


@require_GET
@never_cache
def coding_agreement(request: HttpRequest) -> HttpResponse:
    """`?guide=` (primary key) chooses the codebook. Codes are told, no text."""
    check_code(request.user)
    codebooks = Codebook.objects.filter(tasks__done_at__isnull=False).distinct()
    codebook, form = codebook_asked(request, codebooks)
    found = compared(codebook) if codebook else None
    context = {"form": form, "codebook": codebook, "found": found, "most": MOST}
    return render(request, "research/coding/agreement.html", context)
