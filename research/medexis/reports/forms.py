"""Choosing a site and a month, and the grid in which the month's stock is typed: products down, fields across."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import Period
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField
from research.medexis.formulas.balance import LOSS_REASONS, Line
from research.medexis.models import Product, StockReport
from research.medexis.reports import actions, queries
from research.medexis.reports.limits import line_problems, received_on_problem

MONTHS_OFFERED = 36
MAIN = tuple(name for name in queries.QUANTITIES if name not in LOSS_REASONS)
"""The columns that are always seen; losses by reason unfold."""


class SiteMonthForm(forms.Form):
    """Which month of which site. The month before this one is offered first: that is the one being reported."""

    site = SiteField()
    mois = forms.ChoiceField(label=_("Month"))

    def __init__(self, data: Any = None, *, user: User, today: date) -> None:
        super().__init__(data)
        now = Period.month_of(today)
        months = [now.shift(-back) for back in range(MONTHS_OFFERED)]
        field: Any = self.fields["mois"]
        field.choices = [(month.id, month_text(month)) for month in months]
        site: Any = self.fields["site"]
        start = site.offer(queries.sites_for(user), queries.last_site(user))
        self.initial = {"site": start, "mois": now.shift(-1).id}


@dataclass
class GridRow:
    """A product's row: name, short label and field of each quantity, losses by reason apart. `closing_before` is where
    the month before ended; `carried` whether the opening shown was taken from there and by nobody confirmed yet."""

    product: Product
    cells: list[tuple[str, str, Any]]
    reasons: list[tuple[str, str, Any]]
    closing_before: int | None
    carried: bool

    @property
    def reasons_open(self) -> bool:
        """Whether the fold of losses by reason starts open: something stands in it."""
        return any(field.value() not in (None, "") or field.errors for _name, _label, field in self.reasons)


class StockForm(EntryForm):
    """A month's grid. Fields are `<product's primary key>-<quantity>`; blank is stored as blank, never as 0."""

    received_on = DayField(label=_("Report received on"))

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        site: OrgUnit,
        period: Period,
        report: StockReport | None,
        carry: bool = False,
    ) -> None:
        """`carry`: blank openings start with where the month before closed, marked as carried over."""
        super().__init__(data)
        self.carry = carry
        self.user, self.site, self.period, self.report = user, site, period, report
        self.products = queries.products(report)
        self.closings = queries.closings_before(site, period)
        self.stored = stored = queries.lines_of(report) if report else {}
        labels = queries.quantity_labels()
        for product in self.products:
            line = stored.get(product.pk, Line())
            for name in queries.QUANTITIES:
                label = f"{product.name} – {labels[name]}"
                field = WholeNumberField(label=label, signed=name == "adjustment")
                self.fields[f"{product.pk}-{name}"] = field
                self.initial[f"{product.pk}-{name}"] = getattr(line, name)
            if carry and line.opening is None:
                self.initial[f"{product.pk}-opening"] = self.closings.get(product.pk)
        self.fields["received_on"].until(timezone.localdate())  # type: ignore[attr-defined]
        self.initial.update({"received_on": report.received_on if report else timezone.localdate()})
        if report and report.received_on is None:  # a file did not tell it
            self.fields["received_on"].required = False
            self.fields["received_on"].help_text = _("Not known. Leave it blank until the day is known.")
        if report:
            self.initial.update({"version": report.version, "client_uuid": report.client_uuid})

    def rows(self) -> list[GridRow]:
        labels = queries.quantity_labels()

        def cells(product: Product, names: tuple[str, ...]) -> list[tuple[str, str, Any]]:
            return [(name, labels[name], self[f"{product.pk}-{name}"]) for name in names]

        found = []
        for product in self.products:
            before, opening = self.closings.get(product.pk), self.stored.get(product.pk, Line()).opening
            shown = self[f"{product.pk}-opening"].value()
            carried = self.carry and opening is None and before is not None and str(shown) == str(before)
            found.append(GridRow(product, cells(product, MAIN), cells(product, LOSS_REASONS), before, carried))
        return found

    def columns(self) -> list[str]:
        labels = queries.quantity_labels()
        return [labels[name] for name in MAIN]

    @property
    def can_carry(self) -> bool:
        """Whether the month before closed with numbers that this month can begin with."""
        return bool(self.closings)

    def line(self, product: Product) -> Line:
        """What was typed for the product; what could not be read counts as blank here, and is an error of its field."""
        return Line(**{name: self.cleaned_data.get(f"{product.pk}-{name}") for name in queries.QUANTITIES})

    def lines(self) -> dict[int, Line]:
        return {product.pk: self.line(product) for product in self.products}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        today = timezone.localdate()
        if (day := data.get("received_on")) and (problem := received_on_problem(day, self.period, today)):
            self.add_error("received_on", problem)
        for product in self.products:
            line, stored = self.line(product), self.stored.get(product.pk)
            for name, sentence in line_problems(line, days=self.period.days, stored=stored).items():
                self.add_error(f"{product.pk}-{name}", sentence)
        return data

    def save(self) -> StockReport:
        """Hands the month to its action and raises what that raises. A form that names a version corrects one."""
        received_on, lines, version = self.cleaned_data["received_on"], self.lines(), self.cleaned_data["version"]
        if self.report and version:
            return actions.edit_report(self.report, by=self.user, version=version, received_on=received_on, lines=lines)
        return actions.save_report(
            by=self.user,
            client_uuid=self.cleaned_data["client_uuid"],
            site=self.site,
            period=self.period,
            received_on=received_on,
            lines=lines,
        )

    def differences(self, stored: StockReport) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        lines, found = queries.lines_of(stored), []
        if stored.received_on != self.cleaned_data.get("received_on"):
            label = str(self.fields["received_on"].label)
            found.append((label, stored.received_on, self.cleaned_data.get("received_on")))
        for product in self.products:
            old, new = lines.get(product.pk, Line()), self.line(product)
            for name in queries.QUANTITIES:
                if getattr(old, name) != getattr(new, name):
                    label = str(self.fields[f"{product.pk}-{name}"].label)
                    found.append((label, getattr(old, name), getattr(new, name)))
        return found
