from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.competency import queries
from research.coach2pev.competency.scale_forms import DomainForm, LevelForm
from research.coach2pev.models import CompetencyDomain, CompetencyLevel
from research.coach2pev.people.answering import answer
from research.coach2pev.people.forms import PersonForm

DOMAIN = ["name_fr", "name_en", "order", "active", "example"]
LEVEL = ["label_fr", "label_en", "example"]


@require_GET
@never_cache
def competency_scale(request: HttpRequest) -> HttpResponse:
    """All domains and levels, the inactive ones too."""
    policies.check_read(request.user)
    context = {
        "domains": CompetencyDomain.objects.order_by("-active", "order", "key"),
        "levels": queries.levels(),
        "can_manage": policies.can_manage_people(request.user),
    }
    return render(request, "research/coach2pev/competency_scale.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def domain_create(request: HttpRequest) -> HttpResponse:
    policies.check_manage_people(request.user)
    return _answer(request, DomainForm(request.POST or None, user=cast(User, request.user)), DOMAIN)


@require_http_methods(["GET", "POST"])
@never_cache
def domain_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_manage_people(request.user)
    row = get_object_or_404(CompetencyDomain, pk=pk)
    return _answer(request, DomainForm(request.POST or None, user=cast(User, request.user), row=row), DOMAIN)


@require_http_methods(["GET", "POST"])
@never_cache
def level_create(request: HttpRequest) -> HttpResponse:
    policies.check_manage_people(request.user)
    return _answer(request, LevelForm(request.POST or None, user=cast(User, request.user)), LEVEL)


@require_http_methods(["GET", "POST"])
@never_cache
def level_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_manage_people(request.user)
    row = get_object_or_404(CompetencyLevel, pk=pk)
    return _answer(request, LevelForm(request.POST or None, user=cast(User, request.user), row=row), LEVEL)


def _answer(request: HttpRequest, form: PersonForm, fields: list[str]) -> HttpResponse:
    return answer(request, form, "research/coach2pev/competency_scale_form.html", "competency-scale", fields)
