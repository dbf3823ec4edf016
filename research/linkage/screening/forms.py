from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from indicators.periods import BadPeriod, Period
from indicators.registry.definitions import definitions
from research.evaluations.models import Evaluation
from research.linkage.annotations.queries import places_to_choose


class MonthField(forms.CharField):
    """`2025-03`, as the browser's own field writes it."""

    widget = forms.TextInput(attrs={"type": "month"})

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "")
        try:
            month = Period.parse(text.replace("-", ""))
        except (BadPeriod, ValueError):
            raise ValidationError(_("Write a month like 2025-03."), code="month") from None
        if len(text.replace("-", "")) != 6:
            raise ValidationError(_("Write a month like 2025-03."), code="month")
        return month


class ScreeningForm(forms.Form):
    unit: Any = forms.ModelChoiceField(places_to_choose(), label=_("All places below"), empty_label=None)
    indicators = forms.MultipleChoiceField(label=_("Indicators"), widget=forms.CheckboxSelectMultiple)
    first = MonthField(label=_("First month"))
    last = MonthField(label=_("Last month"))
    evaluation = forms.ModelChoiceField(
        Evaluation.objects.all(), required=False, label=_("Dates of change by the exposure of"),
        empty_label=_("none: trends and outliers only"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["indicators"]
        offered.choices = sorted(
            ((code, str(one.name)) for code, one in definitions().items()), key=lambda pair: pair[1].casefold()
        )
