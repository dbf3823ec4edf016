"""The choice of an indicator and a place, as the address of a page has it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.pages.places import surroundings, top_place
from indicators.registry.definitions import Definition

_FIRST_CHOICE = "dtp1_coverage"


class PlaceForm(forms.Form):
    """Give it what the address says, the places that the person may meet, and the definitions to choose from.

    What the address leaves open gets a default: the highest place, the coverage by DTP1. `nothing_open` is true for
    somebody without any place: then nothing is chosen.
    """

    indicator = forms.ChoiceField(label=_("Indicator"))
    unit = forms.ModelChoiceField(
        label=_("Place"),
        queryset=OrgUnit.objects.none(),
        error_messages={"invalid_choice": _("This place does not exist, or it is not among those open to you.")},
    )
    usual: Mapping[str, str] = {}

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit], rules: Mapping[str, Definition]) -> None:
        data = asked.copy()
        self.scope, self.rules = scope, rules
        self.top = top_place(scope)
        if not data.get("unit"):
            data["unit"] = str(self.top.pk) if self.top else ""
        first = _FIRST_CHOICE if _FIRST_CHOICE in rules else next(iter(rules), "")
        for name, value in {"indicator": first, **self.usual}.items():
            data[name] = data.get(name) or value
        super().__init__(data, label_suffix="")
        self.answers = data
        indicator, unit = self.fields["indicator"], self.fields["unit"]
        assert isinstance(indicator, forms.ChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        indicator.choices = [(code, rule.short) for code, rule in rules.items()]
        unit.queryset = scope
        self._places = forms.Select()
        unit.widget = self._places  # offers the places around the chosen one, not every place there is
        unit.widget.choices = []
        self.places_cut = False
        for field in self.fields.values():  # the address may leave everything open
            field.required = False

    @property
    def nothing_open(self) -> bool:
        return self.top is None

    @property
    def words(self) -> str:
        """What is looked for by name."""
        return self.answers.get("q", "").replace("\x00", "").strip()[:100]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        place = clean.get("unit") or self.top
        if place:
            around = surroundings(self.scope, place)
            self._places.choices = around.choices
            self.places_cut = around.cut
        return clean
