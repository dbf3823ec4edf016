from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.models import Checklist, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits import queries, states
from research.coach2pev.visits.assessors import may_assess
from research.coach2pev.visits.filters import VisitFilter
from research.coach2pev.visits.forms import VisitForm
from research.coach2pev.visits.history import changes
from research.coach2pev.visits.reading import answered_sections
from research.revisions import Conflict, new_uuid

PER_PAGE = 25


@require_GET
@never_cache
def visit_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = VisitFilter(request.GET, queryset=queries.visits_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = queries.with_scores(cast(Any, page.object_list))
    context = {"filter": rows, "page": page, "can_enter": policies.can_enter(request.user)}
    context["open_visits"] = queries.open_visits(request.user) if context["can_enter"] else []
    return render(request, "research/coach2pev/visit_list.html", context)


@require_GET
@never_cache
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_read(request.user)
    visit = get_object_or_404(queries.visits_for(request.user), pk=pk)
    context = {
        "visit": visit,
        "score": queries.visit_score(visit),
        "sections": answered_sections(visit, request.user) if visit.state == states.DONE else [],
        "two_coaches": visit.second_coach is not None,
        "people": list(visit.people.order_by("code")),
        "can_enter": policies.can_enter(request.user),
        "can_fill": policies.can_enter(request.user)
        and any(may_assess(request.user, visit, assessor) for assessor in Assessor.values),
        "second_form": policies.can_enter(request.user) and may_assess(request.user, visit, Assessor.SECOND),
        "changes": changes(visit) if policies.can_see_history(request.user) else None,
    }
    return render(request, "research/coach2pev/visit_detail.html", context)


@require_GET
@never_cache
def visit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole visit on paper: for the site's folder, to be signed by role."""
    policies.check_read(request.user)
    visit = get_object_or_404(queries.visits_for(request.user), pk=pk)
    context = {
        "visit": visit,
        "score": queries.visit_score(visit),
        "sections": answered_sections(visit, request.user) if visit.state == states.DONE else [],
        "two_coaches": visit.second_coach is not None,
        "people": list(visit.people.order_by("code")),
        "actions": list(visit.actions.select_related("item").order_by("due_on", "pk")),
        "printed_on": timezone.localtime(),
    }
    return render(request, "research/coach2pev/visit_report.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def visit_create(request: HttpRequest) -> HttpResponse:
    """A visit that was done, or with `?etat=planned` one to come, with `?etat=in_progress` one that begins now.

    `?site=` names the site, `?grille=` the checklist."""
    user = cast(User, request.user)
    policies.check_enter(user)
    return _enter(request, user, None, _asked_state(request, [states.DONE, states.PLANNED, states.IN_PROGRESS]))


@require_http_methods(["GET", "POST"])
@never_cache
def visit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`?etat=` says what the visit becomes: agreed, begun, done, planned again, cancelled. Without it: a correction."""
    user = cast(User, request.user)
    policies.check_enter(user)
    visit = get_object_or_404(queries.visits_for(user), pk=pk)
    state = _asked_state(request, [visit.state, *states.FOLLOWS[visit.state]])
    if state == visit.state == states.IN_PROGRESS:
        return redirect("visit-fill", visit.pk)  # corrected where it is filled in
    return _enter(request, user, visit, state)


def _asked_state(request: HttpRequest, allowed: list[str]) -> str:
    asked = request.POST.get("state") or request.GET.get("etat", "")
    return asked if asked in allowed else allowed[0]


def _enter(request: HttpRequest, user: User, visit: SupervisionVisit | None, state: str) -> HttpResponse:
    checklist = _checklist(request, visit)
    form = VisitForm(
        request.POST or None, user=user, state=state, visit=visit, checklist=checklist, site=request.GET.get("site", "")
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        saved = form.save()
    except Conflict as conflict:
        return _conflict(request, form, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    if saved.state == states.IN_PROGRESS:
        return redirect("visit-fill", saved.pk)
    messages.success(request, _("The visit is saved."))
    return redirect("visit-detail", saved.pk)


def _checklist(request: HttpRequest, visit: SupervisionVisit | None) -> Checklist | None:
    """The checklist of the form sent, else of the visit, else the one asked for, else the newest active one."""
    asked = request.POST.get("checklist") or (visit and visit.checklist_id) or request.GET.get("grille", "")
    every = queries.checklists()
    found = every.filter(pk=asked).first() if str(asked).isdecimal() else None
    return found or every.filter(state=Checklist.State.PUBLISHED).first()


def _form(request: HttpRequest, form: VisitForm, status: int = 200, **more: Any) -> HttpResponse:
    creating = form.visit is None and "action" not in more
    context = {
        "form": form,
        "visit": form.visit,
        "state": form.said,
        "waiting": queries.waiting_visits(form.user) if creating and form.said == states.DONE else [],
        "checklists": list(queries.checklists().filter(state=Checklist.State.PUBLISHED))
        if creating and form.asked
        else [],
        **more,
    }
    return render(request, "research/coach2pev/visit_form.html", context, status=status)


def _conflict(request: HttpRequest, form: VisitForm, stored: SupervisionVisit) -> HttpResponse:
    """Both versions on one page: what is stored, and in the form all that was typed. Saving again replaces it."""
    if form.visit is None and stored.created_by_id != form.user.pk:
        # Two people at one device: the form of the first came back under the hands of the second.
        form.rebase(client_uuid=new_uuid())
        form.add_error(
            None, _("This form was saved before by somebody else. Save again to store your visit beside it.")
        )
        return _form(request, form, status=409)
    form.rebase(version=stored.version)
    last = stored.history.select_related("history_user").first()
    return _form(
        request,
        form,
        status=409,
        stored=stored,
        changed_by=last.history_user if last else None,
        differences=form.differences(stored),
        action=reverse("visit-edit", args=[stored.pk]),
    )
