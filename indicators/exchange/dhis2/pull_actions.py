"""Asks for pulls and runs them. The pull's row is the truth: what has arrived is noted there, piece by piece."""

from collections.abc import Callable
from datetime import timedelta
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange.dhis2.client import Client
from indicators.exchange.dhis2.credentials import credentials_of
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.dhis2.piece_actions import take_piece
from indicators.exchange.dhis2.running import Claim, Lost
from indicators.exchange.models import Dhis2Pull, Dhis2Server
from indicators.geography.models import OrgUnit
from indicators.held import held, is_held
from indicators.periods import Period
from indicators.rollup.doorbell import ring

ATTEMPTS = 3
WAIT = timedelta(minutes=2)
"""Before the second attempt; twice as long before the third."""
SLICE = 60.0
"""Seconds of work after which a pull lets other tasks of the worker go first."""
_KIND = "pull"  # of the lock
MOST_MONTHS = 600
TASK = "indicators.exchange.dhis2.tasks.pull"
What, State = Dhis2Pull.What, Dhis2Pull.State
Connect = Callable[[Dhis2Server], Client]


def connect(server: Dhis2Server) -> Client:
    """Raises Failure where the address or the credentials cannot be used."""
    return Client(server.url, credentials_of(server.key))


def start_pull(
    server: Dhis2Server,
    *,
    what: str,
    by: User | None,
    first: Period | None = None,
    last: Period | None = None,
    tell_worker: bool = True,
) -> Dhis2Pull:
    """Asks a worker for a pull; the one under way where it is the same. Of values: from `first` to `last`, by default
    the present month and those that late reports may still change. Raises Failure where it cannot work."""
    connect(server)
    months: tuple[int | None, int | None] = (None, None)
    if what == What.VALUES:
        last = last or Period.month_of(timezone.localdate())
        first = first or last.shift(-server.months_back)
        if not server.data_sets:
            raise Failure("no_data_sets")
        if first > last or (last.year - first.year) * 12 + last.number - first.number >= MOST_MONTHS:
            raise Failure("bad_months")
        months = first.code, last.code
    with transaction.atomic():
        Dhis2Server.objects.select_for_update().get(pk=server.pk)  # two clicks, one pull
        same = {"what": what, "first": months[0], "last": months[1]}
        pull = server.pulls.filter(**same, state__in=[State.QUEUED, State.RUNNING]).order_by("at", "pk").first()
        if pull is None:
            pull = server.pulls.create(**same, by=by)
        identity = pull.pk
        if tell_worker:
            transaction.on_commit(lambda: ring(identity, TASK, "pull"), robust=True)
    return pull


def run_pull(pull_id: int, *, seconds: float | None = SLICE, connect: Connect = connect) -> bool:
    """Works on a queued pull for about so long (None: to its end); False where somebody else does, or on another pull
    of that server. Nothing raises for the server's faults: the row says what happened."""
    with held(_KIND, pull_id) as mine:
        claim = _claim(pull_id) if mine else None
        return claim is not None and _run(claim, seconds, connect)


def _run(claim: Claim, seconds: float | None, connect: Connect) -> bool:
    try:
        finished = _work(claim, seconds, connect)
        claim.let_go(state=State.DONE if finished else State.QUEUED)
    except Lost:
        return False
    except Failure as failure:
        claim.give_back(failure, attempts=ATTEMPTS, wait=WAIT)
    except BaseException:
        claim.give_back(Failure("interrupted"), attempts=ATTEMPTS, wait=WAIT)
        raise
    return True


def _claim(pull_id: int) -> Claim | None:
    now = timezone.now()
    try:
        with transaction.atomic():
            claimed = Dhis2Pull.objects.filter(pk=pull_id, state=State.QUEUED).update(
                state=State.RUNNING, started_at=now, attempts=F("attempts") + 1, error=""
            )
    except IntegrityError:  # one pull of a server at a time, said by the database
        return None
    return Claim(pull_id, now) if claimed else None


def _work(claim: Claim, seconds: float | None, connect: Connect) -> bool:
    """Whether the pull came to its end."""
    pull = claim.pull()
    client = connect(pull.server)
    began = monotonic()
    with TemporaryDirectory(prefix="dhis2-") as folder:
        for piece in claim.still_to_come(pull, _roots(pull.server)):
            if seconds is not None and monotonic() - began > seconds:
                return False
            noted, run = take_piece(client, pull, piece, folder)
            claim.note(noted, run)
    return True


def _roots(server: Dhis2Server) -> list[str]:
    """Below which units values are asked for."""
    if server.root:
        return [server.root]
    return list(OrgUnit.objects.filter(parent=None).order_by("pk").values_list("uid", flat=True))


def due() -> list[Dhis2Pull]:
    """Asks for the pulls whose time has come, and returns those asked for now. A server that cannot be asked is left
    alone: its page says why."""
    now, started = timezone.now(), []
    for server in Dhis2Server.objects.filter(active=True, every_hours__gt=0):
        values = server.pulls.filter(what=What.VALUES)
        under_way = values.filter(state__in=[State.QUEUED, State.RUNNING]).exists()
        recent = values.filter(at__gt=now - timedelta(hours=server.every_hours)).exists()
        if under_way or recent:
            continue
        try:
            started.append(start_pull(server, what=What.VALUES, by=None))
        except Failure:
            continue
    return started


def sweep() -> list[int]:
    """What a lost bell or a killed worker left behind: queues dead pulls again, asks for what is due, and returns the
    pulls to work on now."""
    now = timezone.now()
    running = Dhis2Pull.objects.filter(state=State.RUNNING)
    for pull_id, started_at in running.values_list("pk", "started_at"):
        if started_at and not is_held(_KIND, pull_id):
            Claim(pull_id, started_at).give_back(Failure("interrupted"), attempts=ATTEMPTS, wait=timedelta(0))
    due()
    waiting = Dhis2Pull.objects.filter(state=State.QUEUED, server__active=True).order_by("at", "pk")
    return [pull.pk for pull in waiting if _may_go_on(pull.report, now.isoformat())]


def goes_on(pull_id: int) -> bool:
    """Whether the pull waits for nothing but a worker."""
    pull = Dhis2Pull.objects.get(pk=pull_id)
    return pull.state == State.QUEUED and _may_go_on(pull.report, timezone.now().isoformat())


def _may_go_on(report: dict[str, Any], now: str) -> bool:
    return report.get("again_at", "") <= now
