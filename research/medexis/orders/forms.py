"""Typing in an order, and what came of it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField
from research.medexis.models import Product, StockOrder
from research.medexis.orders.actions import Asked, edit_order, lines_of, save_order
from research.medexis.orders.queries import last_site
from research.medexis.reports.queries import sites_for

HEAD = ("ordered_on", "number", "note")
HIGHEST = 9_999_999


class OrderForm(EntryForm):
    """A new order, or with `order` the same one once more: what came is filled in later. Fields of the products are
    `<primary key>-ordered`, `-received` and `-received_on`."""

    site = SiteField()
    ordered_on = DayField(label=_("Ordered on"))
    number = forms.CharField(label=_("Order number"), required=False, max_length=60)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, user: User, order: StockOrder | None = None, site: str = "") -> None:
        super().__init__(data)
        self.user, self.order = user, order
        today = timezone.localdate()
        self.fields["ordered_on"].until(today)  # type: ignore[attr-defined]
        wanted = Q(active=True)
        if order:
            wanted |= Q(pk__in=order.lines.order_by().values("product"))
        self.products = list(Product.objects.filter(wanted).order_by("order", "pk"))
        for product in self.products:
            day = DayField(label=_("Received on"), required=False)
            day.until(today)
            self.fields |= {
                f"{product.pk}-ordered": WholeNumberField(label=_("Ordered"), lowest=0, highest=HIGHEST),
                f"{product.pk}-received": WholeNumberField(label=_("Received"), lowest=0, highest=HIGHEST),
                f"{product.pk}-received_on": day,
            }
        if order is None:
            offered = sites_for(user)
            asked = offered.filter(pk=site).first() if site.isascii() and site.isdecimal() else None
            sites: Any = self.fields["site"]
            self.initial["site"] = sites.offer(offered, asked or last_site(user))
            return
        del self.fields["site"]
        for name in ("version", "client_uuid", *HEAD):
            self.initial[name] = getattr(order, name)
        for key, line in lines_of(order).items():
            self.initial.update({f"{key}-{name}": value for name, value in line._asdict().items()})

    @property
    def head(self) -> list[Any]:
        """The fields that stand above the products."""
        return [self[name] for name in ("site", *HEAD) if name in self.fields]

    @property
    def rows(self) -> Iterator[tuple[Product, list[Any]]]:
        """Product, and its three fields."""
        for product in self.products:
            yield product, [self[f"{product.pk}-{name}"] for name in Asked._fields]

    @property
    def lines(self) -> dict[int, Asked]:
        data = self.cleaned_data
        return {one.pk: Asked(*(data.get(f"{one.pk}-{name}") for name in Asked._fields)) for one in self.products}

    def save(self) -> StockOrder:
        """Hands the order to its action and raises what that raises."""
        data = self.cleaned_data
        said: dict[str, Any] = {name: data[name] for name in HEAD} | {"lines": self.lines}
        if self.order:
            return edit_order(self.order, by=self.user, version=data["version"] or 0, **said)
        return save_order(by=self.user, client_uuid=data["client_uuid"], site=data["site"], **said)

    def differences(self, stored: StockOrder) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        pairs = [(str(self.fields[name].label), getattr(stored, name), self.cleaned_data.get(name)) for name in HEAD]
        on_record, typed = lines_of(stored), self.lines
        for product in self.products:
            for name in Asked._fields:
                label = f"{product} – {self.fields[f'{product.pk}-{name}'].label}"
                old = getattr(on_record.get(product.pk, Asked(None)), name)
                pairs.append((label, old, getattr(typed[product.pk], name)))
        return [(label, old, new) for label, old, new in pairs if old != new]
