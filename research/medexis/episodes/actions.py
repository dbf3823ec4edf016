"""Makes the episodes anew from cards, entries and reports, in the transaction of whoever writes one of these."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils import timezone

from indicators.periods import Period
from research.medexis.cards.months import known_days, without_stock
from research.medexis.cards.queries import movements_of
from research.medexis.episodes.claims import CARD, ENTRY, Claim, claim_of_report
from research.medexis.episodes.reconcile import Reconciled, reconcile
from research.medexis.formulas.balance import Line
from research.medexis.models import StockCard, StockLine, StockOut, StockOutEpisode

SiteProduct = tuple[int, int]
_TOLD = ("end", "precision", "days", "basis", "disagreement", "claims", "demonstration")
_BATCH = 1000


def rebuild(site_products: Collection[SiteProduct]) -> None:
    """The episodes of these pairs of site and product as the records now have them. Run again it changes nothing.

    An episode that begins on the same day keeps its row, so that what points to it still does. Five queries, and those
    of the writes, for any number of pairs.
    """
    pairs = set(site_products)
    if not pairs:
        return
    sites, products = {site for site, _product in pairs}, {product for _site, product in pairs}
    claims, known, made_up = _claims(pairs, sites, products)
    stored: dict[SiteProduct, list[StockOutEpisode]] = defaultdict(list)
    for row in StockOutEpisode.objects.filter(site__in=sites, product__in=products).order_by("pk"):
        if (row.site_id, row.product_id) in pairs:
            stored[row.site_id, row.product_id].append(row)
    today = timezone.localdate()
    added: list[StockOutEpisode] = []
    changed: list[StockOutEpisode] = []
    gone: list[int] = []
    for pair in pairs:
        by_start = {row.start: row for row in stored[pair]}
        gone += [row.pk for row in stored[pair] if by_start[row.start] is not row]
        for one in reconcile(claims[pair], today=today, card_known=known.get(pair)):
            row = by_start.pop(one.start, StockOutEpisode(site_id=pair[0], product_id=pair[1], start=one.start))
            before = tuple(getattr(row, name) for name in _TOLD)
            _tell(row, one, any((claim.source, claim.key) in made_up for claim in one.claims))
            if row._state.adding:
                added.append(row)
            elif before != tuple(getattr(row, name) for name in _TOLD):
                changed.append(row)
        gone += [row.pk for row in by_start.values()]
    for first in range(0, len(gone), _BATCH):
        StockOutEpisode.objects.filter(pk__in=gone[first : first + _BATCH]).delete()
    StockOutEpisode.objects.bulk_update(changed, _TOLD, batch_size=_BATCH)
    StockOutEpisode.objects.bulk_create(added, batch_size=_BATCH)


def rebuild_sites(sites: Collection[int]) -> None:
    """All episodes at these sites. Four queries more than `rebuild`."""
    pairs: set[SiteProduct] = set()
    of_site = [(StockOut, "site"), (StockCard, "site"), (StockOutEpisode, "site")]
    for model, site in [(StockLine, "report__site"), *of_site]:
        rows: Any = model._default_manager.filter(**{f"{site}__in": sites}).order_by()
        pairs |= set(rows.values_list(site, "product").distinct())
    rebuild(pairs)


def _tell(row: StockOutEpisode, one: Reconciled, demonstration: bool) -> None:
    row.end, row.precision, row.days, row.basis = one.end, one.precision, one.days, one.basis
    row.disagreement, row.claims = one.disagreement, [claim.told() for claim in one.claims]
    row.demonstration = demonstration


def _claims(
    pairs: set[SiteProduct], sites: set[int], products: set[int]
) -> tuple[dict[SiteProduct, list[Claim]], dict[SiteProduct, tuple[date, date]], set[tuple[str, int]]]:
    """What every source says of the pairs, which days each card knows, and which of the rows are made up."""
    today = timezone.localdate()
    claims: dict[SiteProduct, list[Claim]] = defaultdict(list)
    made_up: set[tuple[str, int]] = set()
    cards = StockCard.objects.filter(site__in=sites, product__in=products).order_by()
    keys = {(site, product): (pk, demo) for pk, site, product, demo in cards.values_list(
        "pk", "site", "product", "demonstration")}  # fmt: skip
    known: dict[SiteProduct, tuple[date, date]] = {}
    for pair, movements in movements_of(sites, products).items():
        if pair not in pairs:
            continue
        if days := known_days(movements):
            known[pair] = days
        key, demonstration = keys[pair]
        claims[pair] += [Claim(CARD, key, one.start, one.end) for one in without_stock(movements, today)]
        made_up |= {(CARD, key)} if demonstration else set()
    entries = StockOut.objects.filter(site__in=sites, product__in=products).order_by("start", "pk")
    for site, product, key, start, end, demonstration in entries.values_list(
        "site", "product", "pk", "start", "end", "demonstration"
    ):
        claims[site, product].append(Claim(ENTRY, key, start, end))
        made_up |= {(ENTRY, key)} if demonstration else set()
    _claims_of_reports(claims, made_up, sites, products)
    return claims, known, made_up


def _claims_of_reports(
    claims: dict[SiteProduct, list[Claim]], made_up: set[tuple[str, int]], sites: set[int], products: set[int]
) -> None:
    lines = StockLine.objects.filter(report__site__in=sites, product__in=products).order_by()
    for site, product, key, code, opening, closing, days, demonstration in lines.values_list(
        "report__site", "product", "report", "report__period", "opening", "closing", "days_out", "report__demonstration"
    ).iterator():
        line = Line(opening=opening, closing=closing, days_out=days)
        if claim := claim_of_report(key, Period.from_code(code), line):
            claims[site, product].append(claim)
            made_up |= {(claim.source, key)} if demonstration else set()
