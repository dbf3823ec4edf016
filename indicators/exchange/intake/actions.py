"""Files on their way in: received, previewed, committed, undone. The only functions that pages, the programming
interface, the command line and the pull call.

States: receive → QUEUED → READING → PREVIEWED (or REFUSED) → ask_commit → COMMIT_QUEUED → COMMITTING → COMMITTED →
undo → UNDONE. `drop` ends what is not committed. FAILED after three attempts that broke.
"""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.intake import at_once, bodies, states, waiting
from indicators.exchange.intake.states import NotNow
from indicators.exchange.intake.undo import Newer, undo
from indicators.exchange.models import ColumnMapping, ImportRun
from indicators.exchange.problems import BadFile
from indicators.values.models import Batch

__all__ = [
    "Newer", "NotNow", "TooMany", "ask_commit", "commit", "drop", "import_now", "preview", "preview_again", "receive",
    "take_in_waiting", "undo",
]  # fmt: skip

AT_ONCE = 5
"""Files of one person that may be on their way at once."""
LARGEST_UPLOAD = 512 * 1024 * 1024
"""Bytes as they arrive."""
State = ImportRun.State
preview, commit = bodies.preview, bodies.commit


class TooMany(Exception):
    """The person has AT_ONCE files on their way. `str()` is a sentence for them."""


def receive(
    content: File | Path,
    *,
    file_name: str,
    by: User | None,
    kind: str = "",
    options: Mapping[str, Any] | None = None,
    mapping: ColumnMapping | None = None,
    key: UUID | None = None,
) -> ImportRun:
    """Keeps the bytes under a name of our own and has a worker preview them; the run is QUEUED.

    `kind` is a key of `readers.kinds.KINDS`, "" to recognise it by content. `options` go to the reader; those of
    resolving are `schemes` = {"data_element" | "org_unit" | "option" | "data_set": "uid" | "code" | "name" | "any"}.
    The mapping's spec is kept as the reader's option `mapping`. `key` is the sending's own: sent again by the same
    person, the run of that key is returned and nothing stored. Raises TooMany, NotNow (the key is somebody else's),
    BadFile `too_large` or `empty_file`.
    """
    run = ImportRun(file_name=file_name[:300], by=by, kind=kind, options=_with(mapping, options), mapping=mapping)
    run.key = key or run.key
    run.state = State.QUEUED
    if isinstance(content, Path):
        with content.open("rb") as stream:
            return _receive(run, File(stream))
    return _receive(run, content)


def _receive(run: ImportRun, content: File) -> ImportRun:
    digest = hashlib.sha256()
    for piece in content.chunks():
        run.size += len(piece)
        if run.size > LARGEST_UPLOAD:
            raise BadFile("too_large", f"{LARGEST_UPLOAD // 1024**2} MB")
        digest.update(piece)
    if not run.size:
        raise BadFile("empty_file")
    run.sha256 = digest.hexdigest()
    with transaction.atomic():
        if run.by is not None:
            User.objects.select_for_update().get(pk=run.by.pk)
        if stored := ImportRun.objects.filter(key=run.key).first():
            if stored.by_id != run.by_id:
                raise NotNow(_("This form was sent already by somebody else. Load the page again."))
            return stored
        under_way = ImportRun.objects.filter(by=run.by, state__in=ImportRun.WORKING)
        if run.by is not None and under_way.count() >= AT_ONCE:
            raise TooMany(_("Too many of your files are on their way. Wait until one of them is read."))
        content.seek(0)
        run.content.save("", content, save=False)
        run.save()
        transaction.on_commit(lambda: states.ring(run.pk), robust=True)
    return run


def _with(mapping: ColumnMapping | None, options: Mapping[str, Any] | None) -> dict[str, Any]:
    """The options with the mapping as it is now: whoever changes it later does not change how this file was read."""
    return dict(options or {}) | ({"mapping": mapping.spec} if mapping else {})


def preview_again(
    run: ImportRun,
    *,
    by: User | None,
    options: Mapping[str, Any],
    mapping: ColumnMapping | None = None,
    kind: str = "",
) -> ImportRun:
    """Has a received file read anew with other options (sheet, mapping, kind): PREVIEWED or REFUSED → QUEUED.

    `by` and what they may report for stay those of the file's sender. Raises NotNow.
    """
    if not run.content:
        raise NotNow(_("The file of this import is no longer kept."))
    fields = {"options": _with(mapping, options), "mapping": mapping, "kind": kind, "report": {}}
    return states.asked_again(run, {State.PREVIEWED, State.REFUSED}, State.QUEUED, **fields)


def ask_commit(run: ImportRun, *, by: User | None, valid_only: bool = False) -> ImportRun:
    """PREVIEWED → COMMIT_QUEUED. Raises NotNow in another state, or where records are rejected and not `valid_only`."""
    if run.rejected and not valid_only:
        raise NotNow(_("Records are rejected. Mend the file, or choose to take in the valid ones only."))
    return states.asked_again(run, {State.PREVIEWED}, State.COMMIT_QUEUED, valid_only=valid_only)


def drop(run: ImportRun, *, by: User | None) -> ImportRun:
    """Ends a run that is not committed, and deletes its file. Raises NotNow where it is, or is being worked on."""
    states.forget(run, {State.QUEUED, State.PREVIEWED, State.REFUSED, State.FAILED})
    return run


def take_in_waiting(*, names: Collection[str] | None = None, by: User | None) -> int:
    """Takes in the waiting records whose unit is known by now (of these names, or of all); returns how many went in.

    `geography.name_actions.assign` has it called by a signal, so pages need only `assign`. 0 while another import is
    being taken in: the sweeper does it then.
    """
    return waiting.take_in(names=names, by=by)


def import_now(
    path: Path,
    *,
    file_name: str,
    by: User | None,
    kind: str = "",
    options: Mapping[str, Any] | None = None,
    mapping: ColumnMapping | None = None,
    valid_only: bool = False,
    dry_run: bool = False,
    origin: str = Batch.Origin.IMPORT,
) -> ImportRun:
    """The whole way at once, without worker: the run is COMMITTED, or REFUSED where the file or (not `valid_only`) one
    of its records cannot be taken; with `dry_run` an unsaved run, PREVIEWED or REFUSED. Never raises for a file.

    Of a REFUSED run with rejected records the counts still say what each record would have done. Where another import
    is being taken in, the run is REFUSED with `another_import_running` and not saved. The file itself is not kept.
    """
    run = ImportRun(file_name=file_name[:300], by=by, kind=kind, mapping=mapping, valid_only=valid_only)
    run.options = _with(mapping, options)
    return at_once.take(run, path, dry_run=dry_run, origin=origin)
