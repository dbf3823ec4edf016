"""Monthly stock in bulk: twelve products at many sites over five years, stored, published and shown."""

import os
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from random import Random
from typing import Any

from tests.bench.timing import seconds

PRODUCTS, LAST = 12, "202512"
PREFIX = "Bs"


def size() -> tuple[int, int]:
    """Sites and months, as the surroundings ask."""
    return int(os.environ.get("BENCH_SITES", "8")), int(os.environ.get("BENCH_MONTHS", "60"))


def load_stock() -> list[float]:
    """The lines alone, with the publication left out; those that are there already are found unchanged."""
    from unittest.mock import patch

    from research.medexis.reports.loading import load_reports

    sites = _ground()
    with patch("research.medexis.reports.loading.publish_measures"):
        return seconds(lambda: load_reports(_rows(sites), by=None))


def publish_stock() -> list[float]:
    """Episodes and measures of every site-month."""
    from indicators.periods import Period
    from research.medexis.measures.actions import publish_measures
    from research.medexis.models import StockReport

    rows = StockReport.objects.filter(site__uid__startswith=PREFIX).order_by().values_list("site", "period")
    asked = [(site, Period.from_code(month)) for site, month in rows]
    return seconds(lambda: publish_measures(asked, by=None))


def _rows(sites: list[int]) -> Iterator[Any]:
    """From a fixed seed: every tenth month ends without stock, half of these without a day out."""
    from indicators.periods import Period
    from research.medexis.formulas.balance import Line
    from research.medexis.models import Product
    from research.medexis.reports.loaded import LoadedReportLine

    random, last = Random(20251123), Period.parse(LAST)
    months = [last.shift(-back) for back in range(size()[1] - 1, -1, -1)]
    products = list(Product.objects.filter(key__startswith="bench-").order_by("pk").values_list("pk", flat=True))
    for site in sites:
        opening = dict.fromkeys(products, 100)
        for month in months:
            for product in products:
                received, out = random.randint(0, 120), random.random() < 0.1
                there = opening[product] + received
                issued = there if out else random.randint(0, there)
                line = Line(
                    opening=opening[product], received=received, issued=issued, administered=issued, lost=0,
                    adjustment=0, closing=there - issued, days_out=random.choice([0, 5]) if out else 0,
                )  # fmt: skip
                opening[product] = there - issued
                yield LoadedReportLine(site, month.code, product, line, month.end)


def _ground() -> list[int]:
    """As many sites that the evaluation follows as are asked for, in one district; twelve products, one a tracer."""
    from indicators.geography.actions import save_unit
    from indicators.models import OrgUnit, Source
    from research.evaluations.models import Evaluation, EvaluationSite
    from research.medexis.models import Product

    evaluation, source = Evaluation.objects.get(code=Evaluation.MEDEXIS), Source.objects.first()
    assert source
    district = OrgUnit.objects.filter(study_district__isnull=False).first()
    for number in range(PRODUCTS):
        names = {"name_fr": f"Produit {number}", "name_en": f"Product {number}", "order": number}
        Product.objects.get_or_create(key=f"bench-{number}", defaults=names | {"tracer": number == 0})
    sites = []
    for number in range(size()[0]):
        uid = f"{PREFIX}{number:09}"
        unit = OrgUnit.objects.filter(uid=uid).first()
        if unit is None:
            unit = OrgUnit(name=f"Bench {number}", parent=district, uid=uid)
            save_unit(unit)
            EvaluationSite.objects.create(
                evaluation=evaluation, unit=unit, source=source, expected_from=date(2021, 1, 1)
            )
        sites.append(unit.pk)
    return sites


def measure_stock_pages() -> dict[str, list[float]]:
    """Page → [milliseconds (median of seven, warm), queries]."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from indicators.models import OrgUnit
    from research.medexis.models import StockReport
    from tests.bench.pages import _counted, _lead

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_lead())
    site = OrgUnit.objects.get(uid=f"{PREFIX}{0:09}")
    report = StockReport.objects.filter(site=site).order_by("-period")[0]
    addresses = {
        "stock-list": reverse("stock-list"),
        "stock-list, to check": f"{reverse('stock-list')}?etat=check",
        "stock-list of a site": f"{reverse('stock-list')}?site={site.pk}",
        "stock-detail": reverse("stock-detail", args=[report.pk]),
        "site-stock": reverse("site-stock", args=[site.pk]),
        "product-detail": reverse("product-detail", args=["bench-0"]),
        "stock-calendar": reverse("stock-calendar"),
        "stock-signals": reverse("stock-signals"),
        "stock-file-list": reverse("stock-file-list"),
        "evaluation-detail": reverse("evaluation-detail", args=["medexis"]),
    }
    found = {}
    for name, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, (name, answer.status_code)
        count = Counter[str]()
        with connection.execute_wrapper(partial(_counted, count)):
            client.get(address)
        taken = seconds(lambda address=address: client.get(address), 7)  # type: ignore[misc]
        found[name] = [1000 * statistics.median(taken), count["queries"]]
    return found
