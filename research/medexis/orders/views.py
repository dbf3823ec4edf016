from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.medexis import policies
from research.medexis.formulas.ordering import Ordered, lead_time
from research.medexis.models import OrderLine, Product, StockOrder
from research.medexis.orders.actions import Asked
from research.medexis.orders.filters import LineFilter, OrderFilter
from research.medexis.orders.forms import HEAD, OrderForm
from research.medexis.orders.queries import lines_for, orders_for, sums, sums_by
from research.revisions import Change, Conflict, both_versions, changes_of, new_uuid

PER_PAGE, SITES_PER_PAGE = 25, 40


@require_GET
@never_cache
def order_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = OrderFilter(request.GET, queryset=orders_for(request.user), request=request)
    orders = rows.qs.prefetch_related("lines__product")
    page = Paginator(orders, PER_PAGE).get_page(request.GET.get("page"))
    listed = [(order, [line for line in order.lines.all() if line.received is None]) for order in page]
    context = {"filter": rows, "page": page, "rows": listed, "can_enter": policies.can_enter(request.user)}
    return render(request, "research/medexis/order_list.html", context)


@require_GET
@never_cache
def order_sums(request: HttpRequest) -> HttpResponse:
    """Order fill and lead time, by product and by site: sums of lines, never means of rates."""
    policies.check_read(request.user)
    lines = LineFilter(request.GET, queryset=lines_for(request.user), request=request)
    products = {one.pk: one for one in Product.objects.all()}
    by_product = [(products[cast(int, one.key)], one) for one in sums_by(lines.qs, "product")]
    sites = OrgUnit.objects.filter(pk__in=lines.qs.values("order__site")).select_related("parent").order_by("path")
    page = Paginator(sites, SITES_PER_PAGE).get_page(request.GET.get("page"))
    found = {one.key: one for one in sums_by(lines.qs, "order__site", [site.pk for site in page])}
    one_product = bool(lines.form.cleaned_data.get("produit")) if lines.form.is_valid() else False
    if not one_product:
        # Doses of one product and pieces of another have no sum.
        found = {key: one._replace(fill=None) for key, one in found.items()}
    context = {
        "filter": lines,
        "page": page,
        "by_product": sorted(by_product, key=lambda pair: (pair[0].order, pair[0].pk)),
        "by_site": [(site, found[site.pk]) for site in page if site.pk in found],
        "one_product": one_product,
        "demonstration": lines.qs.filter(order__demonstration=True).exists(),
    }
    return render(request, "research/medexis/order_sums.html", context)


@require_GET
@never_cache
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_read(request.user)
    order = get_object_or_404(orders_for(request.user), pk=pk)
    rows = list(order.lines.select_related("product").order_by("product__order", "product"))
    lines = [(row, lead_time(Ordered(row.ordered, order.ordered_on, row.received, row.received_on))) for row in rows]
    context: dict[str, Any] = {
        "order": order,
        "lines": lines,
        "sums": sums(OrderLine.objects.filter(order=order).order_by()),
        "can_enter": policies.can_enter(request.user, order.site),
    }
    if sent := request.GET.get("envoi"):
        context["draft_key"] = _draft_key(request, None if sent == "nouvelle" else order)
    if policies.can_see_history(request.user):
        context["changes"] = _changes(order)
    return render(request, "research/medexis/order_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def order_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_enter(user)
    return _answer(request, OrderForm(request.POST or None, user=user, site=request.GET.get("site", "")))


@require_http_methods(["GET", "POST"])
@never_cache
def order_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The one order to correct, or of which something came. 404 outside of the person's districts."""
    user = cast(User, request.user)
    policies.check_enter(user)
    order = get_object_or_404(orders_for(user), pk=pk)
    return _answer(request, OrderForm(request.POST or None, user=user, order=order))


def _answer(request: HttpRequest, form: OrderForm) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        saved = form.save()
    except Conflict as conflict:
        return _conflict(request, form, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    messages.success(request, _("The order is saved."))
    sent = "modifiee" if form.order else "nouvelle"
    return redirect(f"{reverse('order-detail', args=[saved.pk])}?envoi={sent}")


def _form(request: HttpRequest, form: OrderForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "order": form.order, "draft_key": _draft_key(request, form.order), **more}
    return render(request, "research/medexis/order_form.html", context, status=status)


def _draft_key(request: HttpRequest, order: StockOrder | None) -> str:
    """Under which the browser keeps an order that was typed and not sent."""
    return f"order-{cast(User, request.user).pk}-{order.pk if order else 'new'}"


def _conflict(request: HttpRequest, form: OrderForm, stored: StockOrder) -> HttpResponse:
    """Both versions on one page: what is stored, and in the form all that was typed. Saving again replaces it."""
    if form.order is None:
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was stored before. Save again to store this order besides."))
        return _form(request, form, status=409)
    return _form(request, form, status=409, **both_versions(form, stored))


def _changes(order: StockOrder) -> list[Change]:
    """Changes of the order and of its lines after it was first saved, newest first. Two queries."""

    def of(model: Any, field: str) -> str:
        return str(model._meta.get_field(field).verbose_name)

    of_order = changes_of(order.history.all(), lambda _record, field: of(StockOrder, field), list(HEAD))
    records = OrderLine.history.filter(order=order).select_related("product")
    of_lines = changes_of(records, lambda one, field: f"{one.product} – {of(OrderLine, field)}", list(Asked._fields))
    return sorted([*of_order, *of_lines], key=lambda change: change.at, reverse=True)
