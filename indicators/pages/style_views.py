"""The style guide: every part that pages are built from, with example values, for those who build or judge pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.accounts.permissions import may
from indicators.pages.bars import bar_pairs
from indicators.pages.charts import Series, line_chart, small_multiples
from indicators.pages.formats import period_text
from indicators.periods import Period, between

_RISING = [41.5, 48.0, None, 71.2, 88.9, 104.3]
_FALLING = [107.0, 96.4, 62.0, 74.8, 91.1, 100.0]
_LARGE = [812_000.0, 798_500.0, 831_200.0, 845_900.0, None, 861_000.0]
_SMALL = [9_120.0, 9_480.0, 8_990.0, 9_730.0, 10_240.0, 10_010.0]


class ExampleForm(forms.Form):
    """One field of each kind, to look at labels, help and errors."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), choices=[("", "---------"), ("1", "A")])
    day = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Not in the future."),
    )
    count = forms.IntegerField(label=gettext_lazy("Count"), min_value=0, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")), ("na", gettext_lazy("not applicable"))],
    )
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea, required=False)


def style_guide(request: HttpRequest) -> HttpResponse:
    """Example values only; nothing is read from the database or written to it."""
    if not may(request.user, "system.see_parts"):
        raise PermissionDenied
    form = ExampleForm(request.POST or None)
    return render(request, "indicators/pages/style_guide.html", {"form": form, **_examples()})


def _examples() -> dict[str, Any]:
    quarters = [period_text(p) for p in between(Period.parse("2022Q4"), Period.parse("2024Q1"))]

    def series(name: str, values: Sequence[float | None]) -> Series:
        return Series(name, list(zip(quarters, values, strict=True)), demonstration=True)

    example = _("Example")
    coverage: dict[str, Any] = {"unit": "%", "source": example, "reference": 100, "reference_label": "100 %"}
    return {
        "line": line_chart([series("A", _RISING), series("B", _FALLING)], title=_("Coverage by quarter"), **coverage),
        "multiples": small_multiples(
            [series("A", _LARGE), series("B", _SMALL)], title=_("Doses by quarter"), unit=_("doses"), source=example
        ),
        "bars": bar_pairs(
            [("A", 8, 7), ("B", 8, 9), ("C", 8, 0), ("D", 8, None)],
            title=_("Visits by site"),
            unit=_("visits"),
            source=example,
            planned_name=_("planned"),
            done_name=_("done"),
            demonstration=True,
        ),
        "nothing": line_chart([series("A", [None] * 6)], title=_("No data at all"), unit="%", source=example),
        "headers": [_("Site"), _("doses"), "%"],
        "rows": [["A", 1146, 104.3], ["B", 0, None]],
        "events": [
            {"date": date(2025, 7, 21), "text": example, "state": "done"},
            {"date": date(2025, 9, 1), "text": example, "state": "late", "demonstration": True},
            {"date": date(2025, 12, 1), "text": example},
        ],
        "facts": [(_("Site"), "A"), (_("Date"), "")],
        "page": Paginator(range(60), 20).page(2),
    }
