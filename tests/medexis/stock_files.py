"""Files of stock for tests, as plain functions."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import call_command

from indicators.models import User
from research.medexis.intake.actions import Compared, check_file, load_file
from research.medexis.intake.checked import Checked
from research.models import StockFile

HEADER = "site,produit,mois,stock initial,reçu,utilisé,perdu,ajustement,stock final,jours de rupture"


def a_stock_file(**fields: Any) -> StockFile:
    """The row of a file that was loaded."""
    defaults = {"content": "reports", "name": "stocks.csv", "sha256": "0" * 64, "counts": {"rows": 3, "created": 3}}
    return StockFile.objects.create(**defaults | fields)


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows, ""])


def checked(folder: Path, text: str, by: User | None = None, name: str = "stocks.csv") -> tuple[Path, Checked]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path, check_file(path, by=by, most=1000)


def loaded(folder: Path, text: str, by: User | None = None, **choices: bool) -> tuple[StockFile, Compared]:
    path, found = checked(folder, text, by)
    return load_file(found, path=path, name=path.name, by=by, **choices)


def told(path: Path, *words: str) -> Any:
    """What the command says as JSON."""
    out = io.StringIO()
    call_command("load_stock_file", str(path), "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def a_zip_of_cards(path: Path, facility: str, orderable: str, quantity: int = 5, line: str = "") -> Path:
    """One receipt on one card, as OpenLMIS exports it."""
    tables = {
        "stock_cards": ["id,facilityId,orderableId,lotId", f"c1,{facility},{orderable},L1"],
        "stock_card_line_items": [
            "id,stockCardId,quantity,occurredDate,processedDate,reasonId,sourceId,destinationId,documentNumber,signature",
            f"{line or uuid4()},c1,{quantity},2025-09-01,2025-09-01T08:00:00,,s1,,B1,",
        ],
        "stock_card_line_item_reasons": ["id,name,reasontype"],
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in tables.items():
            archive.writestr(f"export/stockmanagement.{name}.csv", "\n".join(rows) + "\n")
    return path
