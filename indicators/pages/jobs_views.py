"""The recalculations: what was asked for, how far it is, what came of it; and asking for one."""

from datetime import timedelta
from typing import NamedTuple, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.pages.job_form import JobForm
from indicators.pages.job_words import failure, job_scope
from indicators.rollup.models import RefreshJob
from indicators.rollup.policies import can_ask_for_refresh, check_ask_for_refresh, check_see_refreshes
from indicators.rollup.progress import Progress, progress_of
from indicators.rollup.queries import changed_cells_wait, refreshes

JOBS_A_PAGE = 25
RELOAD_SECONDS = 5
SILENT_AFTER = timedelta(minutes=2)
"""A running job that told nothing for so long has perhaps lost its worker."""
State = RefreshJob.State


class Row(NamedTuple):
    """A job as the page shows it. `progress` only while it runs; `silent`: it has told nothing for a while."""

    job: RefreshJob
    scope: str
    failure: str
    progress: Progress | None
    silent: bool


@require_GET
@never_cache
def job_list(request: HttpRequest) -> HttpResponse:
    """Recalculations by page; while one waits or runs the page loads itself again. A constant number of queries."""
    check_see_refreshes(request.user)
    page = Paginator(refreshes(), JOBS_A_PAGE).get_page(request.GET.get("page"))
    rows = [_row(job) for job in page]
    under_way = any(row.job.state in (State.QUEUED, State.RUNNING) for row in rows)
    context = {
        "page": page,
        "rows": rows,
        "under_way": under_way,
        "reload": RELOAD_SECONDS if under_way and request.GET.get("suivre") != "non" else None,
        "waiting": changed_cells_wait(),
        "can_ask": can_ask_for_refresh(request.user),
    }
    return render(request, "indicators/pages/job_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def job_ask(request: HttpRequest) -> HttpResponse:
    """The form; sent, it asks a worker and shows the list."""
    check_ask_for_refresh(request.user)
    form = JobForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.ask(by=cast(User, request.user))
        messages.success(request, _("The recalculation is asked for. It begins as soon as the worker is free."))
        return redirect("job-list")
    return render(request, "indicators/pages/job_ask.html", {"form": form})


def _row(job: RefreshJob) -> Row:
    running = job.state == State.RUNNING
    progress = progress_of(job.pk) if running else None
    heard = max((at for at in (job.started_at, progress and progress.at) if at), default=None)
    silent = running and heard is not None and timezone.now() - heard > SILENT_AFTER
    return Row(job, job_scope(job), failure(job), progress, silent)
