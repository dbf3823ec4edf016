"""What a person asks to be recalculated: everything, a place with all below it, some months, or both."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.geography.names import normalise
from indicators.pages.periods_form import PeriodField
from indicators.periods import Frequency, Period
from indicators.rollup.actions import refresh_part_soon, refresh_soon
from indicators.rollup.models import RefreshJob

SHOWN = 5
"""Places listed where a name has several."""


class PlaceNameField(forms.CharField):
    """A place by its name, another name of it, or its DHIS2 uid; None where left blank. Never guessed."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        meant = Q(uid=text) | Q(name__iexact=text) | Q(aliases__normalised=normalise(text))
        found = list(OrgUnit.objects.filter(meant).select_related("parent").distinct().order_by("path")[: SHOWN + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No place has the name or uid “%(text)s”."), params={"text": text[:60]})
        places = ", ".join(f"{unit.name} ({unit.parent or '—'}): {unit.uid}" for unit in found[:SHOWN])
        raise forms.ValidationError(
            _("Several places have this name; write the uid of the one meant: %(places)s."), params={"places": places}
        )


class MonthField(PeriodField):
    """A month; None where left blank."""

    def clean(self, value: Any) -> Any:
        period = super().clean(value)
        if period is not None and period.frequency is not Frequency.MONTH:
            raise forms.ValidationError(_("Write a month, for example 2024-03."))
        return period


class JobForm(forms.Form):
    """Left blank altogether it asks for everything."""

    place = PlaceNameField(
        label=gettext_lazy("Only this place and all below it"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Its name or its DHIS2 uid. Blank: the whole country."),
    )
    first = MonthField(label=gettext_lazy("From the month"), required=False, help_text=gettext_lazy("Blank: the first"))
    last = MonthField(label=gettext_lazy("To the month"), required=False, help_text=gettext_lazy("Blank: the last"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if isinstance(first, Period) and isinstance(last, Period) and first > last:
            self.add_error("last", _("The last month lies before the first one."))
        return data

    def ask(self, *, by: User) -> None:
        """Asks for what was chosen; once more changes nothing while the first is still waiting."""
        place, first, last = (self.cleaned_data[name] for name in ("place", "first", "last"))
        if place or first or last:
            refresh_part_soon(unit=place, first=first, last=last, by=by)
        else:
            refresh_soon(scope=RefreshJob.Scope.EVERYTHING, by=by)
