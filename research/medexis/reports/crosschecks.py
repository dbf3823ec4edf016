"""What else is on record of a reported month, laid beside it: the stock card, and the doses that children received."""

from typing import NamedTuple

from indicators.pages.numbers import without_brackets
from indicators.periods import Period
from indicators.registry.models import DataElement
from indicators.rollup.queries import cells
from research.medexis.cards.comparison import COLUMNS, Compared, compare
from research.medexis.cards.queries import implied_lines
from research.medexis.formulas.balance import LOSS_REASONS
from research.medexis.formulas.doses import Check, check, given
from research.medexis.models import Product, ProductUse, StockCard, StockReport
from research.medexis.reports.queries import CheckedLine

_WITH_REASONS = (*COLUMNS[:4], *LOSS_REASONS, *COLUMNS[4:])


class BesideCard(NamedTuple):
    """A product's month by card and by report; `card` is the key of the card."""

    product: Product
    card: int
    columns: list[Compared]

    @property
    def differs(self) -> bool:
        return any(one.difference for one in self.columns)


def beside_cards(report: StockReport, lines: list[CheckedLine]) -> list[BesideCard]:
    """The lines of which the site's card knows the month too, in their order. Two queries; one without cards."""
    cards = dict(StockCard.objects.filter(site=report.site_id).values_list("product", "pk"))
    if not cards:
        return []
    month = Period.from_code(report.period)
    implied = implied_lines(report.site_id, [month])
    return [
        BesideCard(one.product, cards[one.product.pk], compare(implied[one.product.pk, month], one.line, _WITH_REASONS))
        for one in lines
        if (one.product.pk, month) in implied and one.product.pk in cards
    ]


class DosesGiven(NamedTuple):
    """A product's doses given to children against those used. `known` and `unknown` name what is counted, by whether
    the site told it of the month: while some is unknown, `check.given` is the least that was given."""

    product: Product
    check: Check
    known: list[str]
    unknown: list[str]


def doses_given(report: StockReport, lines: list[CheckedLine]) -> list[DosesGiven]:
    """The lines of which doses given and doses used are known, in their order. Three queries."""
    uses: dict[int, dict[str, int]] = {}
    rows = ProductUse.objects.filter(product__in=[one.product.pk for one in lines]).order_by("concept")
    for product, concept, quantity in rows.values_list("product", "concept", "quantity"):
        uses.setdefault(product, {})[concept] = quantity
    if not uses:
        return []
    month = Period.from_code(report.period)
    concepts = {concept for quantities in uses.values() for concept in quantities}
    told = cells(concepts, [report.site_id], [month])
    elements = DataElement.objects.filter(concept__in=concepts).order_by("pk")
    names = {element.concept: without_brackets(element.name) for element in reversed(elements)}
    values = {concept: cell.sum for (concept, _site, _month), cell in told.items()}
    found = []
    for one in lines:
        quantities = uses.get(one.product.pk, {})
        compared = check(given(values, quantities), one.line.issued)
        if compared:
            known = [names.get(concept, concept) for concept in quantities if concept in values]
            unknown = [names.get(concept, concept) for concept in quantities if concept not in values]
            found.append(DosesGiven(one.product, compared, known, unknown))
    return found
