"""What another definition would change for one place and period, on the page of a definition."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages.formats import period_text
from indicators.pages.periods_form import PeriodField
from indicators.pages.place_form import PlaceForm
from indicators.pages.places import places_named
from indicators.pages.queries import last_period
from indicators.pages.rival_table import rival_rows
from indicators.periods import Frequency, Period
from indicators.registry.definitions import Definition
from indicators.registry.rivals import rivals


class EffectForm(PlaceForm):
    """A place and one period; the indicator is that of the page."""

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit], measure: Definition) -> None:
        super().__init__(asked, scope, {measure.code: measure})
        del self.fields["indicator"]
        example = _("For example 2024-03, 2024Q1 or 2024.")
        asks = PeriodField(label=_("Period"), required=False, widget=forms.TextInput, help_text=example)
        self.fields["period"] = asks


def rival_effect(asked: QueryDict, scope: QuerySet[OrgUnit], measure: Definition) -> dict[str, Any]:
    """Context for the page: the form, and where its answers are good the numbers by each definition of the family.

    Empty where the indicator has no rivals. Without a choice: the highest place, and its latest quarter with numbers.
    """
    family = rivals(measure.code)
    if len(family) == 1:
        return {}
    form = EffectForm(asked, scope, measure)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form, "effect_label": _("What the choice changes")}
    if form.words:
        address = f"{reverse('indicator-detail', args=[measure.code])}?period={form.answers.get('period', '')}&unit="
        context["found"] = [(place, f"{address}{place.pk}") for place in places_named(scope, form.words)]
    if not valid or form.nothing_open:
        return context
    place, period = form.cleaned_data["unit"], form.cleaned_data["period"]
    if period is None:
        last = last_period(measure.concepts, [place], Frequency.QUARTER)
        period = last or Period.month_of(localdate()).within(Frequency.QUARTER)
    form.answers["period"] = period.id
    months = period.months()
    choice = {"from": months[0].id, "to": months[-1].id, "frequency": period.frequency.name.lower()}
    query = urlencode({"indicator": family[0].code, "unit": place.pk, **choice})
    [row] = rival_rows(family, place, [period])
    return context | {
        "effect_place": place,
        "effect_period": period_text(period),
        "files": {kind: f"{reverse(f'indicator-rivals-{kind}')}?{query}" for kind in ("csv", "xlsx")},
        "effects": list(zip(family, row.cells, strict=True)),
        "effect_made_up": any(cell.part.reading.demonstration for cell in row.cells),
    }
