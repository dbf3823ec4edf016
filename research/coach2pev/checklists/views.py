"""Checklists to read, and what a lead does with a whole version; its parts are built in `builder.py`."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.coach2pev.checklists import actions, queries
from research.coach2pev.checklists.checking import problems
from research.coach2pev.checklists.forms import ChecklistForm
from research.coach2pev.checklists.policies import can_build, check_build
from research.coach2pev.models import Checklist
from research.coach2pev.policies import check_read
from research.coach2pev.visits.answers import condition
from research.coach2pev.visits.fields import row_of
from research.coach2pev.visits.sheets import sheet_of


@require_GET
@never_cache
def checklist_list(request: HttpRequest) -> HttpResponse:
    check_read(request.user)
    context = {"checklists": queries.checklists(request.user), "builds": can_build(request.user)}
    return render(request, "research/coach2pev/checklist_list.html", context)


@require_GET
@never_cache
def checklist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, how it is scored and under which conditions; a draft with what it still lacks."""
    check_read(request.user)
    checklist = get_object_or_404(queries.checklists_for(request.user), pk=pk)
    draft = checklist.state == Checklist.State.DRAFT
    sheet = sheet_of(checklist)
    context = {
        "checklist": checklist,
        "sections": queries.sections_of(checklist),
        "choice_lists": queries.choice_lists_of(checklist),
        "versions": queries.versions_of(checklist, request.user),
        "points": sum(item.weight for item in sheet.items if item.scorable),
        "problems": problems(sheet) if draft else [],
        "builds": can_build(request.user),
        "draft": draft and can_build(request.user),
    }
    return render(request, "research/coach2pev/checklist_detail.html", context)


@require_GET
@never_cache
def checklist_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As a coach meets it, conditions at work; nothing is sent or kept."""
    check_read(request.user)
    checklist = get_object_or_404(queries.checklists_for(request.user), pk=pk)
    sheet = sheet_of(checklist)
    rows = [(part, [row_of(item, "") for item in sheet.items_of(part.code)]) for part in sheet.sections]
    sections = [(part, condition(part.relevant), found) for part, found in rows if found]
    context = {"checklist": checklist, "sections": sections}
    return render(request, "research/coach2pev/checklist_preview.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def checklist_create(request: HttpRequest) -> HttpResponse:
    check_build(request.user)
    form = ChecklistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create_checklist(by=cast(User, request.user), **form.cleaned_data)
            return redirect("checklist-detail", row.pk)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "research/coach2pev/checklist_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    check_build(request.user)
    checklist = get_object_or_404(Checklist, pk=pk)
    if refused := actions.refusal(checklist):
        messages.error(request, refused)
        return redirect("checklist-detail", pk)
    form = ChecklistForm(request.POST or None, instance=get_object_or_404(Checklist, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_checklist(checklist, by=cast(User, request.user), **form.cleaned_data)
            return redirect("checklist-detail", pk)
        except ValidationError as error:
            form.refuse(error)
        except actions.NotADraft as refused:
            form.add_error(None, str(refused))
    return render(request, "research/coach2pev/checklist_form.html", {"form": form, "checklist": checklist})


@require_POST
def checklist_step(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: publish, retire, new version, or delete."""
    check_build(request.user)
    checklist, by = get_object_or_404(Checklist, pk=pk), cast(User, request.user)
    try:
        match request.POST.get("do"):
            case "publish":
                actions.publish(checklist, by=by)
                messages.success(request, _("This version is in use from today."))
            case "retire":
                actions.retire(checklist, by=by)
            case "version":
                return redirect("checklist-detail", actions.new_version(checklist, by=by).pk)
            case "delete":
                actions.delete_checklist(checklist, by=by)
                messages.success(request, _("The draft is deleted."))
                return redirect("checklist-list")
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    except actions.NotADraft as refused:
        messages.error(request, str(refused))
    return redirect("checklist-detail", pk)
