"""OpenLMIS's tables of stock cards in one .zip or folder, held against the sites, the products and the reasons here."""

import csv
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.files.archive import members
from indicators.exchange.problems import BadFile
from research.medexis.cards import openlmis
from research.medexis.cards.limits import day_problem, quantity_problem
from research.medexis.cards.loaded import LoadedLine
from research.medexis.intake import known, problems
from research.medexis.intake.checked import Checked
from research.medexis.intake.problems import RowProblem
from research.medexis.models import MovementReason, StockFile

TABLES = tuple(f"stockmanagement.{name}.csv" for name in (openlmis.CARDS, openlmis.LINES, openlmis.REASONS))
LARGEST = 50 * 1024**2
"""Bytes of a table after unpacking."""


def holds_cards(path: Path) -> bool:
    """Whether this is OpenLMIS's export of stock cards: by the names of its tables."""
    if path.is_dir():
        return all((path / name).exists() for name in TABLES)
    return set(TABLES) <= {name.rpartition("/")[2] for name in members(path)}


def check_cards(path: Path, *, by: User | None, most: int) -> Checked:
    """Every line of the cards, or what is wrong with it. Raises BadFile where the tables cannot be read."""
    with _folder(path) as folder:
        try:
            lines = openlmis.read(folder)
        except (KeyError, ValueError, UnicodeDecodeError, csv.Error, AttributeError, TypeError) as error:
            raise BadFile("wrong_shape", _("the stock cards of OpenLMIS")) from error
    if len(lines) > most:
        raise BadFile("too_many_rows", most)
    found = Checked(StockFile.Content.CARDS, known.OPENLMIS, len(lines))
    sites, today = known.sites(by), timezone.localdate()
    reasons = dict(MovementReason.objects.values_list("key", "pk"))
    kinds = dict(MovementReason.objects.values_list("pk", "kind"))
    named = {line.card.facility: sites.find(line.card.facility) for line in lines}
    pks = {code: pk for code, pk in named.items() if isinstance(pk, int)}
    kept: dict[object, LoadedLine] = {}
    wanted = openlmis.to_load(lines, sites=pks, products=known.products(known.OPENLMIS), reasons=reasons)
    for number, one in enumerate(wanted, 1):
        if isinstance(one, openlmis.SetAside):
            found.refused += 1
            found.problems.append(_set_aside(number, one, named))
        elif sentence := day_problem(one.day, today) or quantity_problem(one.quantity, kinds[one.reason]):
            found.refused += 1
            found.problems.append(RowProblem(number, problems.CANNOT_BE, "", sentence))
        elif one.client_uuid in kept:
            found.repeated += 1
        else:
            kept[one.client_uuid] = one
    found.cards = list(kept.values())
    return found


def _set_aside(number: int, one: openlmis.SetAside, named: dict[str, int | str]) -> RowProblem:
    if one.unknown == "facility":
        return RowProblem(number, str(named[one.line.card.facility]), "facilityId", one.line.card.facility)
    if one.unknown == "orderable":
        return RowProblem(number, problems.UNKNOWN_PRODUCT, "orderableId", one.line.card.orderable)
    return RowProblem(number, problems.UNKNOWN_REASON, "reasonId", one.line.reason)


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The three tables in a folder of their own; no member is unpacked under a name that it gives itself."""
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="capev-cards-") as name:
        try:
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    table = info.filename.rpartition("/")[2]
                    if table in TABLES:
                        _unpack(archive, info, Path(name) / table)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise BadFile("bad_archive") from error
        yield Path(name)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    if info.file_size > LARGEST:
        raise BadFile("too_large", f"{LARGEST // 1024**2} MB")
    with archive.open(info) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)
