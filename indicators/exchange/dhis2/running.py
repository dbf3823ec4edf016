"""A pull in the hands of one worker: what it notes counts as long as nobody took the pull away."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.dhis2.pieces import Piece, plan, still_to_come
from indicators.exchange.models import Dhis2Pull, ImportRun
from indicators.periods import Period

State = Dhis2Pull.State
Part = tuple[Piece | None, list[str]]
"""A piece of values with the units to ask for; no piece where all is asked for at once."""


class Lost(Exception):
    """The pull was taken for dead and given to another worker."""


class Claim:
    """The right to work on a pull: it holds while the row says RUNNING since that moment."""

    def __init__(self, pull_id: int, since: datetime) -> None:
        self.pull_id, self.since = pull_id, since

    def pull(self) -> Dhis2Pull:
        return Dhis2Pull.objects.select_related("server", "by").get(pk=self.pull_id)

    def still_to_come(self, pull: Dhis2Pull, roots: list[str]) -> list[Part]:
        """Notes how many pieces there are in all, and returns those that have not arrived."""
        parts: list[Part] = [(None, roots)] if not pull.pieces else []
        total = 1
        if pull.what == Dhis2Pull.What.VALUES:
            if not pull.server.data_sets:
                raise Failure("no_data_sets")
            if not roots:
                raise Failure("no_root")
            first, last = (Period.from_code(code or 0) for code in (pull.first, pull.last))
            planned = plan(pull.server.data_sets, first, last)
            parts, total = [(piece, roots) for piece in still_to_come(planned, pull.pieces)], len(planned)
        self._update(total=total)
        return parts

    @transaction.atomic
    def note(self, arrived: dict[str, Any], run: ImportRun | None) -> None:
        """A piece is in. What made progress starts its attempts anew."""
        pull = Dhis2Pull.objects.select_for_update().get(pk=self.pull_id)
        self._update(pieces=[*pull.pieces, arrived], attempts=1)
        if run is not None:
            pull.runs.add(run)

    def let_go(self, *, state: str) -> None:
        """At its end, or to go on a little later: that is no failed attempt."""
        report = {key: value for key, value in self.pull().report.items() if key not in ("failure", "again_at")}
        done = state == State.DONE
        self._update(state=state, attempts=0, report=report, finished_at=timezone.now() if done else None)

    def give_back(self, failure: Failure, *, attempts: int, wait: timedelta) -> None:
        """Queued again with a pause where it may pass and attempts are left; failed otherwise. Silent where lost."""
        pull = self.pull()
        again = failure.passing and pull.attempts < attempts
        report = pull.report | {"failure": {"code": failure.code, "value": failure.value}}
        report.pop("again_at", None)
        if listed := getattr(failure, "listed", None):
            report["problems"] = listed
        if again and wait:
            pause = max(wait * 2 ** max(pull.attempts - 1, 0), timedelta(seconds=failure.wait))
            report["again_at"] = (timezone.now() + pause).isoformat()
        state, finished = (State.QUEUED, None) if again else (State.FAILED, timezone.now())
        self._rows().update(state=state, report=report, error=str(failure), finished_at=finished)

    def _rows(self) -> Any:
        return Dhis2Pull.objects.filter(pk=self.pull_id, state=State.RUNNING, started_at=self.since)

    def _update(self, **fields: Any) -> None:
        if not self._rows().update(**fields):
            raise Lost
