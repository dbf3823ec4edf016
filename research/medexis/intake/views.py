from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.medexis.intake.actions import check_file, compare, load_file
from research.medexis.intake.checked import Checked, Compared
from research.medexis.intake.columns import HEADERS
from research.medexis.intake.problems import RowProblem
from research.medexis.intake.queries import files_for
from research.medexis.intake.undo import undo_file
from research.medexis.intake.words import FLAGS, LAYOUTS
from research.medexis.models import StockFile
from research.medexis.policies import can_undo, check_enter
from research.sent_files import drop, keep, kept
from research.sent_tables import LARGEST

MOST = 10_000
"""Rows of one file on the page: they are loaded while the person waits. Longer files go through the command."""
PER_PAGE, SHOWN = 25, 100


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File of stock (CSV or XLSX; stock cards of OpenLMIS as .zip)"))

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024**2})
        return sent


@require_http_methods(["GET", "POST"])
@never_cache
def stock_file_list(request: HttpRequest) -> HttpResponse:
    """A file is sent; below, the files that were loaded."""
    check_enter(request.user)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        waiting = keep(form.cleaned_data["file"], by=cast(User, request.user))
        return redirect(f"{reverse('stock-file-check')}?fichier={waiting.word}")
    return _list(request, form)


@require_http_methods(["GET", "POST"])
@never_cache
def stock_file_check(request: HttpRequest) -> HttpResponse:
    """What a file holds, and what is wrong with it (GET); loaded with one yes (POST)."""
    check_enter(request.user)
    user = cast(User, request.user)
    data = request.POST if request.method == "POST" else request.GET
    waiting = kept(data.get("fichier", ""), by=user)
    if waiting is None:
        messages.warning(request, _("This file is not kept any more: it was loaded already, or waited for a day."))
        return redirect("stock-file-list")
    try:
        checked = check_file(waiting.path, by=user, most=MOST)
    except BadFile as bad:
        return _list(request, UploadForm(), bad=bad.problem, name=waiting.name)
    refused = ""
    if request.method == "POST":
        choices = {name: name in request.POST for name in ("valid_only", "replace")}
        try:
            row, done = load_file(checked, path=waiting.path, name=waiting.name, by=user, **choices)
        except ValidationError as error:
            refused = " ".join(error.messages)
        except BadFile as bad:
            refused = bad.problem.message
        else:
            drop(waiting)
            _say(request, done)
            return redirect("stock-file-detail", row.pk)
    counts = Compared(0, 0, 0, []) if checked.wrong else compare(checked, by=user)
    context = {**_preview(checked, counts), "word": waiting.word, "name": waiting.name, "refused": refused}
    return render(request, "research/medexis/stock_file_check.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def stock_file_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that was loaded (GET); taken back (POST)."""
    check_enter(request.user)
    user = cast(User, request.user)
    file = get_object_or_404(files_for(user), pk=pk)
    if request.method == "POST":
        try:
            undone = undo_file(file, by=user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        except BadFile as bad:
            messages.warning(request, bad.problem.message)
        else:
            said = _("Rows removed: %(removed)d. Rows that stay, since somebody changed them: %(kept)d.")
            messages.success(request, said % undone._asdict())
        return redirect("stock-file-detail", pk)
    may_undo = file.undone_at is None and can_undo(user, file)
    return render(request, "research/medexis/stock_file_detail.html", {"file": file, "may_undo": may_undo})


def _list(request: HttpRequest, form: UploadForm, **more: Any) -> HttpResponse:
    page = Paginator(files_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    columns = [headers[get_language() == "en"] for headers in HEADERS.values()]
    context = {"form": form, "page": page, "size": LARGEST // 1024**2, "most": MOST, "columns": columns, **more}
    return render(request, "research/medexis/stock_file_list.html", context)


def _say(request: HttpRequest, done: Compared) -> None:
    said = {"created": done.created, "unchanged": done.unchanged, "replaced": done.replaced}
    sentence = _("Rows stored: %(created)d; there already, alike: %(unchanged)d; replaced: %(replaced)d.")
    messages.success(request, sentence % said)
    if number := len(done.conflicts):
        text = ngettext(
            "%(number)d row says something else than what is stored. What is stored stays as it is.",
            "%(number)d rows say something else than what is stored. What is stored stays as it is.",
            number,
        )
        messages.warning(request, text % {"number": number})


def _preview(checked: Checked, counts: Compared) -> dict[str, Any]:
    aside = [(RowProblem(0, code, "", value).sentence, count) for code, value, count in checked.set_aside]
    return {
        "checked": checked,
        "layout": LAYOUTS[checked.layout],
        "counts": counts,
        "conflicts": counts.conflicts[:SHOWN],
        "more_conflicts": max(0, len(counts.conflicts) - SHOWN),
        "problems": checked.problems[:SHOWN],
        "more_problems": max(0, len(checked.problems) - SHOWN),
        "aside": aside[:SHOWN],
        "flags": [(FLAGS[flag], count) for flag, count in checked.flags.most_common()],
        "can_load": not checked.wrong and bool(checked.lines),
        "can_replace": bool(counts.conflicts) and checked.content == StockFile.Content.REPORTS,
    }
