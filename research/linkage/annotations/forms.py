from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from research.agenda.queries import study_units
from research.entry_forms import DayField, RowForm
from research.linkage.annotations.models import DatedAnnotation

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AnnotationForm(RowForm):
    model = DatedAnnotation
    written = (
        "kind", "unit", "starts_on", "ends_on", "approximate", "title_fr", "title_en", "text", "source", "restricted",
    )  # fmt: skip

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset, unit.empty_label = places, _("Choose a place")
        for name in ("starts_on", "ends_on"):
            field = self.fields[name]
            assert isinstance(field, DayField)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=500)


class AnnotationFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=DatedAnnotation.Kind.choices, empty_label=_("All kinds"))
    unit = filters.ModelChoiceFilter(
        queryset=lambda request: study_units(), label=_("Place"), empty_label=_("All places")
    )
    after = filters.DateFilter("starts_on", "gte", label=_("From"), widget=_DATE)
    before = filters.DateFilter("starts_on", "lte", label=_("To"), widget=_DATE)

    class Meta:
        model = DatedAnnotation
        fields: list[str] = []
