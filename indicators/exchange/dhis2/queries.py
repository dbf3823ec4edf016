"""What the page of the servers shows. A constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.dateparse import parse_datetime

from indicators.exchange.dhis2.address import checked
from indicators.exchange.dhis2.credentials import missing
from indicators.exchange.dhis2.failures import Failure, sentence
from indicators.exchange.models import COUNTS, Dhis2Pull, Dhis2Server, ImportRun
from indicators.exchange.problems import Problem
from indicators.periods import Period

What, State = Dhis2Pull.What, Dhis2Pull.State
_OPEN = (ImportRun.State.QUEUED, ImportRun.State.READING, ImportRun.State.PREVIEWED)


SHOWN = 5


@dataclass(frozen=True)
class PullRow:
    """A pull as people read it. `counts` of all its imports; `open`: imports that wait for a person's decision;
    `problems`: the first ones of units or metadata that could not be taken in."""

    pull: Dhis2Pull
    arrived: int
    counts: dict[str, int]
    open: int
    first: Period | None
    last: Period | None
    failure: str
    problems: list[str]
    again_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.pull.state in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class ServerRow:
    """A server with the latest pull of each kind. `obstacle`: why it cannot be asked at all; `next_at`: when values are
    due, None where only people ask."""

    server: Dhis2Server
    address: str
    pulls: list[PullRow]
    obstacle: str
    next_at: datetime | None

    @property
    def under_way(self) -> bool:
        return any(row.under_way for row in self.pulls)


def server_rows() -> list[ServerRow]:
    """All servers by name."""
    servers = list(_with_latest())
    wanted = [pk for server in servers for pk in _latest(server)]
    pulls = Dhis2Pull.objects.select_related("by").prefetch_related("runs").in_bulk(wanted)
    return [_server_row(server, [pulls[pk] for pk in _latest(server)]) for server in servers]


def _with_latest() -> QuerySet[Dhis2Server]:
    latest = Dhis2Pull.objects.filter(server=OuterRef("pk")).order_by("-at", "-pk").values("pk")
    return Dhis2Server.objects.order_by("name").annotate(
        **{f"latest_{what}": Subquery(latest.filter(what=what)[:1]) for what in What.values}
    )


def _latest(server: Dhis2Server) -> list[int]:
    return [pk for what in What.values if (pk := getattr(server, f"latest_{what}"))]


def _server_row(server: Dhis2Server, pulls: list[Dhis2Pull]) -> ServerRow:
    values = next((pull for pull in pulls if pull.what == What.VALUES), None)
    due = None
    if server.active and server.every_hours:
        due = values.at + timedelta(hours=server.every_hours) if values else None
    address, obstacle = "", ""
    try:
        address = checked(server.url)
    except Failure as failure:
        obstacle = failure.message
    if not obstacle and (absent := missing(server.key)):
        obstacle = sentence("missing_variables", ", ".join(absent))
    return ServerRow(server, address, [_pull_row(pull) for pull in pulls], obstacle, due)


def _said(problem: Mapping[str, Any]) -> str:
    return Problem(problem["code"], problem.get("row"), problem.get("field"), problem.get("value", "")).message


def _pull_row(pull: Dhis2Pull) -> PullRow:
    runs: Iterable[ImportRun] = pull.runs.all()
    failure = pull.report.get("failure") or {}
    return PullRow(
        pull=pull,
        arrived=len(pull.pieces),
        counts={name: sum(piece.get(name, 0) for piece in pull.pieces) for name in ("read", *COUNTS)},
        open=sum(run.state in _OPEN for run in runs),
        first=Period.from_code(pull.first) if pull.first else None,
        last=Period.from_code(pull.last) if pull.last else None,
        failure=sentence(failure["code"], failure.get("value", "")) if failure else "",
        problems=[_said(one) for one in pull.report.get("problems", [])[:SHOWN]],
        again_at=parse_datetime(pull.report.get("again_at", "")),
    )
