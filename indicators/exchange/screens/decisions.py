"""What a person decides about a previewed or committed file: take it in, drop it, take it back."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from indicators.accounts.models import User
from indicators.exchange.intake import actions
from indicators.exchange.models import ImportRun
from indicators.exchange.policies import check_commit, check_undo
from indicators.exchange.screens import words
from indicators.exchange.screens.access import run_or_404
from indicators.exchange.screens.cells import named_cells

CELLS_SHOWN = 100


@require_POST
def import_commit(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_or_404(request.user, pk)
    check_commit(request.user, run)
    try:
        actions.ask_commit(run, by=cast(User, request.user), valid_only=request.POST.get("valid_only") == "1")
    except actions.NotNow as refused:
        messages.error(request, str(refused))
    return redirect("import-detail", pk)


@require_POST
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_or_404(request.user, pk)
    check_commit(request.user, run)
    try:
        actions.drop(run, by=cast(User, request.user))
    except actions.NotNow as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file is dropped. Nothing of it was taken in."))
    return redirect("import-detail", pk)


@require_http_methods(["GET", "POST"])
@never_cache
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before it takes an import back. Where something newer stands on it, 409 and the list of it."""
    run = run_or_404(request.user, pk)
    check_undo(request.user, run)
    if run.state != ImportRun.State.COMMITTED:
        messages.error(request, _("Only an import that has been taken in can be undone."))
        return redirect("import-detail", pk)
    context = {"run": run, "counts": words.counts(run)}
    if request.method == "POST":
        try:
            actions.undo(run, by=cast(User, request.user))
        except actions.NotNow as refused:
            messages.error(request, str(refused))
            return redirect("import-detail", pk)
        except actions.Newer as newer:
            cells = named_cells(newer.cells[:CELLS_SHOWN])
            context |= {"refused": str(newer), "cells": cells, "more": max(newer.count - len(cells), 0)}
            return render(request, "indicators/exchange/import_undo.html", context, status=409)
        messages.success(request, _("The import is undone: what stood before it stands again."))
        return redirect("import-detail", pk)
    return render(request, "indicators/exchange/import_undo.html", context)
