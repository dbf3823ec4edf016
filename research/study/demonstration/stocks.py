"""Made-up monthly stock reports of the eight CSCom, January to December 2025, and the stock-outs dated in them."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit
from indicators.periods import Frequency, Period
from research.medexis.episodes.days import months_of
from research.medexis.measures.actions import publish_measures
from research.medexis.models import Product, StockLine, StockOut, StockReport
from research.study.demonstration.doses import SEED, Place
from research.study.demonstration.places import SITES
from research.study.demonstration.visits import demonstration_uuid

MONTHS = [Period(Frequency.MONTH, 2025, number) for number in range(1, 13)]
_MISSING = {"boura": {3, 7, 8}, "karangana": {2, 5, 6, 9, 10}, "kologo": {8}, "ndebougou": {4, 12}, "cinzana-gare": {9}}
_DRY = {  # months in which the Penta delivery did not come
    "cinzana-gare": {6, 7}, "karangana": {3, 4}, "kologo": {9, 10}, "ndebougou": {8, 9}, "boura": {5},
}  # fmt: skip
_MONTHLY_USE = {"penta": 3.1, "bcg": 2.0, "vpo": 4.2, "var-rr": 1.6, "vaa": 1.1, "seringues-sab": 6.5}
"""Doses (or pieces) used a month for each child born in it."""
_TOLD: tuple[dict[str, Any], ...] = (
    {"level": "district", "cause": "upstream", "sessions_cancelled": 2, "children_turned_away": 14},
    {"level": "site", "cause": "not_delivered", "sessions_cancelled": 1},
    {},
)
"""What is told of made-up stock-outs besides their dates."""


def ensure_reports(units: dict[str, OrgUnit]) -> tuple[int, int]:
    """How many reports and lines were made now; a month that is reported already is left alone. Publishes measures."""
    products = [product for product in Product.objects.order_by("order") if product.key in _MONTHLY_USE]
    taken = set(StockReport.objects.filter(site__in=units.values()).values_list("site", "period"))
    reports, lines = [], []
    for place in SITES:
        site = units[place.key]
        for month, grid in _grids(place, products).items():
            if month.number in _MISSING.get(place.key, ()) or (site.pk, month.code) in taken:
                continue
            random = Random(f"{SEED}:received:{place.key}:{month.id}")
            report = StockReport(
                client_uuid=demonstration_uuid(f"stock:{place.key}:{month.id}"),
                site=site,
                period=month.code,
                received_on=month.end + timedelta(days=random.randint(2, 19)),
                demonstration=True,
            )
            reports.append(report)
            lines += [StockLine(report=report, product=product, **grid[product.key]) for product in products]
    bulk_create_with_history(reports, StockReport)
    for line in lines:
        line.report_id = line.report.pk  # known only now
    bulk_create_with_history(lines, StockLine)
    publish_measures(touched_months(reports), by=None)
    return len(reports), len(lines)


def ensure_stock_outs(units: dict[str, OrgUnit]) -> int:
    """How many were made now, where none is. The Penta vaccine ran out at the end of the months that say so; days out
    that touch are one stock-out. Publishes measures."""
    penta = Product.objects.get(key="penta")
    products = [product for product in Product.objects.order_by("order") if product.key in _MONTHLY_USE]
    taken = set(StockOut.objects.filter(site__in=units.values(), product=penta).values_list("site", flat=True))
    made = [
        StockOut(
            client_uuid=demonstration_uuid(f"stock-out:{place.key}:{start}"),
            site=units[place.key],
            product=penta,
            start=start,
            end=end,
            demonstration=True,
            **_TOLD[number % len(_TOLD)],
        )
        for place in SITES
        if units[place.key].pk not in taken
        for number, (start, end) in enumerate(
            _dry_days({month: grid["penta"] for month, grid in _grids(place, products).items()})
        )
    ]
    bulk_create_with_history(made, StockOut)
    publish_measures(stock_out_months(made), by=None)
    return len(made)


def _dry_days(lines: dict[Period, dict[str, Any]]) -> list[tuple[date, date]]:
    """First and last day of each stretch without stock."""
    found: list[tuple[date, date]] = []
    for month, line in lines.items():
        if not line["days_out"]:
            continue
        start = month.end - timedelta(days=line["days_out"] - 1)
        if found and found[-1][1] + timedelta(days=1) == start:
            found[-1] = (found[-1][0], month.end)
        else:
            found.append((start, month.end))
    return found


def stock_out_months(stock_outs: Iterable[StockOut]) -> set[tuple[OrgUnit, Period]]:
    """The sites and months whose measures these stock-outs enter."""
    today = timezone.localdate()
    return {(row.site, month) for row in stock_outs for month in months_of(row.start, row.end, today)}


def touched_months(reports: Iterable[StockReport]) -> set[tuple[OrgUnit, Period]]:
    """The sites and months whose measures these reports enter."""
    return {(report.site, Period.from_code(report.period)) for report in reports}


def _grids(place: Place, products: list[Product]) -> dict[Period, dict[str, dict[str, Any]]]:
    """Line by month and product; stocks follow from month to month, except where a mistake is put in."""
    random = Random(f"{SEED}:stock:{place.key}")
    births = place.infants / 12 * 1.1
    opening = {product.key: _vials(product, births * _MONTHLY_USE[product.key] * 0.7) for product in products}
    grids: dict[Period, dict[str, dict[str, Any]]] = {}
    for month in MONTHS:
        grids[month] = {}
        for product in products:
            need = births * _MONTHLY_USE[product.key] * random.gauss(1, 0.12)
            dry = product.key == "penta" and month.number in _DRY.get(place.key, ())
            received = 0 if dry else _vials(product, max(0.0, need * 1.7 - opening[product.key]))
            lost = random.choice((0, 0, 0, product.doses_per_vial or 5))
            available = max(0, opening[product.key] + received - lost)
            issued = min(_vials(product, need), available)
            lost = opening[product.key] + received - available
            closing = available - issued
            days_out = round(month.days * (1 - min(1.0, issued / max(need, 1)))) if closing == 0 else 0
            grids[month][product.key] = {
                "opening": opening[product.key], "received": received, "issued": issued, "lost": lost,
                "adjustment": 0, "closing": closing, "days_out": max(1, days_out) if closing == 0 else 0,
            }  # fmt: skip
            opening[product.key] = closing
    _tell_more(place.key, products, grids)
    _put_in_mistakes(place.key, grids)
    return grids


def _tell_more(key: str, products: list[Product], grids: dict[Period, dict[str, dict[str, Any]]]) -> None:
    """Doses administered of those used, and why doses were lost; of vaccines only."""
    random = Random(f"{SEED}:given:{key}")
    reasons = [f"lost_{reason}" for reason in ("expired", "vvm", "frozen", "broken", "missing", "other")]
    for grid in grids.values():
        for product in products:
            line = grid[product.key]
            if product.kind != Product.Kind.VACCINE:
                continue
            line["administered"] = round(line["issued"] * random.uniform(0.75, 0.95))
            line |= dict.fromkeys(reasons, 0) | {random.choice(reasons[:4]): line["lost"]}


def _put_in_mistakes(key: str, grids: dict[Period, dict[str, dict[str, Any]]]) -> None:
    """What real reports hold: a line that does not balance, blank fields, nothing left and yet no day out of stock."""
    if key == "niono-central":
        grids[MONTHS[4]]["penta"]["closing"] += 40
    if key == "pelengana-nord":
        grids[MONTHS[9]]["vpo"] |= {"lost": None, "lost_broken": None, "adjustment": None}
        grids[MONTHS[10]]["bcg"] |= dict.fromkeys(grids[MONTHS[10]]["bcg"])
    if key == "kologo":
        grids[MONTHS[9]]["penta"]["days_out"] = None
    if key == "ndebougou":
        line = grids[MONTHS[7]]["penta"]
        line["issued"] += line["closing"]
        line |= {"closing": 0, "days_out": 0}


def _vials(product: Product, doses: float) -> int:
    """Rounded to whole vials."""
    size = product.doses_per_vial or 1
    return round(doses / size) * size
