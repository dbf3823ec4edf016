"""What somebody wants to see in the explorer: read from the address, checked, filled up with sensible defaults."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from indicators.pages.place_form import PlaceForm
from indicators.pages.queries import last_period
from indicators.periods import BadPeriod, Frequency, Period, between
from indicators.registry.definitions import Definition, definitions
from indicators.registry.rivals import rivals

MOST_PERIODS, SHOWN_AT_FIRST = 60, 12
FREQUENCIES = {"month": Frequency.MONTH, "quarter": Frequency.QUARTER, "year": Frequency.YEAR}
_CALENDAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Choice:
    """An indicator at a place, or at each place below it, in consecutive periods; `drawn` are the places for the chart
    where somebody chose them."""

    measure: Definition
    place: OrgUnit
    below: bool
    frequency: str
    periods: tuple[Period, ...]
    drawn: tuple[int, ...]

    @property
    def query(self) -> str:
        """The same choice as a query string, with nothing left to defaults: it shows the same next year."""
        return self._query(self.place.pk, "below" if self.below else "place")

    def of(self, place: OrgUnit) -> str:
        """The same for another place; for this one, itself alone."""
        return self._query(place.pk, "below" if self.below and place.pk != self.place.pk else "place")

    def _query(self, unit: int, show: str) -> str:
        first, last = self.periods[0].months()[0], self.periods[-1].months()[-1]
        pairs: list[tuple[str, Any]] = [("indicator", self.measure.code), ("unit", unit), ("show", show)]
        pairs += [("frequency", self.frequency), ("from", first.id), ("to", last.id)]
        return urlencode(pairs + [("draw", pk) for pk in self.drawn if show == "below" and unit == self.place.pk])


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
            return Period.parse(text)
        except BadPeriod:
            raise forms.ValidationError(
                _("“%(text)s” is no period: write a month such as 2024-03, a quarter such as 2024Q1, or a year."),
                params={"text": text[:40]},
            ) from None


class ExplorerForm(PlaceForm):
    """`choice` holds the result where the form is valid."""

    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("place", gettext_lazy("the place itself")), ("below", gettext_lazy("each place below it"))],
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[
            ("month", gettext_lazy("month")),
            ("quarter", gettext_lazy("quarter")),
            ("year", gettext_lazy("year")),
        ],
    )
    usual = {"show": "place", "frequency": "quarter"}

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit]) -> None:
        super().__init__(asked, scope, {rule.code: rule for code in definitions() for rule in rivals(code)})
        # `from` is a word of Python, so these two cannot be attributes.
        self.fields["from"] = PeriodField(label=_("From"), required=False)
        self.fields["to"] = PeriodField(label=_("To"), required=False)
        self.choice: Choice | None = None

    def clean(self) -> dict[str, Any]:
        clean = super().clean()
        if not self.errors and not self.nothing_open:
            self._choose(clean)
        return clean

    def _choose(self, clean: dict[str, Any]) -> None:
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
        drawn = tuple(int(pk) for pk in self.answers.getlist("draw") if pk.isascii() and pk.isdigit() and len(pk) < 19)
        self.choice = Choice(measure, place, clean["show"] == "below", clean["frequency"], periods, drawn)
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
