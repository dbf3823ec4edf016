"""One import: how far it is, what it would do or did, and what a person may decide about it."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.exchange import policies
from indicators.exchange.intake import queries
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import MESSAGES
from indicators.exchange.screens import words
from indicators.exchange.screens.access import run_or_404
from indicators.exchange.screens.csv_files import problems_file
from indicators.exchange.screens.effect_rows import effect_rows

PROBLEMS_A_PAGE, NAMES_SHOWN, RELOAD_SECONDS = 25, 20, 3
SILENT_AFTER = timedelta(minutes=2)
"""A run that nobody began for so long has perhaps no worker."""
State = ImportRun.State
DROPPABLE = {State.QUEUED, State.PREVIEWED, State.REFUSED, State.FAILED}


@require_GET
@never_cache
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """While a worker has the run the page loads itself again. A constant number of queries."""
    run = run_or_404(request.user, pk)
    context = {"run": run, "kind": words.kind_text(run), "tag": words.TAGS.get(State(run.state), "")}
    working = run.state in ImportRun.WORKING
    may_decide = policies.can_commit(request.user, run)
    context |= _under_way(request, run) if working else _outcome(request, run)
    context |= {
        "working": working,
        "may_decide": may_decide,
        "may_drop": may_decide and run.state in DROPPABLE,
        "may_undo": run.state == State.COMMITTED and run.batch_id is not None and policies.can_undo(request.user, run),
        "may_map": may_map(request, run),
    }
    return render(request, "indicators/exchange/import_detail.html", context)


@require_GET
@never_cache
def problems_csv(request: HttpRequest, pk: int) -> HttpResponse:
    return problems_file(run_or_404(request.user, pk))


def may_map(request: HttpRequest, run: ImportRun) -> bool:
    """Whether the person may say what the columns of the file hold: a table that is not taken in, still kept."""
    table = words.kind_of(run) == "table" or any(it.code == "no_mapping" for it in queries.problems(run)[:1])
    open_still = run.state in (State.PREVIEWED, State.REFUSED) and bool(run.content)
    return table and open_still and policies.can_commit(request.user, run) and policies.can_map(request.user)


def _under_way(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    told = queries.progress(run)
    queued = run.state in (State.QUEUED, State.COMMIT_QUEUED)
    return {
        "progress": words.progress_text(run, told),
        "told": told if told and told.total else None,
        "silent": queued and timezone.now() - (run.finished_at or run.at) > SILENT_AFTER,
        "reload": RELOAD_SECONDS if request.GET.get("suivre") != "non" else None,
    }


def _outcome(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    found = queries.problems(run)
    names = run.report.get("waiting_names", {})
    first = found[0] if found and run.state in (State.REFUSED, State.FAILED) and found[0].row is None else None
    return {
        "refusal": first,
        "counts": words.counts(run),
        "valid": words.valid(run),
        "nothing_new": run.read > 0 and run.read == run.unchanged,
        "page": Paginator(found, PROBLEMS_A_PAGE).get_page(request.GET.get("page")),
        "problem_counts": _by_code(run),
        "notes": queries.problems(run, "notes"),
        "effects": effect_rows(run.report.get("effects", [])),
        "names": list(names.items())[:NAMES_SHOWN],
        "more_names": max(len(names) - NAMES_SHOWN, 0),
        "sees_names": policies.can_see_imports(request.user),
        "summary": words.summary(run) if run.state in (State.COMMITTED, State.UNDONE) else "",
    }


def _by_code(run: ImportRun) -> list[tuple[str, str, int]]:
    """Code, its sentence without the value, how many; the most frequent first."""
    counted = run.report.get("problem_counts", {})
    found = [(code, _general(code), number) for code, number in counted.items()]
    return sorted(found, key=lambda it: (-it[2], it[0]))


def _general(code: str) -> str:
    return str(MESSAGES[code]).format(value="…") if code in MESSAGES else code
