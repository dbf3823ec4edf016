"""The page of a run: how far it is, then its result; the file to compute it again; and that it is void."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.models import User
from research.evidence.policies import can_write as can_write_findings
from research.linkage.jobs import SILENT_AFTER
from research.linkage.plans import policies, queries, run
from research.linkage.plans.bundle import bundle, bundle_name
from research.linkage.plans.facts import facts_of
from research.linkage.plans.models import AnalysisRun
from research.linkage.plans.reading import read_whole

RELOAD = 3
"""Seconds after which the page of a run that works loads itself again."""


@require_GET
@never_cache
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """`?suivre=non` stops the page from loading itself again."""
    return _page(request, _run(request, pk))


@require_POST
def result_void(request: HttpRequest, pk: int) -> HttpResponse:
    shown, why = _run(request, pk), request.POST.get("why", "")
    try:
        run.void(shown, by=cast(User, request.user), why=why)
    except ValidationError as error:
        return _page(request, shown, refused=error.messages, typed=why)
    messages.success(request, _("The result is void. It stays to be read, with the reason."))
    return redirect("analysis-result", pk)


@require_GET
@never_cache
def result_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Inputs, plan, result and versions as a ZIP, without any code."""
    shown = _run(request, pk)
    if shown.state != AnalysisRun.State.DONE:
        raise Http404
    response = HttpResponse(bundle(shown), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle_name(shown)}"'
    return response


def _run(request: HttpRequest, pk: int) -> AnalysisRun:
    found = queries.run_for(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, shown: AnalysisRun, **more: Any) -> HttpResponse:
    user, version = request.user, shown.version
    context: dict[str, Any] = {"run": shown, "version": version, "plan": version.plan, **more}
    if shown.working:
        context["reload"] = RELOAD if request.GET.get("suivre") != "non" else None
        waited = timezone.now() - (shown.heartbeat_at or shown.asked_at)
        context["silent"] = waited > SILENT_AFTER
    elif shown.state == AnalysisRun.State.DONE:
        later = queries.runs_for(user).filter(version__plan=version.plan, state="done", voided_at=None)
        later = later.filter(finished_at__gt=shown.finished_at).order_by("-finished_at")
        context |= {
            "read": read_whole(shown),
            "facts": facts_of(version),
            "changed": run.inputs_changed(shown),
            "later": later.first(),
            "may_use": can_write_findings(user) and not shown.voided_at,
            "may_void": policies.can_void(user) and not shown.voided_at,
        }
    context["can_write"] = policies.can_write(user)
    return render(request, "research/linkage/plans/result.html", context)
