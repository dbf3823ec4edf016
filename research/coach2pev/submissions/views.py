from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.coach2pev.checklists.policies import can_build
from research.coach2pev.models import Checklist, SubmissionFile
from research.coach2pev.policies import check_enter
from research.coach2pev.submissions.actions import compare, load_submissions
from research.coach2pev.submissions.fields import ROLES
from research.coach2pev.submissions.reading import Checked, check
from research.coach2pev.visits.loaded import Counts
from research.sent_files import Kept, drop, keep, kept
from research.sent_tables import LARGEST, records_of

MOST = 300
"""Submissions of one file on the page: they are loaded while the person waits."""
PER_PAGE, SHOWN = 25, 100
ROLE_NAMES = {
    "site": gettext_lazy("the site (identifier, code or name)"),
    "done_on": gettext_lazy("the day of the visit"),
    "coach": gettext_lazy("the coach (code)"),
    "minutes": gettext_lazy("the duration (minutes)"),
    "coachees": gettext_lazy("how many staff were coached"),
}


class UploadForm(forms.Form):
    checklist = forms.ModelChoiceField(
        Checklist.objects.exclude(state=Checklist.State.DRAFT),
        label=gettext_lazy("Checklist that was answered"),
        empty_label=gettext_lazy("Choose a checklist"),
    )
    file = forms.FileField(label=gettext_lazy("Submissions (CSV, XLSX or JSON)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["checklist"]
        field.label_from_instance = lambda one: _("%(name)s, version %(version)d (%(state)s)") % {
            "name": one.name, "version": one.version, "state": one.get_state_display()
        }  # fmt: skip

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024**2})
        return sent


@require_http_methods(["GET", "POST"])
@never_cache
def submission_list(request: HttpRequest) -> HttpResponse:
    """A file is sent; below, the files that were loaded."""
    check_enter(request.user)
    user = cast(User, request.user)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        waiting = keep(form.cleaned_data["file"], by=user)
        return redirect(_address(waiting, form.cleaned_data["checklist"]))
    return _list(request, user, form)


@require_http_methods(["GET", "POST"])
@never_cache
def submission_check(request: HttpRequest) -> HttpResponse:
    """What a file holds, and what is wrong with it (GET); loaded with one yes (POST)."""
    check_enter(request.user)
    user = cast(User, request.user)
    data = request.POST if request.method == "POST" else request.GET
    waiting = kept(data.get("fichier", ""), by=user)
    asked = data.get("grille", "")
    checklist = _checklists().filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    if waiting is None or checklist is None:
        messages.warning(request, _("This file is not kept any more: it was loaded already, or waited for a day."))
        return redirect("submission-list")
    try:
        records = records_of(waiting.path, MOST)
    except BadFile as bad:
        context = {"bad": bad.problem, "name": waiting.name}
        return _list(request, user, UploadForm(initial={"checklist": checklist}), **context)
    chosen = {role: data.get(role, "") for role in ROLES if role in data}
    checked = check(records, checklist, by=user, chosen=chosen)
    refused = ""
    if request.method == "POST":
        try:
            row, counts = load_submissions(
                checked,
                checklist=checklist,
                path=waiting.path,
                name=waiting.name,
                by=user,
                valid_only="valid_only" in request.POST,
            )
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            drop(waiting)
            _say(request, row, counts)
            return redirect("submission-list")
    context = _preview(checked, compare(checked, by=user), waiting, checklist)
    return render(request, "research/coach2pev/submission_check.html", {**context, "refused": refused})


def _checklists() -> QuerySet[Checklist]:
    return Checklist.objects.exclude(state=Checklist.State.DRAFT)


def _address(waiting: Kept, checklist: Checklist) -> str:
    return f"{reverse('submission-check')}?{urlencode({'fichier': waiting.word, 'grille': checklist.pk})}"


def _list(request: HttpRequest, user: User, form: UploadForm, **more: Any) -> HttpResponse:
    files = SubmissionFile.objects.select_related("checklist", "loaded_by")
    if not can_build(user):  # leads see everybody's
        files = files.filter(loaded_by=user)
    page = Paginator(files, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "size": LARGEST // 1024**2, "most": MOST, **more}
    return render(request, "research/coach2pev/submission_list.html", context)


def _say(request: HttpRequest, row: SubmissionFile, counts: Counts) -> None:
    said = {"created": counts.created, "unchanged": counts.unchanged}
    messages.success(
        request,
        _("Visits stored: %(created)d. Visits that were there already, with the same content: %(unchanged)d.") % said,
    )
    if counts.conflicts:
        sentence = _(
            "%(number)d submissions say something else than the visit that is stored. The visits stay as they are."
        )
        messages.warning(request, sentence % {"number": len(counts.conflicts)})


def _preview(checked: Checked, counts: Counts, waiting: Kept, checklist: Checklist) -> dict[str, Any]:
    fields = checked.fields
    choices = [{"role": role, "label": ROLE_NAMES[role], "column": fields.roles.get(role, "")} for role in ROLES]
    texts = {item.code: item.text for item in checklist.items.all()}
    sites = len({visit.site for visit in checked.visits})
    return {
        "name": waiting.name,
        "word": waiting.word,
        "checklist": checklist,
        "checked": checked,
        "counts": counts,
        "conflicts": [str(one) for one in counts.conflicts[:SHOWN]],
        "roles": choices,
        "columns": checked.records.columns[:300],
        "problems": [(one, texts.get(one.field, "")) for one in checked.problems[:SHOWN]],
        "more_problems": max(0, len(checked.problems) - SHOWN),
        "sites": sites,
        "first": checked.visits[0].done_on if checked.visits else None,
        "last": checked.visits[-1].done_on if checked.visits else None,
        "others": fields.others[:60],
        "missing": [texts[code] for code in fields.missing if code in texts][:60],
        "can_load": not checked.wrong and bool(checked.visits),
    }
