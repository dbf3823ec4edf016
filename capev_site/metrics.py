"""Numbers for a monitoring program, in the text format of Prometheus 0.0.4; only for who shows `METRICS_TOKEN`.

All of it is read from the database and from one question to the broker: every server process answers the same. How many
requests there were and how long they took is not counted here, because each process would know its own only: it stands
in the lines of the log (requests.py).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, Min, Model, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from indicators.audit.models import AuditEntry
from indicators.exchange.models import Dhis2Pull, ImportRun, WaitingRecord
from indicators.rollup.models import RefreshJob
from indicators.values.models import ChangedCell
from research.editions.models import EditionFile
from research.linkage.plans.models import AnalysisRun
from research.linkage.screening.models import ScreeningRun
from research.medexis.models import StockPublication

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class JobKind(NamedTuple):
    """Rows of work: when they were asked for, and in which states they wait for a worker."""

    name: str
    model: type[Model]
    asked: str = "asked_at"
    waits: tuple[str, ...] = ("queued",)


KINDS = (
    JobKind("refresh", RefreshJob),
    JobKind("import", ImportRun, "at", (ImportRun.State.QUEUED, ImportRun.State.COMMIT_QUEUED)),
    JobKind("dhis2_pull", Dhis2Pull, "at"),
    JobKind("analysis", AnalysisRun),
    JobKind("screening", ScreeningRun),
    JobKind("edition_file", EditionFile),
)


MARKS: tuple[tuple[str, str, type[Model], Q], ...] = (
    ("capev_cells_to_refresh", "Cells written since the aggregates above them were refreshed.", ChangedCell, Q()),
    ("capev_records_waiting", "Imported records whose unit nobody knows yet.", WaitingRecord, Q(batch=None)),
    ("capev_stock_publications", "Measures of stock that are to be made anew.", StockPublication, Q()),
)


class Sample(NamedTuple):
    value: float
    labels: tuple[tuple[str, str], ...] = ()


class Metric(NamedTuple):
    name: str
    help: str
    samples: list[Sample]


def metrics() -> Iterator[Metric]:
    """One question to the database for each kind of job, and four more. Ages are seconds; what never happened has no
    sample, rather than an age of 0."""
    now = timezone.now()
    found = [(kind, row) for kind in KINDS for row in _by_state(kind)]
    counts = [Sample(row["rows"], (("kind", kind.name), ("state", row["state"]))) for kind, row in found]
    yield Metric("capev_jobs", "Rows of work by kind and state.", counts)
    yield Metric(
        "capev_job_oldest_waiting_seconds",
        "Age of the oldest row of work that waits for a worker, by kind.",
        [sample for kind in KINDS for sample in _age(now, _oldest(kind, found), (("kind", kind.name),))],
    )
    refreshes = (row["finished"] for kind, row in found if kind.name == "refresh" and row["state"] == "done")
    yield Metric(
        "capev_refresh_age_seconds", "Since the last refresh of the aggregates.", _age(now, next(refreshes, None))
    )
    for name, help_text, model, which in MARKS:
        yield Metric(name, help_text, [Sample(model._default_manager.filter(which).count())])
    sealed = AuditEntry.objects.aggregate(last=Max("at"))["last"]
    yield Metric("capev_journal_age_seconds", "Since the last write, read or export that is sealed.", _age(now, sealed))
    yield Metric("capev_broker_up", "1: the broker that rings for work answers.", [Sample(broker_answers())])


def broker_answers() -> bool:
    """Whether Redis can be reached within half a second; work is kept in the database either way."""
    limits = {**current_app.conf.broker_transport_options, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    try:
        with current_app.connection_for_read(transport_options=limits, connect_timeout=0.5) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=0.5)
    except (OperationalError, OSError):
        return False
    return True


def written(found: Iterable[Metric]) -> str:
    lines = []
    for metric in found:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} gauge"]
        for sample in metric.samples:
            labels = ",".join(f'{name}="{_label(value)}"' for name, value in sample.labels)
            lines.append(
                f"{metric.name}{{{labels}}} {float(sample.value):g}"
                if labels
                else f"{metric.name} {float(sample.value):g}"
            )
    return "\n".join(lines) + "\n"


@login_not_required
@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """404 where no token is set, 401 without the right one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(shown.strip(), settings.METRICS_TOKEN):
        refusal = HttpResponse(status=401, content_type=MEDIA_TYPE)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="CAPEV"'
        return refusal
    return HttpResponse(written(metrics()), content_type=MEDIA_TYPE)


def _by_state(kind: JobKind) -> list[dict[str, Any]]:
    rows = kind.model._default_manager.order_by().values("state")
    return list(rows.annotate(rows=Count("pk"), since=Min(kind.asked), finished=Max("finished_at")).order_by("state"))


def _oldest(kind: JobKind, found: list[tuple[JobKind, dict[str, Any]]]) -> datetime | None:
    return min((row["since"] for of, row in found if of is kind and row["state"] in kind.waits), default=None)


def _age(now: datetime, since: datetime | None, labels: tuple[tuple[str, str], ...] = ()) -> list[Sample]:
    return [Sample(max(0.0, round((now - since).total_seconds(), 1)), labels)] if since else []


def _label(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
