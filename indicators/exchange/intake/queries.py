"""How far a run is, and what of it waits."""

from typing import NamedTuple

from django.db.models import QuerySet

from indicators.exchange.intake.work import PHASES
from indicators.exchange.models import ImportRun, WaitingRecord
from indicators.exchange.problems import Problem
from indicators.rollup.progress import progress_of


class RunProgress(NamedTuple):
    """`phase` is «reading» or «checking» (the writing included); `total` 0 while nobody knows the rows of the file."""

    phase: str
    done: int
    total: int


def progress(run: ImportRun) -> RunProgress | None:
    """None where the run is not being worked on, or nobody remembers."""
    if run.state not in (ImportRun.State.READING, ImportRun.State.COMMITTING):
        return None
    for phase in reversed(PHASES):
        if told := progress_of(run.pk, f"import:{phase}"):
            return RunProgress(phase, told.done, told.total)
    return None


def problems(run: ImportRun, kind: str = "problems") -> list[Problem]:
    """The listed problems (or `notes`) with their sentences in today's language: `problem.message`."""
    return [Problem(it["code"], it["row"], it["field"], it["value"]) for it in run.report.get(kind, [])]


def waiting_records(run: ImportRun) -> QuerySet[WaitingRecord]:
    """Those that wait still, and those that failed when their unit was known."""
    return run.waiting_records.filter(batch=None).order_by("number", "pk")
