from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.periods import Period
from research.medexis import policies
from research.medexis.cards.reading import cards_for
from research.medexis.cards.reading import sites_to_enter as sites_with_cards
from research.medexis.episodes.queries import episodes_for
from research.medexis.orders.queries import orders_for
from research.medexis.products.assumptions import assumption_of
from research.medexis.reports.queries import open_questions, recent_reports, sites_to_enter
from research.medexis.signals.queries import expiries, run_outs
from research.medexis.sites.charts import stock_on_hand
from research.medexis.sites.queries import stock_of

EPISODES, CARDS, ORDERS, REPORTS = 8, 40, 6, 6


@require_GET
@never_cache
def site_stock(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on record of the stock of a site. 404 outside of the person's districts and of the evaluation."""
    policies.check_read(request.user)
    user: Any = request.user
    site = get_object_or_404((sites_to_enter(user) | sites_with_cards(user)).select_related("parent"), pk=pk)
    stock = stock_of(site)
    reports = recent_reports(site, REPORTS)
    questions = open_questions(reports)
    today = timezone.localdate()
    products = [product.pk for product, _one in stock.products] if stock else []
    threatened = run_outs([site.pk], products, stock.last) if stock else None
    risks = {row.product: row for row in threatened.rows} if threatened else {}
    context: dict[str, Any] = {
        "site_unit": site,
        "stock": stock,
        "rows": [(product, one, risks.get(product.pk)) for product, one in stock.products] if stock else [],
        "chart": stock_on_hand(stock) if stock else None,
        "expiring": expiries([site.pk], None, stock.last if stock else None, today),
        "episodes": episodes_for(user).filter(site=site)[:EPISODES],
        "cards": cards_for(user).filter(site=site)[:CARDS],
        "orders": orders_for(user).filter(site=site).prefetch_related("lines__product")[:ORDERS],
        "reports": [(one, Period.from_code(one.period), questions.get(one.pk, 0)) for one in reports],
        "assumption": assumption_of(site.pk, today),
        "can_enter": policies.can_enter(user, site),
    }
    return render(request, "research/medexis/site_stock.html", context)
