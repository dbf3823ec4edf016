from typing import Any

import django_filters as filters
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.rollup.lasting import kept_until_written
from research.medexis import policies
from research.medexis.models import Product, StockLine, StockNorm, StockReport
from research.medexis.reports.filters import DistrictFilter
from research.medexis.reports.queries import sites_to_enter
from research.medexis.signals import queries
from research.medexis.signals.backtest import COTE_D_IVOIRE
from research.medexis.signals.expiries import DAYS_AHEAD

PER_PAGE = 25
RUN_OUT, EXPIRY, SILENCE = "rupture", "peremption", "silence"
SIGNALS = [(RUN_OUT, _("Will run out")), (EXPIRY, _("Will expire")), (SILENCE, _("Zero in silence"))]


class SignalFilter(DistrictFilter):
    """The product chooses what is looked at."""

    produit = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"),
        label=_("Product"),
        method="keep",
        empty_label=_("No choice: the first tracer, all tracers, or all lots"),
    )

    signal = filters.ChoiceFilter(choices=SIGNALS, method="keep", label=_("Signal"), empty_label=None)

    class Meta:
        model = OrgUnit
        fields: list[str] = []


@require_GET
@never_cache
def stock_signals(request: HttpRequest) -> HttpResponse:
    """One of the three signals at a time (`?signal=`), so that each is made only when it is looked at."""
    policies.check_read(request.user)
    found = SignalFilter(request.GET, queryset=sites_to_enter(request.user).order_by(), request=request)
    sites = list(found.qs.order_by("pk").values_list("pk", flat=True))
    products = {one.pk: one for one in Product.objects.all()}
    asked = found.form.cleaned_data.get("produit") if found.form.is_valid() else None
    reports = StockReport.objects.filter(site__in=found.qs.values("pk"))
    code = reports.order_by("-period").values_list("period", flat=True).first()
    last = Period.from_code(code) if code else None
    signal = request.GET.get("signal", "")
    signal = signal if signal in (EXPIRY, SILENCE) else RUN_OUT
    rows: list[Any] = []
    context: dict[str, Any] = {
        "filter": found, "signal": signal, "last": last, "days_ahead": DAYS_AHEAD, "backtest": COTE_D_IVOIRE,
        "links": [(label, _address(request, key), key == signal) for key, label in SIGNALS],
    }  # fmt: skip
    tracers = [one.pk for one in products.values() if one.tracer]
    first = tracers[:1]  # of all tracers at all sites of a country it would take seconds
    if signal == EXPIRY:
        rows = queries.expiries(sites, [asked.pk] if asked else None, last, timezone.localdate())
    elif last and signal == SILENCE:
        rows = queries.silences(sites, [asked.pk] if asked else tracers or None, last)
    elif last:
        of, rests_on = [asked.pk] if asked else first, [StockReport, StockLine, StockNorm, OrgUnit]
        run_outs = kept_until_written(
            "run-outs", (sites, of, last.code), rests_on, lambda: queries.run_outs(sites, of, last)
        )
        rows, context["out"] = run_outs.rows, run_outs.out
        context |= {"refused": run_outs.refused, "flagged": run_outs.flagged}
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [(row, row.lot if signal == EXPIRY else row) for row in page]  # only these sites are read whole
    units = OrgUnit.objects.select_related("parent").in_bulk([about.site for _row, about in shown])
    context |= {"page": page, "rows": [
        (row, units[about.site], None if signal == SILENCE else products[about.product]) for row, about in shown
    ]}  # fmt: skip
    return render(request, "research/medexis/stock_signals.html", context)


def _address(request: HttpRequest, signal: str) -> str:
    """The same choice of product and district, for another signal."""
    kept = request.GET.copy()
    kept.pop("page", None)
    kept["signal"] = signal
    return "?" + kept.urlencode()
