from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.people import queries
from research.coach2pev.people.answering import answer
from research.coach2pev.people.filters import CoacheeFilter, StaffFilter
from research.coach2pev.people.forms import CoacheeForm, CoachForm, PersonForm, StaffForm

PER_PAGE = 50
FIELDS = {
    "coach": ["code", "role", "active"],
    "coachee": ["code", "role", "site", "in_post_from", "in_post_to"],
    "staff": ["site", "counted_on", "staff", "evidence"],
}


@require_GET
@never_cache
def coach_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    page = Paginator(queries.coaches_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "can_manage": policies.can_manage_people(request.user)}
    return render(request, "research/coach2pev/coach_list.html", context)


@require_GET
@never_cache
def coachee_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = CoacheeFilter(request.GET, queryset=queries.coachees_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "can_manage": policies.can_enter(request.user)}
    return render(request, "research/coach2pev/coachee_list.html", context)


@require_GET
@never_cache
def staff_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = StaffFilter(request.GET, queryset=queries.staff_counts_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "can_enter": policies.can_enter(request.user)}
    return render(request, "research/coach2pev/staff_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def coach_create(request: HttpRequest) -> HttpResponse:
    policies.check_manage_people(request.user)
    return _answer(request, CoachForm(request.POST or None, user=cast(User, request.user)), "coach")


@require_http_methods(["GET", "POST"])
@never_cache
def coach_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_manage_people(request.user)
    row = get_object_or_404(queries.coaches_for(request.user), pk=pk)
    return _answer(request, CoachForm(request.POST or None, user=cast(User, request.user), row=row), "coach")


@require_http_methods(["GET", "POST"])
@never_cache
def coachee_create(request: HttpRequest) -> HttpResponse:
    """`?site=` names the site to start with."""
    policies.check_enter(request.user)
    user, site = cast(User, request.user), request.GET.get("site", "")
    return _answer(request, CoacheeForm(request.POST or None, user=user, site=site), "coachee")


@require_http_methods(["GET", "POST"])
@never_cache
def coachee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_enter(request.user)
    row = get_object_or_404(queries.coachees_for(request.user), pk=pk)
    return _answer(request, CoacheeForm(request.POST or None, user=cast(User, request.user), row=row), "coachee")


@require_http_methods(["GET", "POST"])
@never_cache
def staff_create(request: HttpRequest) -> HttpResponse:
    """`?site=` names the site to start with."""
    policies.check_enter(request.user)
    user, site = cast(User, request.user), request.GET.get("site", "")
    return _answer(request, StaffForm(request.POST or None, user=user, site=site), "staff")


@require_http_methods(["GET", "POST"])
@never_cache
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_enter(request.user)
    row = get_object_or_404(queries.staff_counts_for(request.user), pk=pk)
    return _answer(request, StaffForm(request.POST or None, user=cast(User, request.user), row=row), "staff")


def _answer(request: HttpRequest, form: PersonForm, kind: str) -> HttpResponse:
    return answer(request, form, f"research/coach2pev/{kind}_form.html", f"{kind}-list", FIELDS[kind])
