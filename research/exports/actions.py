"""Takes research data out as a ZIP of CSV tables, and keeps that it was taken, in one transaction."""

import csv
import hashlib
import io
import zipfile
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.files.inert import inert
from research.coding.models import Codebook
from research.coding.qda import package, project_xml
from research.exports.coded_texts import MOST_PASSAGES, TooMany, build
from research.exports.models import ExportRecord
from research.exports.policies import check_export
from research.exports.readme import readme
from research.exports.tables import TABLES, Scope


class Taken(NamedTuple):
    """The file, open at its beginning, its name, and the record of it."""

    file: IO[bytes]
    name: str
    record: ExportRecord


@transaction.atomic
def take_out(*, by: User, whole: bool, with_quotes: bool = False, reason: str = "") -> Taken:
    """De-identified rows, or `whole` ones with a `reason`. Raises PermissionDenied, ValidationError (`reason`)."""
    reason = _checked(by, whole, reason)
    scope, rows = Scope.of(by, whole=whole, with_quotes=with_quotes), {}
    file = TemporaryFile()  # noqa: SIM115  # closed by the answer that sends it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in TABLES.items():
            with archive.open(f"{name}.csv", "w", force_zip64=True) as out:
                rows[name] = _write(out, table(scope))
        archive.writestr("LISEZMOI-README.txt", readme(whole=whole, rows=rows, left_out=scope.left_out))
    return _kept(file, by, scope, rows, reason, f"{_kind(scope)}.zip")


@transaction.atomic
def take_out_coded(*, by: User, whole: bool, codebook: Codebook | None = None, reason: str = "") -> Taken:
    """Texts with their codes for other programs (.qdpx), de-identified or `whole` with a `reason`; `codebook`: only
    what was coded with it. Raises PermissionDenied, ValidationError (`reason`, `codebook`)."""
    reason = _checked(by, whole, reason)
    scope = Scope.of(by, whole=whole, with_quotes=not whole)
    try:
        built = build(scope, codebook)
    except TooMany as error:
        sentence = _("More than %(most)d passages or texts: choose a codebook.") % {"most": MOST_PASSAGES}
        raise ValidationError({"codebook": sentence}) from error
    file = TemporaryFile()  # noqa: SIM115  # closed by the answer that sends it
    file.write(package.written(project_xml.write(built.project), built.texts))
    return _kept(file, by, scope, built.rows, reason, f"{_kind(scope)}.qdpx")


def _checked(by: User, whole: bool, reason: str) -> str:
    check_export(by, whole=whole)
    reason = reason.strip()
    if whole and len(reason) < 10:
        raise ValidationError({"reason": _("Say what it is for, in a few words: it is kept and read.")})
    return reason


def _kind(scope: Scope) -> str:
    return f"capev-{'complet' if scope.whole else 'anonymise'}-{timezone.localdate():%Y%m%d}"


def _kept(file: IO[bytes], by: User, scope: Scope, rows: dict[str, int], reason: str, name: str) -> Taken:
    size, sha256 = file.tell(), _fingerprint(file)
    record = ExportRecord.objects.create(
        by=by, kind=ExportRecord.Kind.FULL if scope.whole else ExportRecord.Kind.DEIDENTIFIED, reason=reason[:500],
        with_quotes=scope.with_quotes, rows=rows, left_out=dict(scope.left_out), size=size, sha256=sha256,
    )  # fmt: skip
    return Taken(file, name, record)


def _write(out: IO[bytes], rows: object) -> int:
    """Writes the rows as CSV that no spreadsheet runs; returns how many there are below the header."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer, count = csv.writer(text), -1
    for row in rows:  # type: ignore[attr-defined]
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    text.detach()
    return count


def _fingerprint(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found
