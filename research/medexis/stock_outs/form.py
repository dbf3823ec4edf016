"""Typing in a stock-out: the product, the first day without it, and the last one once it is back."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField
from research.medexis.models import Product, StockOut
from research.medexis.reports import queries
from research.medexis.stock_outs.actions import Details, edit_stock_out, save_stock_out
from research.medexis.stock_outs.queries import last_site


class StockOutForm(EntryForm):
    """A new stock-out, or with `stock_out` the correction of one; its site stays as it is."""

    site = SiteField()
    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), empty_label=_("Choose a product"))
    start = DayField(label=_("First day without stock"))
    end = DayField(
        label=_("Last day without stock"), required=False, help_text=_("Leave blank while the product is missing.")
    )
    level = forms.ChoiceField(
        label=_("Where it was missing"), required=False, choices=[("", _("not known")), *StockOut.Level.choices]
    )
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[("", _("not known")), *StockOut.Cause.choices])
    sessions_cancelled = WholeNumberField(label=_("Sessions cancelled for it"), lowest=0, highest=999)
    children_turned_away = WholeNumberField(label=_("Children turned away"), lowest=0, highest=99_999)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, user: User, stock_out: StockOut | None = None, site: str = "") -> None:
        super().__init__(data)
        self.user, self.stock_out = user, stock_out
        sites: Any = self.fields["site"]
        products: Any = self.fields["product"]
        products.queryset = Product.objects.filter(active=True)
        for name in ("start", "end"):
            self.fields[name].until(timezone.localdate())  # type: ignore[attr-defined]
        if stock_out is None:
            offered = queries.sites_for(user)
            asked = offered.filter(pk=site).first() if site.isascii() and site.isdecimal() else None
            self.initial["site"] = sites.offer(offered, asked or last_site(user))
            return
        del self.fields["site"]
        products.queryset |= Product.objects.filter(pk=stock_out.product_id)
        for name in ("version", "client_uuid", "start", "end", *Details._fields):
            self.initial[name] = getattr(stock_out, name)
        self.initial["product"] = stock_out.product_id

    @property
    def first_fields(self) -> list[Any]:
        """What must be known: three fields, and the site of a new one."""
        return [self[name] for name in ("site", "product", "start", "end") if name in self.fields]

    @property
    def more_fields(self) -> list[Any]:
        """What may be known besides."""
        return [self[name] for name in Details._fields]

    @property
    def more_is_told(self) -> bool:
        """Whether anything stands in them, or is wrong with them."""
        return any(field.value() not in ("", None) or field.errors for field in self.more_fields)

    def save(self) -> StockOut:
        """Hands the stock-out to its action and raises what that raises."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("product", "start", "end")}
        said["details"] = Details(*(data[name] for name in Details._fields))
        if self.stock_out:
            return edit_stock_out(self.stock_out, by=self.user, version=data["version"] or 0, **said)
        return save_stock_out(by=self.user, client_uuid=data["client_uuid"], site=data["site"], **said)

    def differences(self, stored: StockOut) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        typed: dict[str, Product | date | str | int | None] = self.cleaned_data
        names = [name for name in ("site", "product", "start", "end", *Details._fields) if name in self.fields]
        pairs = [(str(self.fields[name].label), getattr(stored, name), typed.get(name)) for name in names]
        return [(label, old, new) for label, old, new in pairs if old != new]
