"""The DHIS2 servers that values come from: what was pulled, what comes next, and asking for it now."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from indicators.accounts.models import User
from indicators.exchange.dhis2 import pull_actions
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.dhis2.forms import PullForm
from indicators.exchange.dhis2.policies import can_pull, check_pull, check_see_servers
from indicators.exchange.dhis2.queries import server_rows
from indicators.exchange.models import Dhis2Pull, Dhis2Server

RELOAD_SECONDS = 5


@require_GET
@never_cache
def server_list(request: HttpRequest) -> HttpResponse:
    """Servers with their latest pulls; while one is under way the page loads itself again. 403 for viewers, clerks."""
    check_see_servers(request.user)
    rows = server_rows()
    under_way = any(row.under_way for row in rows)
    context = {
        "rows": rows,
        "under_way": under_way,
        "reload": RELOAD_SECONDS if under_way and request.GET.get("suivre") != "non" else None,
        "may_pull": can_pull(request.user),
        "may_edit": request.user.has_perm("indicators.change_dhis2server"),
        "form": PullForm(auto_id=False),
        "kinds": Dhis2Pull.What.choices,
    }
    return render(request, "indicators/exchange/dhis2_server_list.html", context)


@require_POST
def pull_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks a worker, and shows the list with what it said. Twice asked is once pulled."""
    check_pull(request.user)
    server = get_object_or_404(Dhis2Server, pk=pk)
    form = PullForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return redirect("dhis2-server-list")
    try:
        pull_actions.start_pull(server, by=cast(User, request.user), **form.cleaned_data)
    except Failure as failure:
        messages.error(request, failure.message)
    else:
        messages.success(request, _("The pull is asked for. It begins as soon as the worker is free."))
    return redirect("dhis2-server-list")
