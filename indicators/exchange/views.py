"""Which files came in, and whether the numbers above them are up to date."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.exchange.policies import check_see_imports
from indicators.exchange.queries import import_runs, names_waiting
from indicators.rollup.queries import changed_cells_wait, latest_refreshes

RUNS_A_PAGE = 25


def import_list(request: HttpRequest) -> HttpResponse:
    """Imports by page, and the last refreshes. 403 for viewers and clerks."""
    check_see_imports(request.user)
    page = Paginator(import_runs(), RUNS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "refreshes": latest_refreshes(10), "waiting": changed_cells_wait()}
    context |= {"names": names_waiting(), "may_assign": request.user.has_perm("indicators.change_namesetaside")}
    return render(request, "indicators/exchange/import_list.html", context)
