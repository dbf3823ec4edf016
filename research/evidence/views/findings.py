from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.evidence import actions, policies, queries
from research.evidence.filters import FindingFilter
from research.evidence.forms import FindingForm
from research.evidence.models import COMPONENTS, Finding
from research.evidence.trail import changes_since, differences
from research.evidence.views.answers import answer
from research.review_states import WITH_A_REASON, Move
from research.revisions import Conflict

PER_PAGE = 25
SETTLED_SHOWN = 20


@require_GET
@never_cache
def finding_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    rows = FindingFilter(request.GET, queryset=queries.readable_by(user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"filter": rows, "page": page, "can_write": policies.can_write(user)}
    if policies.can_review(user):
        context["waiting"] = queries.to_review(user).count()
    return render(request, "research/evidence/finding_list.html", context)


@require_GET
@never_cache
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, get_object_or_404(queries.readable_by(request.user), pk=pk))


@require_http_methods(["GET", "POST"])
@never_cache
def finding_create(request: HttpRequest) -> HttpResponse:
    """`?question=` (its number) and `?evaluation=` (its code) fill in where one comes from."""
    user = cast(User, request.user)
    policies.check_write(user)
    form = FindingForm(request.POST or None, initial=_asked_for(request))

    def save() -> str:
        stored = actions.write_finding(by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())
        return reverse("finding-detail", args=[stored.pk])

    template = "research/evidence/finding_form.html"
    return answer(request, form, save, back=reverse("finding-list"), template=template)


@require_http_methods(["GET", "POST"])
@never_cache
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    policies.check_edit(user, finding)
    form = FindingForm(request.POST or None, row=finding)

    def save() -> None:
        version = form.cleaned_data["version"] or 0
        actions.edit_finding(finding, by=user, version=version, values=form.values())

    back, template = reverse("finding-detail", args=[pk]), "research/evidence/finding_form.html"
    return answer(request, form, save, back=back, template=template)


@require_POST
def finding_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Submits, approves, returns, withdraws or reopens it (`step`), with a `reason` where one is needed."""
    user = cast(User, request.user)
    finding = get_object_or_404(queries.readable_by(user), pk=pk)
    step, version, reason = (request.POST.get(name, "") for name in ("step", "version", "reason"))
    if step not in set(Move) or not version.isdecimal():
        return redirect("finding-detail", pk)
    try:
        actions.move(finding, Move(step), by=user, version=int(version), reason=reason)
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
    except ValidationError as error:
        return page(request, finding, refused=error.messages, typed=reason)
    else:
        messages.success(request, _("Done."))
    return redirect("finding-detail", pk)


def page(request: HttpRequest, finding: Finding, **more: Any) -> HttpResponse:
    """The page of a finding; `more` holds what was refused."""
    user = request.user
    steps = actions.moves(finding, user)
    can_edit = policies.can_edit(user, finding)
    rivals = list(finding.rivals.prefetch_related("links"))
    links = [link for rival in rivals for link in rival.links.all()]
    of_rivals = {shown.link.pk: shown for shown in queries.show(links, user)}
    changes = differences(finding) if policies.can_write(user) else None
    context = {
        "finding": finding,
        "evidence": queries.evidence_of(finding, user),
        "components": [
            (Finding._meta.get_field(name).verbose_name, getattr(finding, f"get_{name}_display")(),  # type: ignore[union-attr]
             getattr(finding, name), getattr(finding, f"{name}_reason"))
            for name in COMPONENTS
        ],
        "rivals": [(rival, [of_rivals[link.pk] for link in rival.links.all()]) for rival in rivals],
        "assumptions": finding.assumptions.all(),
        "doubts": queries.open_doubts(finding),
        "settled": finding.doubts.exclude(settled_at=None).select_related("settled_by")[:SETTLED_SHOWN],
        "uses": (uses := list(finding.uses.select_related("use_case"))),
        "correctable": {use.pk for use in uses if policies.can_edit_use(user, use)},
        "told": finding.disseminations.all(),
        "can_edit": can_edit,
        "can_use": policies.can_write(user) and finding.state == Finding.State.APPROVED,
        "missing": queries.missing_of(finding) if can_edit or policies.can_review(user) else [],
        "steps": steps,
        "with_reason": [step for step in steps if step in WITH_A_REASON],
        "changes": changes,
        "since": changes_since(finding, changes or []),
        **more,
    }  # fmt: skip
    return render(request, "research/evidence/finding_detail.html", context)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    number, code = request.GET.get("question", ""), request.GET.get("evaluation", "")
    known = number.isdecimal() and len(number) < 6
    if known and (question := LearningQuestion.objects.filter(number=number).first()):
        found["learning_question"] = question.pk
    if code and (evaluation := Evaluation.objects.filter(code=code).first()):
        found |= {"evaluation": evaluation.pk, "learning_question": evaluation.learning_question_id}
    return found
