"""The parts of a draft: sections, items and lists of choices, each with a form of its own; order by two buttons."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from research.coach2pev.checklists import actions
from research.coach2pev.checklists.forms import ChoicesForm, ItemForm, PartForm, SectionForm
from research.coach2pev.checklists.policies import check_build
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, ChoiceList

_FORMS: dict[type[Any], type[PartForm]] = {
    ChecklistSection: SectionForm,
    ChecklistItem: ItemForm,
    ChoiceList: ChoicesForm,
}


@require_http_methods(["GET", "POST"])
@never_cache
def section_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, ChecklistSection(checklist=_checklist(request, pk)))


@require_http_methods(["GET", "POST"])
@never_cache
def item_create(request: HttpRequest, pk: int) -> HttpResponse:
    """`?partie=` names the section; without one the last."""
    checklist = _checklist(request, pk)
    asked = request.GET.get("partie", "")
    sections = checklist.sections.order_by("order", "pk")
    section = sections.filter(pk=int(asked) if asked.isdecimal() and len(asked) < 15 else 0).first() or sections.last()
    if section is None:
        return redirect("section-create", pk)
    return _edit(request, ChecklistItem(checklist=checklist, section=section))


@require_http_methods(["GET", "POST"])
@never_cache
def choices_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, ChoiceList(checklist=_checklist(request, pk)))


@require_http_methods(["GET", "POST"])
@never_cache
def section_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _part(request, ChecklistSection, pk))


@require_http_methods(["GET", "POST"])
@never_cache
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _part(request, ChecklistItem, pk))


@require_http_methods(["GET", "POST"])
@never_cache
def choices_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _part(request, ChoiceList, pk))


@require_POST
def section_move(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, _part(request, ChecklistSection, pk))


@require_POST
def item_move(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, _part(request, ChecklistItem, pk))


def _checklist(request: HttpRequest, pk: int) -> Checklist:
    check_build(request.user)
    return get_object_or_404(Checklist, pk=pk)


def _part(request: HttpRequest, model: type[Any], pk: int) -> Any:
    check_build(request.user)
    return get_object_or_404(model.objects.select_related("checklist"), pk=pk)


def _edit(request: HttpRequest, row: Any) -> HttpResponse:
    """Saves the part, or takes it out (`do` = remove); what was typed stays where it is refused."""
    by, checklist = cast(User, request.user), row.checklist
    if refused := actions.refusal(checklist):
        messages.error(request, refused)
        return redirect("checklist-detail", checklist.pk)
    form = _FORMS[type(row)](request.POST or None, instance=row)
    try:
        if request.POST.get("do") == "remove" and row.pk:
            actions.remove(row, by=by)
            return redirect("checklist-detail", checklist.pk)
        if request.method == "POST" and form.is_valid():
            if isinstance(row, ChoiceList):
                actions.save_choices(row, form.cleaned_data["lines"], by=by)
            else:
                actions.save_part(form.instance, by=by)
            return redirect("checklist-detail", checklist.pk)
    except ValidationError as error:
        if request.POST.get("do") == "remove":
            messages.error(request, " ".join(error.messages))
            return redirect("checklist-detail", checklist.pk)
        form.refuse(error)
    except actions.NotADraft as late:
        messages.error(request, str(late))
        return redirect("checklist-detail", checklist.pk)
    context = {"form": form, "checklist": checklist, "row": row, "what": type(row).__name__}
    return render(request, "research/coach2pev/checklist_part.html", context)


def _move(request: HttpRequest, row: Any) -> HttpResponse:
    try:
        actions.move(row, by=cast(User, request.user), up=request.POST.get("do") == "up")
    except actions.NotADraft as refused:
        messages.error(request, str(refused))
    return redirect("checklist-detail", row.checklist_id)
