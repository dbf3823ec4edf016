"""What the definitions are asked about: a site, a product, and months."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.entry_forms import SiteField
from research.medexis.models import Product
from research.medexis.reports.filters import districts, few_enough, month_choices
from research.medexis.reports.queries import months_on_record, sites_to_enter

MONTHS = 12
"""Months shown where no first one is chosen."""
MOST_MONTHS = 24


class ChoiceForm(forms.Form):
    """`months` is what was chosen, oldest first, once the form is valid. A site is only taken from the district that
    stands above it; without one the form asks, and nothing is wrong."""

    district = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=gettext_lazy("District"),
        empty_label=gettext_lazy("All districts"),
        required=False,
        help_text=gettext_lazy("Where there are many sites, choose this first."),
    )
    site = SiteField()
    product = forms.ModelChoiceField(
        Product.objects.order_by("order", "pk"), label=gettext_lazy("Product"), empty_label=None
    )
    de = forms.ChoiceField(label=gettext_lazy("First month"), required=False)
    mois = forms.ChoiceField(label=gettext_lazy("Last month"))

    def __init__(self, request: HttpRequest) -> None:
        asked = request.GET
        super().__init__(asked if asked.get("site") else None, initial=asked.dict())
        fields: Any = self.fields
        fields["district"].queryset = districts(request)
        sites = sites_to_enter(request.user).select_related("parent").order_by("path")
        fields["site"].offer(few_enough(sites, asked), None)
        months = month_choices(months_on_record())
        fields["mois"].choices = months
        fields["de"].choices = [("", _("%(number)s months up to the last") % {"number": MONTHS}), *months]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        district, site = found.get("district"), found.get("site")
        if district and site and site.parent_id != district.pk:
            self.add_error("site", _("This site lies in another district. Choose one of these."))
        if "mois" in found and "de" in found:
            last = Period.parse(found["mois"])
            first = Period.parse(found["de"]) if found["de"] else last.shift(1 - MONTHS)
            self.months = list(between(first, last))
            if not self.months:
                self.add_error("de", _("The first month lies after the last one."))
            elif len(self.months) > MOST_MONTHS:
                self.add_error(
                    "de", ValidationError(_("Choose at most %(number)s months.") % {"number": MOST_MONTHS})
                )  # fmt: skip
        return found
