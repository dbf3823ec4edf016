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
THROUGH_THE_DOOR = 100
"""So many sites are loaded as files are; the others' rows are written bare, without their history."""
IN_A_DISTRICT = 25


def size() -> tuple[int, int]:
    """Sites and months, as the surroundings ask."""
    return int(os.environ.get("BENCH_SITES", "8")), int(os.environ.get("BENCH_MONTHS", "60"))


def load_stock() -> list[float]:
    """The lines of the first sites, with the publication left out; those that are there already are found unchanged."""
    from unittest.mock import patch

    from research.medexis.reports.loading import load_reports

    sites = _ground()[:THROUGH_THE_DOOR]
    with patch("research.medexis.reports.loading.publish_measures"):
        return seconds(lambda: load_reports(_rows(sites), by=None))


def fill_stock() -> list[float]:
    """The lines of the other sites, written bare."""
    return seconds(lambda: _fill(_ground()[THROUGH_THE_DOOR:]))


def publish_stock() -> list[float]:
    """Episodes and measures of every site-month."""
    from indicators.periods import Period
    from research.medexis.measures.actions import publish_measures
    from research.medexis.models import StockReport

    rows = StockReport.objects.filter(site__uid__startswith=PREFIX).order_by().values_list("site", "period")
    asked = [(site, Period.from_code(month)) for site, month in rows.iterator()]
    return seconds(lambda: publish_measures(asked, by=None))


def refresh_stock() -> list[float]:
    """The aggregates of what was published, as a worker makes them."""
    from django.core.cache import cache

    from indicators.rollup.actions import refresh_now, run, sweep

    cache.clear()

    def work() -> None:
        refresh_now("changed")
        while (job := sweep()) is not None:
            run(job)

    return seconds(work)


def _fill(sites: list[int]) -> None:
    """A site at a time, so that a country takes no more memory than a site."""
    from indicators.periods import Period
    from research.medexis.models import StockLine, StockReport
    from research.medexis.reports.queries import QUANTITIES

    there = set(StockReport.objects.filter(site__in=sites).order_by().values_list("site", flat=True).distinct())
    for site in sites:
        if site in there:
            continue
        rows = list(_rows([site]))
        reports = {
            month: StockReport(site_id=site, period=month, received_on=Period.from_code(month).end)
            for month in dict.fromkeys(row.month for row in rows)
        }
        StockReport.objects.bulk_create(reports.values())
        StockLine.objects.bulk_create(
            StockLine(
                report=reports[row.month],
                product_id=row.product,
                **{name: getattr(row.line, name) for name in QUANTITIES},
            )
            for row in rows
        )


def _rows(sites: list[int]) -> Iterator[Any]:
    """From a fixed seed for each site: every tenth month ends without stock, half of these without a day out."""
    from indicators.periods import Period
    from research.medexis.formulas.balance import Line
    from research.medexis.models import Product
    from research.medexis.reports.loaded import LoadedReportLine

    last = Period.parse(LAST)
    months = [last.shift(-back) for back in range(size()[1] - 1, -1, -1)]
    products = list(Product.objects.filter(key__startswith="bench-").order_by("pk").values_list("pk", flat=True))
    for site in sites:
        random, opening = Random(20251123 + site), dict.fromkeys(products, 100)
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
    """As many sites that the evaluation follows as are asked for, twenty-five to a district and every other one live
    since mid-2023; twelve products, one a tracer."""
    from indicators.geography.actions import save_unit
    from indicators.models import OrgUnit, Source
    from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage
    from research.medexis.models import Product

    evaluation, source = Evaluation.objects.get(code=Evaluation.MEDEXIS), Source.objects.first()
    assert source
    for number in range(PRODUCTS):
        names = {"name_fr": f"Produit {number}", "name_en": f"Product {number}", "order": number}
        Product.objects.get_or_create(key=f"bench-{number}", defaults=names | {"tracer": number == 0})
    known = dict(OrgUnit.objects.filter(uid__startswith=PREFIX).values_list("uid", "pk"))
    district = OrgUnit.objects.filter(study_district__isnull=False).first()
    assert district
    region, sites = district.parent, []
    for number in range(size()[0]):
        uid = f"{PREFIX}{number:09}"
        if number % IN_A_DISTRICT == 0 and number:
            district = OrgUnit.objects.filter(uid=f"Bd{number:09}").first()
            if district is None:
                district = OrgUnit(name=f"Bench district {number}", parent=region, uid=f"Bd{number:09}")
                save_unit(district)
        if uid not in known:
            unit = OrgUnit(name=f"Bench {number}", parent=district, uid=uid)
            save_unit(unit)
            row = EvaluationSite.objects.create(
                evaluation=evaluation, unit=unit, source=source, expected_from=date(2021, 1, 1)
            )
            if number % 2:
                ExposureStage.objects.create(site=row, stage="active", began_on=date(2023, 7, 1), evidence_fr="vu")
            known[uid] = unit.pk
        sites.append(known[uid])
    return sites


def measure_stock_pages() -> dict[str, list[float]]:
    """Page → [milliseconds (median of seven, warm), queries]."""
    from django.core.cache import cache
    from django.test import Client
    from django.urls import reverse

    from indicators.models import OrgUnit
    from research.medexis.models import Product, StockReport
    from tests.bench.pages import _lead

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_lead())
    site = OrgUnit.objects.get(uid=f"{PREFIX}{0:09}")
    report = StockReport.objects.filter(site=site).order_by("-period")[0]
    product = Product.objects.get(key="bench-0")
    addresses = {
        "stock-list": reverse("stock-list"),
        "stock-list, to check": f"{reverse('stock-list')}?etat=check",
        "stock-list of a site": f"{reverse('stock-list')}?site={site.pk}",
        "stock-detail": reverse("stock-detail", args=[report.pk]),
        "site-stock": reverse("site-stock", args=[site.pk]),
        "product-detail": reverse("product-detail", args=["bench-0"]),
        "stock-calendar": reverse("stock-calendar"),
        "stock-signals": reverse("stock-signals"),
        "stock-entry, the grid": f"{reverse('stock-entry')}?site={site.pk}&mois={LAST}",
        "stock-out-list": reverse("stock-out-list"),
        "stock-definitions": f"{reverse('stock-definitions')}?district={site.parent_id}&site={site.pk}"
        f"&product={product.pk}&mois={LAST}",
        "stock-file-list": reverse("stock-file-list"),
        "exposure": reverse("exposure", args=["medexis"]),
        "evaluation-detail": reverse("evaluation-detail", args=["medexis"]),
        "evaluation-detail, its second page": f"{reverse('evaluation-detail', args=['medexis'])}?page=2",
        "home": reverse("home"),
    }
    found = {}
    for name, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, (name, answer.status_code)
        found[name] = _measured(client, address, 7)
    for name in ("evaluation-detail", "home"):
        cache.clear()  # what the first reader after a refresh waits for
        found[f"{name}, nothing kept"] = _measured(client, addresses[name], 1)
    return found


def _measured(client: Any, address: str, times: int) -> list[float]:
    from django.db import connection

    from tests.bench.pages import _counted

    count = Counter[str]()
    with connection.execute_wrapper(partial(_counted, count)):
        taken = seconds(lambda: client.get(address), times)
    return [1000 * statistics.median(taken), count["queries"] / times]
