"""A whole country's stock comes in as it is: 38,842 site-product-months of Côte d'Ivoire, and OpenLMIS's own export."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db.models import F, Max

from indicators.models import OrgUnit
from research.medexis.formulas.balance import Flag
from research.medexis.intake.known import CIV, OPENLMIS
from research.models import CardLine, MovementReason, Product, ProductCode, StockFile, StockLine, StockReport
from tests.builders import a_followed_site, a_product, a_unit, the_process_elements
from tests.medexis.cards import the_reasons
from tests.medexis.stock_files import told

DATA = Path(settings.BASE_DIR).parent / "shared/data"
CIV_FILE, CARDS = DATA / "civ_contraceptive_logistics.csv", DATA / "openlmis"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not CIV_FILE.exists(), reason=f"no stock reports at {CIV_FILE}"),
]


def test_the_whole_file_of_civ() -> None:
    the_process_elements()
    with CIV_FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = sorted({row["site_code"] for row in rows})
    for code in codes[1:]:
        a_followed_site("medexis", unit=a_unit(code=code))
    for code in {row["product_code"] for row in rows}:
        ProductCode.objects.create(product=a_product(), scheme=CIV, code=code)
    with pytest.raises(CommandError):
        told(CIV_FILE, "--as", "civ")
    assert not StockReport.objects.exists(), "one site is not known: nothing, unless the others are asked for"
    a_followed_site("medexis", unit=a_unit(code=codes[0]))
    found = told(CIV_FILE, "--as", "civ")
    assert (found["rows"], found["created"], found["refused"]) == (38_842, 38_842, 0)
    # Two are beyond any month; a third says 31 days of a month that has fewer.
    assert found["flags"][Flag.IMPOSSIBLE_DAYS] == 3
    assert found["flags"][Flag.ZERO_WITHOUT_DAYS_OUT] == 12_575
    lines = StockLine.objects.all()
    balance = F("opening") + F("received") - F("issued") + F("adjustment")
    assert lines.filter(closing=balance, lost=None).count() == 38_842
    assert lines.filter(days_out__gt=0).count() == 295
    assert lines.aggregate(longest=Max("days_out"))["longest"] == 300
    assert lines.filter(days_out__gt=31).count() == 2
    assert lines.filter(closing=0, days_out=0).count() == 12_575
    assert not StockReport.objects.exclude(received_on=None).exists()
    again = told(CIV_FILE)
    assert (again["created"], again["unchanged"], StockFile.objects.count()) == (0, 38_842, 1)
    assert OrgUnit.objects.filter(code__in=codes).count() == len(codes)


@pytest.mark.skipif(not CARDS.exists(), reason=f"no stock cards at {CARDS}")
def test_the_cards_of_openlmis() -> None:
    the_process_elements()
    the_reasons()
    with (CARDS / "stockmanagement.stock_cards.csv").open(encoding="utf-8-sig") as file:
        cards = list(csv.DictReader(file))
    for code in {row["facilityId"] for row in cards}:
        a_followed_site("medexis", unit=a_unit(code=code))
    for code in {row["orderableId"] for row in cards}:
        ProductCode.objects.create(product=a_product(), scheme=OPENLMIS, code=code)
    assert MovementReason.objects.exists()
    dry = told(CARDS, "--dry-run", "--valid-only")
    found = told(CARDS, "--valid-only")
    assert found["rows"] == 4760
    assert found == dry
    assert found["created"] + found["refused"] == 4760
    assert CardLine.objects.count() == found["created"]
    assert Product.objects.count() == len({row["orderableId"] for row in cards})
    again = told(CARDS, "--valid-only")
    assert (again["created"], again["unchanged"]) == (0, found["created"])
