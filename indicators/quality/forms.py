"""The range of months of the board: read from the address, checked, filled up with the last twelve months on record."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from indicators.periods import FIRST_YEAR, BadPeriod, Period
from indicators.quality.thresholds import YEARS_BEFORE

MOST_MONTHS, SHOWN_AT_FIRST = 36, 12


class MonthInput(forms.TextInput):
    input_type = "month"


class MonthField(forms.CharField):
    """A month as browsers send it (`2024-03`) or as DHIS2 writes it (`202403`)."""

    widget = MonthInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        try:
            months = Period.parse(text[:4] + text[5:] if text[4:5] == "-" else text).months()
        except BadPeriod:
            months = []
        if len(months) != 1:
            raise forms.ValidationError(_("“%(text)s” is no month: write it as 2024-03."), params={"text": text[:40]})
        return months[0]


class RangeForm(forms.Form):
    """`months` holds the result where the form is valid: first and last, both included."""

    def __init__(self, asked: QueryDict, on_record: list[Period]) -> None:
        shown = on_record[-SHOWN_AT_FIRST:]
        defaults = {"from": _for_the_browser(shown[0]), "to": _for_the_browser(shown[-1])}
        super().__init__({name: asked.get(name) or usual for name, usual in defaults.items()})
        # `from` is a word of Python, so the fields cannot be attributes.
        self.fields["from"] = MonthField(label=_("From"), required=False)
        self.fields["to"] = MonthField(label=_("To"), required=False)
        self.months: tuple[Period, Period] | None = None

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if self.errors:
            return clean
        first, last = clean["from"], clean["to"]
        if first.year < FIRST_YEAR + YEARS_BEFORE:  # the years before are looked at as well
            self.add_error("from", _("The first month lies before %(year)s.") % {"year": FIRST_YEAR + YEARS_BEFORE})
        elif first > last:
            self.add_error("to", _("The last month lies before the first one."))
        elif 12 * (last.year - first.year) + last.number - first.number >= MOST_MONTHS:
            self.add_error("to", _("More than %(most)s months: choose a shorter time.") % {"most": MOST_MONTHS})
        else:
            self.months = first, last
        return clean


def _for_the_browser(month: Period) -> str:
    return f"{month.year}-{month.number:02d}"
