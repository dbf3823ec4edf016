"""What a page says of an import: its format, how far it is, what it did."""

from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from indicators.exchange.intake.queries import RunProgress
from indicators.exchange.models import COUNTS, ImportRun
from indicators.exchange.readers.kinds import KINDS
from indicators.pages.formats import number_text

State = ImportRun.State
TAGS = {State.COMMITTED: "tag-ok", State.REFUSED: "tag-late", State.FAILED: "tag-late", State.PREVIEWED: "tag-warn"}


class Count(NamedTuple):
    """A term of the sum: how many records, and what becomes of them."""

    name: str
    value: int
    meaning: str


def kind_choices() -> list[tuple[str, Any]]:
    return [(key, kind.label) for key, kind in KINDS.items()]


def kind_of(run: ImportRun) -> str:
    """The key of its format as far as it is known, of a refused file too."""
    return run.kind or str(run.report.get("kind") or "")


def kind_text(run: ImportRun) -> str:
    kind = KINDS.get(kind_of(run))
    return str(kind.label) if kind else _("not recognised yet")


def counts(run: ImportRun) -> list[Count]:
    """The terms that add up to what was read, in the tense of the run's state."""
    done = run.state in (State.COMMITTED, State.UNDONE)
    meanings = {
        "created": _("were not here before") if done else _("are not here yet"),
        "updated": _("replaced another value") if done else _("replace another value"),
        "unchanged": _("stood here already, just so") if done else _("stand here already, just so"),
        "deleted": _("were removed, as the file said") if done else _("are removed, as the file says"),
        "rejected": _("stayed out: something is wrong with them") if done else _("stay out: something is wrong"),
        "waiting": _("wait until somebody says which unit is meant"),
    }
    names = {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "deleted": _("deleted"),
        "rejected": _("rejected"),
        "waiting": _("waiting"),
    }
    return [Count(names[name], getattr(run, name), meanings[name]) for name in COUNTS]


def valid(run: ImportRun) -> int:
    """Records that go in if the file is taken."""
    return run.read - run.rejected - run.waiting


def progress_text(run: ImportRun, told: RunProgress | None) -> str:
    """What is being done at the moment, in one sentence."""
    if run.state == State.QUEUED:
        return _("The file waits to be read. It begins as soon as the worker is free.")
    if run.state == State.COMMIT_QUEUED:
        return _("The file waits to be taken in. It begins as soon as the worker is free.")
    taking = run.state == State.COMMITTING
    if told is None or (told.phase == "reading" and not told.done):
        return _("The file is being taken in.") if taking else _("The file is being read.")
    numbers = {"done": number_text(told.done), "total": number_text(told.total)}
    if told.phase == "reading":
        return _("The file is being read: %(done)s records so far.") % numbers
    if told.done >= told.total:
        return _("All records are checked; they are being written.") if taking else _("All records are checked.")
    return _("%(done)s of %(total)s records are checked.") % numbers


def summary(run: ImportRun) -> str:
    """The result as plain text, to be copied into a message."""
    lines = [
        _("Import %(number)s: %(file)s") % {"number": run.pk, "file": run.file_name},
        _("State: %(state)s") % {"state": run.get_state_display()},
    ]
    if run.finished_at:
        lines.append(_("On: %(date)s") % {"date": date_format(localtime(run.finished_at), "SHORT_DATETIME_FORMAT")})
    if run.by:
        lines.append(_("By: %(name)s") % {"name": run.by.get_username()})
    lines.append(_("Records read: %(count)s") % {"count": number_text(run.read)})
    lines += [f"  {count.name}: {number_text(count.value)}" for count in counts(run)]
    lines += [
        f"  {code}: {number_text(number)}" for code, number in sorted(run.report.get("problem_counts", {}).items())
    ]
    return "\n".join([*lines, f"SHA-256: {run.sha256}"])
