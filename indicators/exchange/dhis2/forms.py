"""What somebody asks of a server: values of some months, or its units or metadata."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.exchange.models import Dhis2Pull
from indicators.periods import BadPeriod, Frequency, Period

_MONTH = re.compile(r"([0-9]{4})-?(0[1-9]|1[0-2])")


class MonthField(forms.CharField):
    """`2025-03` or `202503`; None where left blank."""

    widget = forms.TextInput(attrs={"type": "month"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        found = _MONTH.fullmatch(text)
        try:
            return Period(Frequency.MONTH, int(found[1]), int(found[2])) if found else Period.parse("")
        except BadPeriod:
            raise forms.ValidationError(_("Write a month, for example 2024-03.")) from None


class PullForm(forms.Form):
    what = forms.ChoiceField(choices=Dhis2Pull.What.choices)
    first = MonthField(label=gettext_lazy("From"), required=False)
    last = MonthField(label=gettext_lazy("To"), required=False)
