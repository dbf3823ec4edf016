"""Asks for the files of a frozen edition and has a worker make them. The libraries are loaded by workers only."""

import hashlib
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from indicators.accounts.models import User
from indicators.rollup.doorbell import ring
from research.editions.models import Edition, EditionFile
from research.linkage import jobs

TASK = "research.editions.files.tasks.work_edition_file"
TYPES = {
    EditionFile.Format.PDF: "application/pdf",
    EditionFile.Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def ask_for_all(edition: Edition, *, by: User) -> list[EditionFile]:
    """A PDF and a DOCX in each language, with a bell for each after commit."""
    rows = [
        EditionFile.objects.create(edition=edition, format=format, language=language, asked_by=by)
        for format in EditionFile.Format
        for language in EditionFile.Language
    ]
    for row in rows:
        transaction.on_commit(partial(ring, row.pk, TASK, "edition file"), robust=True)
    return rows


def work(file_id: int) -> bool:
    """Claims the file and makes it; False where somebody else has it. May be called twice."""
    with jobs.claimed(EditionFile, file_id) as mine:
        return mine is not None and _work(file_id, mine)


def _work(file_id: int, mine: UUID) -> bool:
    from research.editions.files.make import made

    row = EditionFile.objects.select_related("edition").get(pk=file_id)
    try:
        content = made(row.edition, row.format, row.language)
        name = default_storage.save(_name(row), ContentFile(content))
    except Exception as error:
        jobs.give_back(EditionFile, file_id, mine, error)
        raise
    kept = jobs.store(
        EditionFile, file_id, mine, file=name, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        content_sha256=row.edition.sha256,
    )  # fmt: skip
    if not kept:
        default_storage.delete(name)
    return kept


def sweep() -> int | None:
    return jobs.sweep(EditionFile)


def _name(row: EditionFile) -> str:
    first, last = row.edition.span
    when = first.id if first == last else f"{first.id}-{last.id}"
    return f"editions/{row.edition.pk}/edition-{when}-{row.language}.{row.format}"
