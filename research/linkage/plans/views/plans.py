"""The list of analyses, the page of a plan with its versions, and the form of its title and question."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.evidence.views.answers import answer
from research.linkage.plans import actions, policies, queries
from research.linkage.plans.forms import PlanForm
from research.linkage.plans.reading import Read, read_run

PER_PAGE = 25
_FORM = "research/linkage/plans/plan_form.html"


@require_GET
@never_cache
def analysis_list(request: HttpRequest) -> HttpResponse:
    """`?evaluation=` (its code) shows those of one evaluation, `?question=` (its number) those of one question."""
    rows = queries.plans_for(request.user)
    if question := _question(request.GET.get("question", "")):
        rows = rows.filter(learning_question=question)
    evaluations = list(Evaluation.objects.all())
    chosen = next((one for one in evaluations if one.code == request.GET.get("evaluation")), None)
    page = Paginator(rows.filter(evaluation=chosen) if chosen else rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(plan, *_latest(plan)) for plan in page],
        "evaluations": evaluations,
        "chosen": chosen,
        "question": question,
        "can_write": policies.can_write(request.user),
    }
    return render(request, "research/linkage/plans/analysis_list.html", context)


@require_GET
@never_cache
def analysis_detail(request: HttpRequest, pk: int) -> HttpResponse:
    plan: Any = get_object_or_404(queries.plans_for(request.user), pk=pk)
    drafts = [version for version in plan.readable if not version.locked]
    context = {
        "plan": plan,
        "versions": [
            (version, [(run, read_run(run, version)) for run in version.shown_runs]) for version in plan.readable
        ],
        "draft": drafts[0] if drafts else None,
        "can_write": policies.can_write(request.user),
        "can_edit": policies.can_edit(request.user, plan),
    }
    return render(request, "research/linkage/plans/analysis_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def analysis_create(request: HttpRequest) -> HttpResponse:
    """`?evaluation=` (its code) and `?question=` (its number) fill in where one comes from."""
    user = cast(User, request.user)
    policies.check_write(user)
    form = PlanForm(request.POST or None, initial=_asked_for(request))

    def save() -> str:
        plan = actions.write_plan(by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())
        return reverse("analysis-version-create", args=[plan.pk])

    return answer(request, form, save, back=reverse("analysis-list"), template=_FORM)


@require_http_methods(["GET", "POST"])
@never_cache
def analysis_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    plan = get_object_or_404(queries.plans_for(user), pk=pk)
    policies.check_edit(user, plan)
    form = PlanForm(request.POST or None, row=plan)

    def save() -> None:
        actions.edit_plan(plan, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    return answer(request, form, save, back=reverse("analysis-detail", args=[pk]), template=_FORM)


def _latest(plan: Any) -> tuple[Any, Any, Read | None]:
    """The latest version of the plan that is locked (a draft where none is), its run that counts, and what it says."""
    locked = [version for version in plan.readable if version.locked]
    version = next(iter(locked or plan.readable), None)
    done = [run for run in version.shown_runs if run.state == "done" and not run.voided_at] if version else []
    return version, done[0] if done else None, read_run(done[0], version) if done and version else None


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    code, number = request.GET.get("evaluation", ""), request.GET.get("question", "")
    if code and (evaluation := Evaluation.objects.filter(code=code).first()):
        return {"evaluation": evaluation.pk, "learning_question": evaluation.learning_question_id}
    question = _question(number)
    return {"learning_question": question.pk} if question else {}


def _question(number: str) -> LearningQuestion | None:
    known = number.isdecimal() and len(number) < 6
    return LearningQuestion.objects.filter(number=number).first() if known else None
