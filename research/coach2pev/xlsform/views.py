from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.coach2pev.checklists.policies import can_build, check_build
from research.coach2pev.models import Checklist, ChecklistItem
from research.coach2pev.policies import check_read
from research.coach2pev.xlsform.actions import store_form
from research.coach2pev.xlsform.forms import Form, Reading
from research.coach2pev.xlsform.reading import read_form
from research.coach2pev.xlsform.rows import form_of
from research.coach2pev.xlsform.sheets import LARGEST
from research.coach2pev.xlsform.writing import workbook_of
from research.sent_files import Kept, keep, kept

SHOWN, ITEMS_SHOWN, CHOICES_SHOWN = 50, 150, 8
"""Problems, items, and choices of a list on one page: the rest is counted."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("XLSForm workbook (.xlsx)"))

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024**2})
        return sent


@require_http_methods(["GET", "POST"])
@never_cache
def checklist_import(request: HttpRequest) -> HttpResponse:
    """A file is sent (POST), looked at (`?fichier=`), then stored as a draft (POST with its word)."""
    check_build(request.user)
    user = cast(User, request.user)
    if word := request.POST.get("word") or request.GET.get("fichier"):
        waiting = kept(word, by=user)
        if waiting is None:
            messages.warning(request, _("This file is not kept any more. Send it again."))
            return redirect("checklist-import")
        return _look(request, user, waiting)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        waiting = keep(form.cleaned_data["file"], by=user)
        return redirect(f"{reverse('checklist-import')}?fichier={waiting.word}")
    return render(request, "research/coach2pev/xlsform_import.html", {"form": form, "size": LARGEST // 1024**2})


@require_GET
@never_cache
def checklist_xlsform(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist as a workbook; a draft for leads only."""
    check_read(request.user)
    checklists = Checklist.objects.all() if can_build(request.user) else Checklist.objects.exclude(state="draft")
    checklist = get_object_or_404(checklists, pk=pk)
    answer = HttpResponse(workbook_of(form_of(checklist), checklist.version), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{checklist.key}-v{checklist.version}.xlsx"'
    return answer


def _look(request: HttpRequest, user: User, waiting: Kept) -> HttpResponse:
    try:
        reading = read_form(waiting.path, PurePath(waiting.name).stem)
    except BadFile as bad:
        form = UploadForm(None)
        context = {"form": form, "size": LARGEST // 1024**2, "bad": bad.problem, "name": waiting.name}
        return render(request, "research/coach2pev/xlsform_import.html", context)
    if request.method == "POST" and reading.form is not None:
        checklist, new = store_form(reading.form, by=user)
        said = {"name": checklist.name, "version": checklist.version}
        if new:
            messages.success(request, _("“%(name)s”, version %(version)d, is stored as a draft.") % said)
        else:
            messages.info(request, _("“%(name)s”, version %(version)d, says the same: nothing was stored.") % said)
        return redirect("checklist-detail", checklist.pk)
    return render(request, "research/coach2pev/xlsform_preview.html", _preview(reading, waiting))


def _preview(reading: Reading, waiting: Kept) -> dict[str, Any]:
    context: dict[str, Any] = {
        "name": waiting.name,
        "word": waiting.word,
        "problems": reading.problems[:SHOWN],
        "more_problems": max(0, len(reading.problems) - SHOWN),
        "notices": reading.notices[:SHOWN],
        "more_notices": max(0, len(reading.notices) - SHOWN),
        "form": reading.form,
    }
    if reading.form is not None:
        context |= _contents(reading.form)
    return context


def _contents(form: Form) -> dict[str, Any]:
    kinds = dict(ChecklistItem.Kind.choices)
    left = ITEMS_SHOWN
    sections = []
    for section in form.sections:
        items = section.items[: max(0, left)]
        left -= len(items)
        rows = [{"item": item, "kind": kinds[item.kind]} for item in items]
        sections.append({"section": section, "rows": rows, "more": len(section.items) - len(items)})
    lists = [
        {"list": one, "shown": one.choices[:CHOICES_SHOWN], "more": max(0, len(one.choices) - CHOICES_SHOWN)}
        for one in form.lists
    ]
    newest = Checklist.objects.filter(key=form.key).order_by("-version").first()
    return {
        "sections": sections,
        "lists": lists,
        "items": len(form.items),
        "points": sum(item.weight for item in form.items),
        "newest": newest,
        "same": newest is not None and form_of(newest) == form,
    }
