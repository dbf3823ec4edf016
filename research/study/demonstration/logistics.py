"""Made-up go-live dates of Medexis, norms, assumptions, stock cards and orders, after the made-up monthly reports."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet
from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit, Source
from indicators.periods import Period
from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage
from research.medexis.cards.loaded import LoadedLine
from research.medexis.cards.loading import load_lines
from research.medexis.measures.actions import publish_measures
from research.medexis.models import (
    MovementReason,
    OrderLine,
    Product,
    StockCard,
    StockLine,
    StockNorm,
    StockOrder,
    VaccineAssumption,
)
from research.study.demonstration.doses import SEED
from research.study.demonstration.visits import demonstration_uuid

_LIVE = {  # site → go-live; the others are not live
    "pelengana-nord": date(2025, 6, 16), "cinzana-gare": date(2025, 6, 23), "niono-central": date(2025, 5, 19),
    "ndebougou": date(2025, 7, 7), "bougouni-est": date(2025, 6, 2),
}  # fmt: skip
_ASSUMED = {
    "pelengana-nord": ("no", "Démonstration : dit par le gérant du dépôt de district"),
    "niono-central": ("yes", "Démonstration : vaccins vus dans la liste des produits du site"),
}
_CARDS = ("pelengana-nord", "kologo")
_NORMS = {"penta": ("1.00", "3.00", "1.00"), "bcg": ("1.00", "3.00", "1.00"), "vpo": ("1.00", "3.00", "1.00")}


def ensure_go_lives(units: dict[str, OrgUnit]) -> int:
    """How many sites of Medexis got a made-up first day of use now; a site with any stage keeps what it has."""
    sites = {
        site.unit_id: site for site in EvaluationSite.objects.filter(evaluation__code=Evaluation.MEDEXIS, stages=None)
    }
    source = Source.objects.get(key="demonstration")
    words = {"evidence_fr": "Démonstration : première commande électronique",
             "evidence_en": "Demonstration: first electronic order"}  # fmt: skip
    missing = [
        ExposureStage(
            site=sites[units[key].pk], stage="first_use", began_on=day, source=source, demonstration=True, **words
        )
        for key, day in _LIVE.items()
        if units[key].pk in sites
    ]
    bulk_create_with_history(missing, ExposureStage)
    return len(missing)


def ensure_norms() -> int:
    """How many norms for everywhere were made now, of vaccines that have none."""
    words = {"basis_fr": "Démonstration : norme inventée", "basis_en": "Demonstration: made-up norm"}
    missing = [
        StockNorm(product=product, minimum=low, maximum=high, interval=interval, demonstration=True, **words)
        for key, (low, high, interval) in _NORMS.items()
        for product in Product.objects.filter(key=key, norms=None)
    ]
    bulk_create_with_history(missing, StockNorm)
    return len(missing)


def ensure_assumptions(units: dict[str, OrgUnit]) -> int:
    """How many assumptions were made now; of most sites nothing is established, and that is what is shown."""
    taken = set(VaccineAssumption.objects.values_list("site", flat=True))
    missing = [
        VaccineAssumption(
            client_uuid=demonstration_uuid(f"assumption:{key}"), site=units[key], since=date(2025, 1, 1),
            answer=answer, basis=basis, demonstration=True,
        )
        for key, (answer, basis) in _ASSUMED.items()
        if units[key].pk not in taken
    ]  # fmt: skip
    bulk_create_with_history(missing, VaccineAssumption)
    return len(missing)


def ensure_cards(units: dict[str, OrgUnit]) -> int:
    """How many lines of stock cards were made now: the penta of two sites, day by day, as their reports have it."""
    reasons = dict(MovementReason.objects.values_list("key", "pk"))
    penta = Product.objects.get(key="penta")
    taken = set(StockCard.objects.filter(product=penta).values_list("site", flat=True))
    lines: list[LoadedLine] = []
    for key in _CARDS:
        if units[key].pk not in taken:
            lines += _card(key, units[key], penta, reasons, _penta_lines(units[key], penta))
    return load_lines(lines, by=None, demonstration=True).created


def ensure_orders(units: dict[str, OrgUnit]) -> tuple[int, int]:
    """How many orders and lines were made now: what the reports received of penta, ordered some days before."""
    penta = Product.objects.get(key="penta")
    taken = set(StockOrder.objects.values_list("client_uuid", flat=True))
    orders: list[StockOrder] = []
    lines: list[OrderLine] = []
    for key, unit in sorted(units.items()):
        random = Random(f"{SEED}:orders:{key}")
        for row in _penta_lines(unit, penta).filter(received__gt=0):
            month, uuid = Period.from_code(row.report.period), demonstration_uuid(f"order:{key}:{row.report.period}")
            ordered_on = month.start + timedelta(days=random.randint(0, 4))
            received_on = ordered_on + timedelta(days=random.randint(4, 21))
            asked = max(10, round((row.received or 0) * random.choice((1, 1, 1.2, 1.5)) / 10) * 10)
            if uuid in taken:
                continue
            orders.append(StockOrder(
                client_uuid=uuid, site=unit, ordered_on=ordered_on, demonstration=True,
                number=f"DEMO-{unit.pk}-{month.id}",
            ))  # fmt: skip
            lines.append(OrderLine(
                order=orders[-1], product=penta, ordered=asked, received=row.received, received_on=received_on
            ))  # fmt: skip
    bulk_create_with_history(orders, StockOrder)
    for line in lines:
        line.order_id = line.order.pk  # known only now
    bulk_create_with_history(lines, OrderLine)
    answered = [(one.order.site_id, Period.month_of(one.received_on)) for one in lines if one.received_on]
    publish_measures(answered, by=None)
    return len(orders), len(lines)


def _penta_lines(unit: OrgUnit, penta: Product) -> "QuerySet[StockLine]":
    rows = StockLine.objects.filter(report__site=unit, report__demonstration=True, product=penta)
    return rows.select_related("report").order_by("report__period")


def _card(
    key: str, unit: OrgUnit, penta: Product, reasons: dict[str, int], rows: "QuerySet[StockLine]"
) -> Iterator[LoadedLine]:
    """A count on the first day, a delivery a month, four sessions, and what was lost; lots of two years."""
    number = 0

    def line(day: date, reason: str, quantity: int, lot: str) -> LoadedLine:
        nonlocal number
        number += 1
        return LoadedLine(
            client_uuid=demonstration_uuid(f"card:{key}:{number}"), site=unit.pk, product=penta.pk, day=day,
            reason=reasons[reason], quantity=quantity, recorded_at=datetime.combine(day, time(15), tzinfo=UTC),
            lot=lot, expires_on=date(2026, 6, 30) if lot == "DEMO-A" else date(2027, 3, 31),
        )  # fmt: skip

    stock = {"DEMO-A": 0, "DEMO-B": 0}
    for row in rows:
        month = Period.from_code(row.report.period)
        if not number and row.opening is not None:
            stock["DEMO-A"] = row.opening
            yield line(month.start, "counted", row.opening, "DEMO-A")
        if row.received:
            lot = "DEMO-A" if month.number < 7 else "DEMO-B"
            stock[lot] += row.received
            yield line(month.start + timedelta(days=7), "received", row.received, lot)
        for session, share in enumerate(_quarters(row.issued or 0)):
            yield from _out(stock, share, month.start + timedelta(days=8 + 6 * session), "issued", line)
        yield from _out(stock, row.lost or 0, month.start + timedelta(days=27), "broken", line)


def _quarters(total: int) -> list[int]:
    return [total // 4 + (number < total % 4) for number in range(4)]


def _out(stock: dict[str, int], wanted: int, day: date, reason: str, line: object) -> Iterator[LoadedLine]:
    """What leaves, from the lot that expires first."""
    for lot in stock:
        taken = min(wanted, stock[lot])
        if taken:
            stock[lot] -= taken
            wanted -= taken
            yield line(day, reason, taken, lot)  # type: ignore[operator]
