"""The pages of products, and of what is assumed of vaccines in Medexis."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.models import DataElement
from indicators.periods import Period
from research.medexis import policies
from research.medexis.cards.queries import lots_on_hand
from research.medexis.models import Offer, Product, VaccineAssumption
from research.medexis.products import queries
from research.medexis.products.assumptions import assumed, assumption_at
from research.medexis.products.bands import BANDS
from research.medexis.products.forms import AssumptionForm, NormForm, OfferForm
from research.medexis.reports.queries import sites_to_enter
from research.medexis.signals.expiries import DAYS_AHEAD

PER_PAGE = 40
LOTS_SHOWN = 20


@require_GET
@never_cache
def product_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    context = {"products": queries.product_rows(request.user), "can_manage": policies.can_manage_products(request.user)}
    return render(request, "research/medexis/product_list.html", context)


@require_GET
@never_cache
def product_detail(request: HttpRequest, key: str) -> HttpResponse:
    """What the product is, who was out of it month by month, and how long each site's stock lasts."""
    policies.check_read(request.user)
    product = get_object_or_404(Product.objects.select_related("diluent"), key=key)
    today = timezone.localdate()
    present = Period.month_of(today)
    sites = sites_to_enter(request.user).select_related("parent").order_by("path")
    reporting = queries.sites_reporting(product, sites, present)
    page = Paginator(reporting, PER_PAGE).get_page(request.GET.get("page"))
    lots = lots_on_hand(sites.order_by().values("pk"), [product], until=today + timedelta(days=DAYS_AHEAD))  # type: ignore[arg-type]
    named = sites.in_bulk([lot.site for lot in lots[:LOTS_SHOWN]])
    concepts = {use.concept for use in queries.uses_of(product)}
    elements = DataElement.objects.filter(concept__in=concepts).order_by("code")
    context = {
        "product": product,
        "codes": product.codes.all(),
        "elements": elements,
        "norms": queries.norms_of(product),
        "months": list(reversed(queries.availability(product, sites, present))),
        "page": page,
        "rows": [(site, one, BANDS[one.band]) for site, one in queries.on_hand(product, list(page), present)],
        "lots": [(lot, named[lot.site]) for lot in lots[:LOTS_SHOWN]],
        "more_lots": max(0, len(lots) - LOTS_SHOWN),
        "today": today,
        "can_manage": policies.can_manage_products(request.user),
    }
    return render(request, "research/medexis/product_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def product_offers(request: HttpRequest, key: str) -> HttpResponse:
    """Which site offers the product since when."""
    policies.check_manage_products(request.user)
    product = get_object_or_404(Product, key=key)
    form = OfferForm(request.POST or None, user=cast(User, request.user), product=product)
    if _saved(request, form):
        return redirect(request.path)
    rows = Offer.objects.filter(product=product, site__in=sites_to_enter(request.user).order_by().values("pk"))
    page = Paginator(rows.select_related("site__parent").order_by("site__path", "-since"), PER_PAGE)
    context = {"product": product, "form": form, "page": page.get_page(request.GET.get("page"))}
    return render(request, "research/medexis/product_offers.html", context, status=200)


@require_http_methods(["GET", "POST"])
@never_cache
def product_norm(request: HttpRequest, key: str) -> HttpResponse:
    """How much of the product there should be."""
    policies.check_manage_products(request.user)
    product = get_object_or_404(Product, key=key)
    form = NormForm(request.POST or None, user=cast(User, request.user), product=product)
    if _saved(request, form):
        return redirect(reverse("product-detail", args=[product.key]))
    context = {"product": product, "form": form, "norms": queries.norms_of(product)}
    return render(request, "research/medexis/product_norm.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def vaccine_assumptions(request: HttpRequest) -> HttpResponse:
    """What is assumed at each site, and since when; leads say more."""
    policies.check_read(request.user)
    manages = policies.can_manage_products(request.user)
    if request.method == "POST":
        policies.check_manage_products(request.user)
    form = AssumptionForm(request.POST or None, user=cast(User, request.user)) if manages else None
    if form and _saved(request, form):
        return redirect(request.path)
    today = timezone.localdate()
    sites = sites_to_enter(request.user).select_related("parent").order_by("path")
    page = Paginator(sites, PER_PAGE).get_page(request.GET.get("page"))
    now = assumption_at([site.pk for site in page], today)
    before = VaccineAssumption.objects.filter(site__in=list(page)).select_related("site", "created_by")
    context = {
        "form": form,
        "page": page,
        "rows": [(site, now[site.pk]) for site in page],
        "entries": before.order_by("site__path", "-since"),
        "assumed": assumed(list(sites.order_by().values_list("pk", flat=True)), today),
    }
    return render(request, "research/medexis/vaccine_assumptions.html", context)


def _saved(request: HttpRequest, form: Any) -> bool:
    """Whether the form was sent and what it says is stored; what was refused stands beside its fields."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        form.save()
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("It is saved, with its basis."))
    return True
