"""Rival explanations, assumptions and uses of a finding."""

from typing import Any, NamedTuple, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.entry_forms import RowForm
from research.evidence import actions, policies, queries
from research.evidence.filters import UseFilter
from research.evidence.forms import AssumptionForm, RivalForm, UseForm
from research.evidence.models import Finding, FindingAssumption, RivalExplanation
from research.evidence.trail import differences_of_use
from research.evidence.views.answers import answer

PER_PAGE = 25


class Part(NamedTuple):
    model: Any
    form: type[RowForm]
    title: Any
    lead: Any


PARTS = {
    "rivales": Part(
        RivalExplanation, RivalForm, _("Rival explanation"),
        _("What else could explain it? Where you looked and found nothing, write so, and how you looked."),
    ),
    "hypotheses": Part(
        FindingAssumption, AssumptionForm, _("Assumption"),
        _("What has to hold for the finding to stand, and does it, as far as you know?"),
    ),
}  # fmt: skip
_TEMPLATE = "research/evidence/part_form.html"


@require_http_methods(["GET", "POST"])
@never_cache
def part_create(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    user, part = cast(User, request.user), _part(what)
    finding = _finding(user, pk)
    form = part.form(request.POST or None)

    def save() -> None:
        key = form.cleaned_data["client_uuid"]
        actions.write_part(part.model, finding, by=user, client_uuid=key, values=form.values())

    back = reverse("finding-detail", args=[pk])
    return answer(request, form, save, back=back, template=_TEMPLATE, part=part, finding=finding)


@require_http_methods(["GET", "POST"])
@never_cache
def part_edit(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    user, part = cast(User, request.user), _part(what)
    row = get_object_or_404(part.model.objects.select_related("finding"), pk=pk)
    finding = _finding(user, row.finding_id)
    form = part.form(request.POST or None, row=row)

    def save() -> None:
        actions.edit_part(row, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    back = reverse("finding-detail", args=[finding.pk])
    return answer(request, form, save, back=back, template=_TEMPLATE, part=part, finding=finding)


@require_GET
@never_cache
def use_list(request: HttpRequest) -> HttpResponse:
    """Who used which finding for which decision, over all findings that the person may read."""
    rows = UseFilter(request.GET, queryset=queries.uses_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    correctable = {use.pk for use in page if policies.can_edit_use(request.user, use)}
    context = {"filter": rows, "page": page, "correctable": correctable}
    return render(request, "research/evidence/use_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def use_create(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_write(user)
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    form = UseForm(request.POST or None, question=finding.learning_question)

    def save() -> None:
        actions.log_use(finding, by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())

    back = reverse("finding-detail", args=[pk])
    return answer(request, form, save, back=back, template="research/evidence/use_form.html", finding=finding)


@require_http_methods(["GET", "POST"])
@never_cache
def use_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    use = get_object_or_404(queries.uses_for(user), pk=pk)
    policies.check_edit_use(user, use)
    form = UseForm(request.POST or None, row=use, question=use.finding.learning_question)

    def save() -> None:
        actions.edit_use(use, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    back, template = reverse("finding-detail", args=[use.finding_id]), "research/evidence/use_form.html"
    changes = differences_of_use(use)
    return answer(request, form, save, back=back, template=template, finding=use.finding, changes=changes)


def _part(what: str) -> Part:
    if what not in PARTS:
        raise Http404
    return PARTS[what]


def _finding(user: User, pk: int) -> Finding:
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    policies.check_edit(user, finding)
    return finding
