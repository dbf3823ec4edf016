"""The form of a visit for a phone in the field: section by section, saved as it goes.

Each page is a plain form that a browser without JavaScript posts. With JavaScript (`visit.js`) every change is posted
by itself and answered in JSON, and what could not be sent waits on the device.
"""

import json
from dataclasses import asdict
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits import queries, rows, states
from research.coach2pev.visits.actions import finish_visit
from research.coach2pev.visits.answers import Form, Given, form_of, problems, raw_of, read_answer
from research.coach2pev.visits.assessors import assessor_of, check_assess, may_assess
from research.coach2pev.visits.fields import row_of
from research.coach2pev.visits.filling import Saved, save_section
from research.coach2pev.visits.noting import save_details, shown
from research.coach2pev.visits.parts import after, parts_of
from research.coach2pev.visits.pieces import AboutForm, PieceForm, TalkForm
from research.coach2pev.visits.reading import said
from research.coach2pev.visits.sheets import Item, Section, Sheet, sheet_of
from research.revisions import Conflict


class Open(NamedTuple):
    """A visit that the person fills in now, and as whom."""

    visit: SupervisionVisit
    assessor: int
    sheet: Sheet
    answers: dict[str, Given]
    form: Form

    @property
    def query(self) -> str:
        return "?coach=2" if self.assessor == Assessor.SECOND else ""

    def context(self, path: str = "") -> dict[str, Any]:
        parts = parts_of(self.visit, self.sheet, self.answers, self.form, self.assessor)
        before, behind = after(parts, path)
        home = reverse("visit-fill", args=[self.visit.pk]) + self.query
        return {
            "visit": self.visit, "second": self.assessor == Assessor.SECOND, "parts": parts, "home": home,
            "before": before, "behind": behind, "query": self.query,
        }  # fmt: skip


def _open(request: HttpRequest, pk: int) -> Open | HttpResponse:
    """The visit to fill in; a page to go to where it is not, or no longer, to be filled in by this person."""
    user = cast(User, request.user)
    policies.check_enter(user)
    visit = get_object_or_404(queries.visits_for(user), pk=pk)
    assessor = assessor_of(user, visit, second="coach" in request.GET)
    if not may_assess(user, visit, assessor) or visit.checklist is None:
        if request.method == "POST":
            check_assess(user, visit, assessor)
        if visit.state != states.IN_PROGRESS:
            return redirect("visit-detail", visit.pk)
        raise PermissionDenied
    sheet = sheet_of(visit.checklist)
    answers = rows.by_code(sheet, rows.stored_answers(visit, assessor))
    return Open(visit, assessor, sheet, answers, form_of(sheet.items, sheet.sections, answers, today=visit.done_on))


