"""Files of stock are taken in: looked at, stored all or in part as a person says, and undone."""

import hashlib
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.locks import one_import
from indicators.exchange.problems import BadFile
from indicators.periods import Period
from research import sent_tables_reader
from research.medexis.cards.loading import load_lines
from research.medexis.cards.recounting import months_of_all
from research.medexis.intake import reader
from research.medexis.intake.card_tables import check_cards
from research.medexis.intake.checked import Checked, Compared
from research.medexis.intake.tables import check_table
from research.medexis.measures.actions import publish_measures, published_once
from research.medexis.models import CardLine, StockCard, StockFile, StockLine, StockReport
from research.medexis.policies import check_enter
from research.medexis.reports import loading
from research.medexis.reports.queries import names_of
from research.sent_tables import as_records, read_apart

_MANY = 1000
"""Stored rows from which on the database counts its tables anew."""


def check_file(path: Path, *, by: User | None, most: int) -> Checked:
    """What the file holds; nothing is written. At most `most` rows. `by` None for commands: every site is theirs.

    It is read in a process of its own, with limits. Raises BadFile where it cannot be read at all.
    """
    try:
        with read_apart(reader.__name__, path, most) as folder:
            lines = reader.written(folder)
            records = sent_tables_reader.written(folder) if lines is None else None
    except BadFile as bad:
        if (bad.problem.code, bad.problem.value) == ("wrong_shape", reader.CARDS):
            raise BadFile("wrong_shape", _("the stock cards of OpenLMIS")) from bad
        raise
    if records is not None:
        return check_table(as_records(records), by=by)
    return check_cards(lines or [], by=by)


def compare(checked: Checked, *, by: User | None) -> Compared:
    """What loading would do. Nothing is written."""
    if checked.content == StockFile.Content.REPORTS:
        found = loading.compare(checked.reports)
        return Compared(found.created, found.unchanged, 0, names_of(found.conflicts))
    there = _there([line.client_uuid for line in checked.cards])
    known = load_lines([line for line in checked.cards if line.client_uuid in there], by=by)
    return Compared(len(checked.cards) - len(there), known.unchanged, 0, [str(one) for one in known.conflicts])


def load_file(
    checked: Checked, *, path: Path, name: str, by: User | None, valid_only: bool = False, replace: bool = False
) -> tuple[StockFile, Compared]:
    """Stores the lines of a file that was checked, and publishes the measures once, after they are stored.

    The same file again changes nothing and makes no second row. Lines that are there with another content stay as they
    are and are named, or are replaced by choice (reports only). Raises ValidationError where nothing can be stored, or
    rows are refused and not `valid_only`; BadFile `another_import_running` where somebody loads a file just now.
    """
    if by is not None:
        check_enter(by)
    if checked.wrong:
        raise ValidationError(checked.wrong)
    if checked.refused and not valid_only:
        raise ValidationError(_("Some rows are refused. Mend the file, or load the others only."))
    if not checked.lines:
        raise ValidationError(_("The file holds no row that can be loaded."))
    with one_import():
        try:
            with published_once(by=by), transaction.atomic():
                row, done = _store(checked, _sha256(path), name, by, replace)
        except IntegrityError as error:
            said = _("Somebody stored a part of this at the same moment. Look at the file again.")
            raise ValidationError(said) from error
        if not row.counts["published"]:
            if not (done.created or done.replaced):  # an earlier attempt broke off after its rows were stored
                publish_measures(_site_months(checked), by=by)
            row.counts["published"] = True
            row.save(update_fields=["counts"])
    return row, done


def _store(checked: Checked, sha256: str, name: str, by: User | None, replace: bool) -> tuple[StockFile, Compared]:
    same = StockFile.objects.filter(sha256=sha256, content=checked.content, undone_at=None).order_by("pk").first()
    row = StockFile.objects.create(content=checked.content, name=name[:200], sha256=sha256, by=by)
    if checked.content == StockFile.Content.REPORTS:
        of_reports = loading.load_reports(checked.reports, by=by, file=row, replace=replace)
        done = Compared(*of_reports[:3], names_of(of_reports.conflicts))
    else:
        of_cards = load_lines(checked.cards, by=by, file=row)
        done = Compared(of_cards.created, of_cards.unchanged, 0, [str(one) for one in of_cards.conflicts])
    if same is not None and not done.created and not done.replaced:
        row.delete()
        return same, done
    row.counts = {
        "rows": checked.rows, "created": done.created, "unchanged": done.unchanged, "replaced": done.replaced,
        "conflicts": len(done.conflicts), "repeated": checked.repeated, "refused": checked.refused,
        "published": False,
    }  # fmt: skip
    row.save()
    if done.created + done.replaced >= _MANY:
        _count_anew()
    return row, done


def _count_anew() -> None:
    """PostgreSQL plans by what it last counted, perhaps empty tables: publishing a country's months took minutes."""
    if connection.vendor == "postgresql":
        tables = ", ".join(model._meta.db_table for model in (StockReport, StockLine, StockCard, CardLine))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def _site_months(checked: Checked) -> set[tuple[int, Period]]:
    of_reports = {(line.site, Period.from_code(line.month)) for line in checked.reports}
    return of_reports | months_of_all((line.site, line.day) for line in checked.cards)


def _there(uuids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(uuids), 500):
        part = uuids[start : start + 500]
        found |= set(CardLine.objects.filter(client_uuid__in=part).values_list("client_uuid", flat=True))
    return found


def _sha256(path: Path) -> str:
    """Of the file; of a folder, of its tables in the order of their names."""
    digest = hashlib.sha256()
    for one in sorted(path.glob("stockmanagement.*.csv")) if path.is_dir() else [path]:
        with one.open("rb") as stream:
            while piece := stream.read(1024**2):
                digest.update(piece)
    return digest.hexdigest()
