"""What leads say of products: whether a site offers one, how much there should be, and what is assumed of vaccines."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.entry_forms import DayField, EntryForm, SiteField
from research.medexis.models import Product, VaccineAssumption
from research.medexis.products import actions
from research.medexis.reports.queries import sites_to_enter


class OfSiteForm(EntryForm):
    """A site, a day and a basis; entered again for the same site and day, it corrects what was said."""

    site = SiteField()
    since = DayField(label=_("Since"))
    basis = forms.CharField(
        label=_("Basis"), max_length=300, help_text=_("Where this was read, or who said so (role).")
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        sites: Any = self.fields["site"]
        sites.offer(sites_to_enter(user).select_related("parent").order_by("path"), None)
        self.fields["since"].until(timezone.localdate())  # type: ignore[attr-defined]


class AssumptionForm(OfSiteForm):
    answer = forms.ChoiceField(
        label=_("What is assumed"), choices=VaccineAssumption.Answer.choices, widget=forms.RadioSelect
    )
    field_order = ["site", "answer", "since", "basis"]

    def save(self) -> Any:
        data = self.cleaned_data
        return actions.save_assumption(
            by=self.user, site=data["site"], since=data["since"], answer=data["answer"], basis=data["basis"]
        )


class OfferForm(OfSiteForm):
    offered = forms.ChoiceField(
        label=_("Offer"), choices=[("yes", _("offered")), ("no", _("not offered"))], widget=forms.RadioSelect
    )
    field_order = ["site", "offered", "since", "basis"]

    def __init__(self, data: Any = None, *, user: User, product: Product) -> None:
        super().__init__(data, user=user)
        self.product = product

    def save(self) -> Any:
        data = self.cleaned_data
        return actions.save_offer(
            by=self.user,
            site=data["site"],
            product=self.product,
            since=data["since"],
            offered=data["offered"] == "yes",
            basis=data["basis"],
        )


class NormForm(EntryForm):
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Where"), required=False, empty_label=_("Everywhere"))
    minimum = forms.DecimalField(label=_("Minimum (months)"), max_digits=4, decimal_places=2, localize=True)
    maximum = forms.DecimalField(label=_("Maximum (months)"), max_digits=4, decimal_places=2, localize=True)
    interval = forms.DecimalField(
        label=_("Months between deliveries"), max_digits=4, decimal_places=2, localize=True, required=False
    )
    basis_fr = forms.CharField(label=_("Basis (French)"), max_length=300)
    basis_en = forms.CharField(label=_("Basis (English)"), max_length=300)

    def __init__(self, data: Any = None, *, user: User, product: Product) -> None:
        super().__init__(data)
        self.user, self.product = user, product
        parents = sites_to_enter(user).order_by().values("parent")
        units: Any = self.fields["unit"]
        units.queryset = OrgUnit.objects.filter(pk__in=parents).order_by("path")

    def save(self) -> Any:
        names = ("unit", "minimum", "maximum", "interval", "basis_fr", "basis_en")
        return actions.save_norm(
            by=self.user, product=self.product, **{name: self.cleaned_data[name] for name in names}
        )