@require_GET
@never_cache
def visit_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of the parts with how far each one is."""
    now = _open(request, pk)
    if isinstance(now, HttpResponse):
        return now
    return render(request, "research/coach2pev/visit_fill.html", now.context())


@require_http_methods(["GET", "POST"])
@never_cache
def visit_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    now = _open(request, pk)
    if isinstance(now, HttpResponse):
        return now
    part = next((one for one in now.sheet.sections if one.code == section), None)
    if part is None:
        raise Http404
    if request.method != "POST":
        return _section(request, now, part)
    items = {f"item-{item.pk}": item for item in now.sheet.items_of(section) if item.answerable}
    typed = {items[name].code: request.POST.getlist(name) for name in items if name in request.POST}
    was = {items[name].code: raw for name, raw in (_was(request) or {}).items() if name in items}
    saved = save_section(
        now.visit,
        by=cast(User, request.user),
        answers=typed,
        was=was if "was" in request.POST else None,
        assessor=now.assessor,
    )
    names = {item.code: name for name, item in items.items()}
    if _wants_json(request):
        return _answer(saved, names, {one.code: _there(one, saved.conflicts) for one in items.values()})
    if saved.refused or saved.conflicts:
        # Read anew: what was saved besides stands in the page, what was typed stays under the hand.
        fresh = cast(Open, _open(request, pk))
        return _section(request, fresh, part, saved, {code: " ".join(filter(None, raw)) for code, raw in typed.items()})
    fresh = cast(Open, _open(request, pk))
    wrong = _broken(fresh, section)
    if wrong:
        return _section(request, fresh, part)
    return _onward(request, fresh)


def _section(
    request: HttpRequest,
    now: Open,
    part: Section,
    saved: Saved | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    refused, conflicts = (saved.refused, saved.conflicts) if saved else ({}, {})
    wrong = _broken(now, part.code)
    items = now.sheet.items_of(part.code)
    raws = {item.code: raw_of(now.answers.get(item.code)) for item in items}
    kept = {code: raw for code, raw in (typed or {}).items() if code in refused or code in conflicts}
    shown_rows = [
        row_of(
            item,
            kept.get(item.code, raws[item.code]),
            error=refused.get(item.code, "") or wrong.get(item.code, ""),
            asked=item.code in now.form.asked,
            values=now.form.values,
            conflict=_there(item, conflicts) if item.code in conflicts else None,
        )
        for item in items
    ]
    context = {
        **now.context(request.path),
        "section": part,
        "rows": shown_rows,
        "was": json.dumps({f"item-{item.pk}": raws[item.code] for item in items if item.answerable}),
        "earlier": json.dumps(_earlier(now, part.code)),
        "refused": bool(refused),
        "conflicts": bool(conflicts),
    }
    status = 409 if conflicts else 200
    return render(request, "research/coach2pev/visit_section.html", context, status=status)


def _earlier(now: Open, section: str) -> dict[str, Any]:
    """What conditions of this section may look at: the values of all items outside it."""
    here = {item.code for item in now.sheet.items_of(section)}
    return {code: value for code, value in now.form.values.items() if code not in here}


def _broken(now: Open, section: str) -> dict[str, str]:
    """Answers of the section that break a rule; what is still missing is told at the end."""
    found = problems(now.sheet, now.answers, today=now.visit.done_on, section=section)
    return {code: sentence for code, sentence in found.items() if code in now.answers}


def _there(item: Item, conflicts: dict[str, str]) -> str:
    """What somebody else answered, as a person reads it."""
    raw = conflicts.get(item.code, "")
    return said(item, read_answer(item, raw)) or _("not answered")


@require_http_methods(["GET", "POST"])
@never_cache
def visit_about(request: HttpRequest, pk: int) -> HttpResponse:
    return _piece(request, pk, AboutForm, _("Who and how long"))


@require_http_methods(["GET", "POST"])
@never_cache
def visit_talk(request: HttpRequest, pk: int) -> HttpResponse:
    return _piece(request, pk, TalkForm, _("The conversation"))


def _piece(request: HttpRequest, pk: int, kind: type[PieceForm], title: str) -> HttpResponse:
    now = _open(request, pk)
    if isinstance(now, HttpResponse):
        return now
    if now.assessor != Assessor.FIRST:
        raise PermissionDenied(_("A second coach answers the checklist only."))
    form = kind(request.POST or None, visit=now.visit)
    saved = None
    if request.method == "POST":
        names = [name for name in form.fields if name in request.POST]
        was = _was(request)
        form.is_valid()
        good = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        saved = save_details(now.visit, by=cast(User, request.user), details=good, was=was)
        saved.refused |= {name: " ".join(map(str, form.errors[name])) for name in names if name in form.errors}
        if _wants_json(request):
            return _answer(saved, {}, _others(now.visit, saved.conflicts))
        if not (saved.refused or saved.conflicts):
            return _onward(request, cast(Open, _open(request, pk)))
        for name, sentence in saved.refused.items():
            if name not in form.errors:
                form.add_error(name if name in form.fields else None, sentence)
        for name, there in _others(now.visit, saved.conflicts).items():
            form.add_error(name, _("Somebody else has changed this meanwhile, to: %(there)s") % {"there": there})
        now.visit.refresh_from_db()
    context = {
        **now.context(request.path), "title": title, "form": form,
        "was": json.dumps({name: shown(getattr(now.visit, name)) for name in form.fields}),
    }  # fmt: skip
    status = 409 if saved and saved.conflicts else 200
    return render(request, "research/coach2pev/visit_piece.html", context, status=status)


def _others(visit: SupervisionVisit, conflicts: dict[str, str]) -> dict[str, str]:
    """What somebody else has put there, as a person reads it."""
    visit.refresh_from_db()
    values = {name: getattr(visit, name) for name in conflicts}
    texts = {name: ", ".join(map(str, one.all())) if hasattr(one, "all") else one for name, one in values.items()}
    return {name: str(_("nothing") if text in (None, "") else text) for name, text in texts.items()}


@require_http_methods(["GET", "POST"])
@never_cache
def visit_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still missing, then the end of the visit."""
    now = _open(request, pk)
    if isinstance(now, HttpResponse):
        return now
    if now.assessor != Assessor.FIRST:
        raise PermissionDenied(_("The first coach finishes the visit."))
    status = 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            finish_visit(now.visit, by=cast(User, request.user), version=int(version) if version.isdecimal() else 0)
        except Conflict:
            messages.error(request, _("Something was changed since you opened this page. Look once more, then finish."))
            status = 409
        except ValidationError as error:
            if not hasattr(error, "message_dict") or not all(name.startswith("item-") for name in error.message_dict):
                messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The visit is done. Its score and the actions it asks for stand below."))
            return redirect("visit-detail", pk)
        now = _open(request, pk)
        if isinstance(now, HttpResponse):
            return now
    wrong = problems(now.sheet, now.answers, today=now.visit.done_on)
    missing = [(part, _missing(now, part.code, wrong)) for part in now.sheet.sections]
    context = {
        **now.context(),
        "missing": [(part, found) for part, found in missing if found],
        "stopped": bool(wrong),
        "empty": not now.answers,
    }
    return render(request, "research/coach2pev/visit_finish.html", context, status=status)


def _missing(now: Open, section: str, wrong: dict[str, str]) -> list[tuple[Item, str]]:
    """The section's items that are asked and not answered, or are to be settled: with the sentence that says why."""
    open_items = {code for code in now.form.asked if code not in now.answers} | wrong.keys()
    items = now.sheet.items_of(section)
    return [(item, wrong.get(item.code, "")) for item in items if item.answerable and item.code in open_items]


def _onward(request: HttpRequest, now: Open) -> HttpResponse:
    """To the part after this one, or to the list of parts."""
    context = now.context(request.path)
    behind = context["behind"]
    return redirect(behind.url if behind and "home" not in request.POST else context["home"])


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _was(request: HttpRequest) -> dict[str, str] | None:
    """What the page showed before the change, by name of the field; None where it does not say."""
    try:
        found = json.loads(request.POST.get("was", ""))
    except ValueError:
        return None
    return {str(name): str(raw) for name, raw in found.items()} if isinstance(found, dict) else None


def _answer(saved: Saved, names: dict[str, str], there: dict[str, str]) -> HttpResponse:
    """What became of each field, for the browser: `conflicts` with what stands there now, as stored and as read."""
    found = asdict(saved)
    for key in ("stored", "refused", "conflicts"):
        found[key] = {names.get(code, code): text for code, text in found[key].items()}
    found["there"] = {names.get(code, code): there[code] for code in saved.conflicts}
    return JsonResponse(found)
