"""Every file that came in: in which state it is, whose it was, what it did."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.exchange.dhis2.policies import can_see_servers
from indicators.exchange.models import ImportRun
from indicators.exchange.policies import can_import, can_see_imports, can_undo
from indicators.exchange.queries import names_waiting
from indicators.exchange.screens.access import runs_for
from indicators.exchange.screens.csv_files import runs_file
from indicators.exchange.screens.filters import RunFilter
from indicators.exchange.screens.words import TAGS, kind_text
from indicators.rollup.queries import changed_cells_wait, latest_refreshes

RUNS_A_PAGE = 25
MOST_DOWNLOADED = 5000


@require_GET
@never_cache
def import_list(request: HttpRequest) -> HttpResponse:
    """Imports by page, for clerks their own; for the others the last recalculations besides. A constant number of
    queries."""
    found = _filter(request)
    page = Paginator(found.qs, RUNS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (run, kind_text(run) if run.kind else "", TAGS.get(ImportRun.State(run.state), ""), _may_undo(request, run))
        for run in page
    ]
    query = request.GET.copy()
    query.pop("page", None)
    everything = can_see_imports(request.user)
    context = {"filter": found, "page": page, "rows": rows, "query": query.urlencode(), "everything": everything}
    context |= {"can_import": can_import(request.user), "sees_servers": can_see_servers(request.user)}
    context |= {"names": names_waiting().count() if everything else 0}
    if everything:
        context |= {"refreshes": latest_refreshes(5), "waiting": changed_cells_wait()}
    return render(request, "indicators/exchange/import_list.html", context)


@require_GET
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """What the list shows, on all its pages, the latest MOST_DOWNLOADED."""
    return runs_file(_filter(request).qs[:MOST_DOWNLOADED])


def _filter(request: HttpRequest) -> RunFilter:
    return RunFilter(request.GET, queryset=runs_for(request.user).defer("report", "options"), request=request)


def _may_undo(request: HttpRequest, run: ImportRun) -> bool:
    return run.state == ImportRun.State.COMMITTED and run.batch_id is not None and can_undo(request.user, run)
