"""The choice of an indicator, a place and consecutive periods, as the address of a page has it."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from indicators.pages.place_form import PlaceForm
from indicators.pages.queries import last_period
from indicators.periods import BadPeriod, Frequency, Period, between
from indicators.registry.definitions import Definition

MOST_PERIODS, SHOWN_AT_FIRST = 60, 12
FREQUENCIES = {"month": Frequency.MONTH, "quarter": Frequency.QUARTER, "year": Frequency.YEAR}
_CALENDAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class MonthInput(forms.TextInput):
    input_type = "month"


class PeriodField(forms.CharField):
    """A month as browsers send it (`2024-03`), or any DHIS2 period (`202403`, `2024Q1`, `2024`)."""

    widget = MonthInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        if found := _CALENDAR_MONTH.fullmatch(text):
            text = found[1] + found[2]
        try:
            return Period.parse_added_up(text)
        except BadPeriod:
            raise forms.ValidationError(
                _("“%(text)s” is no period: write a month such as 2024-03, a quarter such as 2024Q1, or a year."),
                params={"text": text[:40]},
            ) from None


class PeriodsForm(PlaceForm):
    """A place, an indicator, and consecutive periods of one length: `periods` holds them where the form is valid.

    The last period is, where nobody says, the latest with numbers.
    """

    frequency = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[
            ("month", gettext_lazy("month")),
            ("quarter", gettext_lazy("quarter")),
            ("year", gettext_lazy("year")),
        ],
    )
    usual = {"frequency": "quarter"}

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit], rules: Mapping[str, Definition]) -> None:
        super().__init__(asked, scope, rules)
        # `from` is a word of Python, so these two cannot be attributes.
        self.fields["from"] = PeriodField(label=_("From"), required=False)
        self.fields["to"] = PeriodField(label=_("To"), required=False)
        self.periods: tuple[Period, ...] = ()

    def clean(self) -> dict[str, Any]:
        clean = super().clean()
        if not self.errors and not self.nothing_open:
            self._choose_periods(clean)
        return clean

    def _choose_periods(self, clean: dict[str, Any]) -> None:
        measure, place = self.rules[clean["indicator"]], clean["unit"]
        frequency = FREQUENCIES[clean["frequency"]]
        last = clean["to"].months()[-1].within(frequency) if clean["to"] else None
        if last is None:
            last = last_period(measure.concepts, [place], frequency) or Period.month_of(localdate()).within(frequency)
            if clean["from"]:
                last = max(last, clean["from"].months()[0].within(frequency))
        try:
            first = clean["from"].months()[0].within(frequency) if clean["from"] else last.shift(1 - SHOWN_AT_FIRST)
        except BadPeriod:
            first = Period(frequency, 1900)
        if first > last:
            self.add_error("to", _("The last period lies before the first one."))
            return
        if len(periods := tuple(between(first, _at_most(first, last)))) > MOST_PERIODS:
            self.add_error(
                "to",
                _("More than %(most)s periods: choose a shorter time, or longer periods.") % {"most": MOST_PERIODS},
            )
            return
        self.periods = periods
        self.answers["from"] = _for_the_browser(first.months()[0])
        self.answers["to"] = _for_the_browser(last.months()[-1])


def _at_most(first: Period, last: Period) -> Period:
    """The last period, or the one that is already too far away: two centuries of months are not worth counting."""
    try:
        return min(last, first.shift(MOST_PERIODS))
    except BadPeriod:
        return last


def _for_the_browser(month: Period) -> str:
    return f"{month.year}-{month.number:02d}"
