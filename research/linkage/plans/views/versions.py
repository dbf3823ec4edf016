"""A version of a plan: written as a draft, read, locked, run."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.evidence.views.answers import answer
from research.linkage.plans import actions, policies, queries, run
from research.linkage.plans.facts import differences, facts_of
from research.linkage.plans.forms import VersionForm
from research.linkage.plans.models import AnalysisPlan, AnalysisRun, Method, PlanVersion
from research.linkage.plans.option_words import method_use
from research.linkage.plans.reading import read_run
from research.revisions import Conflict

_FORM = "research/linkage/plans/version_form.html"


@require_GET
@never_cache
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _version(request, pk))


@require_http_methods(["GET", "POST"])
@never_cache
def version_create(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version, begun with what the last one says. First the method is chosen (`?method=`)."""
    user = cast(User, request.user)
    policies.check_write(user)
    plan = get_object_or_404(queries.plans_for(user), pk=pk)
    last = queries.versions_for(user).filter(plan=plan).order_by("-number").first()
    if last and not last.locked and request.method == "GET":
        return redirect("analysis-version-edit", last.pk)
    method = request.GET.get("method", "")
    if method not in Method.values:
        return _choose(request, plan, last)
    form = VersionForm(request.POST or None, plan=plan, method=method, initial=_begin_with(last, method))

    def save() -> str:
        draft = actions.write_draft(plan, by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())
        return reverse("analysis-version", args=[draft.pk])

    back, label = reverse("analysis-detail", args=[pk]), Method(method).label
    return answer(request, form, save, back=back, template=_FORM, plan=plan, method=label, use=method_use(method))


@require_http_methods(["GET", "POST"])
@never_cache
def version_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft; `?method=` takes another method for it."""
    user, draft = cast(User, request.user), _version(request, pk)
    policies.check_edit(user, draft)
    asked = request.GET.get("method", "")
    if asked == "choose":
        return _choose(request, draft.plan, draft)
    method = asked if asked in Method.values else draft.method
    form = VersionForm(request.POST or None, plan=draft.plan, method=method, row=draft)

    def save() -> None:
        actions.edit_draft(draft, by=user, version=form.cleaned_data["version"] or 0, values=form.values())

    back, label = reverse("analysis-version", args=[pk]), Method(method).label
    return answer(request, form, save, back=back, template=_FORM, plan=draft.plan, method=label, use=method_use(method))


@require_POST
def version_discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _version(request, pk)
    plan = draft.plan_id
    actions.discard_draft(draft, by=cast(User, request.user))
    messages.success(request, _("The draft is deleted."))
    return redirect("analysis-detail", plan)


@require_POST
def version_lock(request: HttpRequest, pk: int) -> HttpResponse:
    draft, number = _version(request, pk), request.POST.get("version", "")
    try:
        known = int(number) if number.isdecimal() and len(number) < 9 else 0
        actions.lock_version(draft, by=cast(User, request.user), version=known)
    except Conflict:
        messages.error(request, _("Its text has changed meanwhile. Nothing was done: read it again first."))
    except ValidationError as error:
        return _page(request, draft, refused=error.messages)
    else:
        messages.success(request, _("The plan is locked: it cannot be changed any more, and can be run."))
    return redirect("analysis-version", pk)


@require_POST
def version_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a run; a result page follows it."""
    policies.check_write(request.user)
    asked = run.ask(_version(request, pk), by=cast(User, request.user))
    return redirect("analysis-result", asked.pk)


def _version(request: HttpRequest, pk: int) -> PlanVersion:
    rows = queries.versions_for(request.user).prefetch_related("units__parent", "comparison__parent")
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, version: PlanVersion, **more: Any) -> HttpResponse:
    user = request.user
    before = version.plan.versions.filter(number__lt=version.number).order_by("-number")
    earlier = before.prefetch_related("units", "comparison").first()
    runs = list(queries.runs_for(user).filter(version=version))
    context = {
        "version": version,
        "facts": facts_of(version),
        "earlier": earlier,
        "changes": differences(earlier, version) if earlier else [],
        "runs": [(one, read_run(one, version)) for one in runs],
        "seen": AnalysisRun.objects.filter(pk__in=version.results_before).select_related("version__plan"),
        "working": any(one.working for one in runs),
        "can_write": policies.can_write(user),
        "can_edit": policies.can_edit(user, version),
        **more,
    }
    return render(request, "research/linkage/plans/version_detail.html", context)


def _choose(request: HttpRequest, plan: AnalysisPlan, last: PlanVersion | None) -> HttpResponse:
    offered = [(one.value, one.label, method_use(one.value)) for one in Method]
    context = {"plan": plan, "methods": offered, "last": last}
    return render(request, "research/linkage/plans/method_choose.html", context)


def _begin_with(last: PlanVersion | None, method: str) -> dict[str, Any]:
    """What the form of a new version starts with; its reason is written anew."""
    if last is None:
        return {}
    copied = (
        "outcome", "rival", "first", "last", "exposure", "changed_on", "dose", "threshold", "threshold_why",
    )  # fmt: skip
    found = {name: getattr(last, name) for name in copied}
    for name in ("units", "comparison"):
        found[name] = [unit.pk for unit in getattr(last, name).all()]
    if last.method == method:
        found |= {f"option_{name}": value for name, value in last.options.items()}
    return found
