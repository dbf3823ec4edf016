"""The choice of months and elements to check, and the grid in which recounts are typed."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.models import DataElement
from indicators.pages.formats import month_text
from indicators.periods import Period, between
from research.coach2pev.models import RegisterCheck, SupervisionVisit
from research.coach2pev.verification import actions, queries
from research.coach2pev.verification.queries import Key, Reported
from research.coach2pev.visits.queries import sites_for
from research.entry_forms import WholeNumberField

BACK = 36
"""Months before the visit that are offered."""
MOST_MONTHS, MOST_ELEMENTS = 12, 4
FIRST_MONTHS = 3
"""Full months before the visit that the page begins with."""
FIRST_CONCEPTS = ("DTP1", "DTP3")


class ChoiceForm(forms.Form):
    """Asked for in the address. What is not given is the three full months before the visit, and DTP1 and DTP3."""

    depuis = forms.ChoiceField(label=_("From month"))
    jusqua = forms.ChoiceField(label=_("To month"))
    element = forms.ModelMultipleChoiceField(
        DataElement.objects.none(), label=_("Doses of"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, visit: SupervisionVisit) -> None:
        present = Period.month_of(visit.done_on or visit.planned_on or timezone.localdate())
        offered = [present.shift(-back) for back in range(BACK + 1)]
        elements = queries.dose_elements()
        first = [one for one in elements if one.concept in FIRST_CONCEPTS][:MOST_ELEMENTS] or list(elements[:1])
        start = {
            "depuis": present.shift(-FIRST_MONTHS).id,
            "jusqua": present.shift(-1).id,
            "element": [one.pk for one in first],
        }
        super().__init__(data if data.get("depuis") else None, initial=start)
        fields: Any = self.fields
        for name in ("depuis", "jusqua"):
            fields[name].choices = [(month.id, month_text(month)) for month in offered]
        fields["element"].queryset = elements
        self._first = [present.shift(-back) for back in range(FIRST_MONTHS, 0, -1)], first

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"depuis", "jusqua"} <= data.keys():
            first, last = Period.parse(data["depuis"]), Period.parse(data["jusqua"])
            if last < first:
                self.add_error("jusqua", _t("The last month lies before the first."))
            elif len(list(between(first, last))) > MOST_MONTHS:
                self.add_error("jusqua", _t("At most %(most)s months at once.") % {"most": MOST_MONTHS})
        if len(data.get("element", [])) > MOST_ELEMENTS:
            self.add_error("element", _t("At most %(most)s elements at once.") % {"most": MOST_ELEMENTS})
        return data

    def chosen(self) -> tuple[list[Period], list[DataElement]]:
        """The months, the earliest first, and the elements."""
        if not self.is_bound or not self.is_valid():
            return self._first
        data = self.cleaned_data
        return list(between(Period.parse(data["depuis"]), Period.parse(data["jusqua"]))), list(data["element"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One month and element: its fields, what is stored as reported, and the check there is."""

    month: Period
    element: DataElement
    reported: Reported | None
    check: RegisterCheck | None
    register_field: Any
    reported_field: Any
    note_field: Any
    version_field: Any


class RegisterForm(forms.Form):
    """Fields `register-`, `reported-`, `note-` and `version-<month>-<element>` of each cell."""

    def __init__(
        self, data: Any, *, visit: SupervisionVisit, months: list[Period], elements: list[DataElement]
    ) -> None:
        super().__init__(data)
        self.visit = visit
        self.checks = queries.checks_of(visit)
        self.reports = queries.reported_at(visit.site_id, [one.pk for one in elements], months)
        self.keys: list[tuple[Period, DataElement]] = [(month, one) for one in elements for month in months]
        for month, element in self.keys:
            self._add(month, element)

    def _add(self, month: Period, element: DataElement) -> None:
        key: Key = (month.id, element.pk)
        check, report = self.checks.get(key), self.reports.get(key)
        name = _name(key)
        count: Any = {"highest": actions.MOST}
        self.fields[f"register-{name}"] = WholeNumberField(label=_("Counted in the register"), **count)
        self.fields[f"reported-{name}"] = WholeNumberField(label=_("In the monthly report"), **count)
        self.fields[f"note-{name}"] = forms.CharField(label=_("Note"), max_length=300, required=False)
        self.fields[f"version-{name}"] = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
        whole = report.whole if report else None
        start: dict[str, Any] = {
            f"register-{name}": check.register if check else None,
            f"reported-{name}": check.reported if check else whole,
            f"note-{name}": check.note if check else "",
            f"version-{name}": check.version if check else 0,
        }
        self.initial.update(start)

    def rows(self) -> list[tuple[DataElement, list[Cell]]]:
        """The cells by element, for the page."""
        found: dict[DataElement, list[Cell]] = {}
        for month, element in self.keys:
            key: Key = (month.id, element.pk)
            fields = [self[f"{part}-{_name(key)}"] for part in ("register", "reported", "note", "version")]
            cell = Cell(month, element, self.reports.get(key), self.checks.get(key), *fields)
            found.setdefault(element, []).append(cell)
        return list(found.items())

    def save(self, by: User) -> int:
        """Hands the recounts to the action; raises what that raises."""
        counted: dict[Key, actions.Counted] = {}
        for month, element in self.keys:
            key: Key = (month.id, element.pk)
            name = _name(key)
            data = {part: self.cleaned_data[f"{part}-{name}"] for part in ("register", "reported", "note", "version")}
            counted[key] = actions.Counted(
                data["register"], data["reported"], data["note"].strip(), data["version"] or 0
            )
        return actions.record_checks(self.visit, by=by, counted=counted)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for month, element in self.keys:
            name = _name((month.id, element.pk))
            if data.get(f"note-{name}") and data.get(f"register-{name}", 0) is None:
                sentence = _t("A note stands beside a count: give the count, or take the note away.")
                self.add_error(f"register-{name}", sentence)
        return data

    def refuse(self, error: ValidationError) -> None:
        self.add_error(None, error.messages)  # type: ignore[arg-type]

    def rebase(self) -> None:
        """Keeps what was typed and names the versions that are stored now, so that saving again replaces them."""
        data: Any = cast(Any, self.data).copy()
        for month, element in self.keys:
            key: Key = (month.id, element.pk)
            data[f"version-{_name(key)}"] = str(self.checks[key].version if key in self.checks else 0)
        self.data = data


class FactorsForm(forms.Form):
    """The filters of the page of factors."""

    district = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("District"), empty_label=_("All districts"), required=False
    )
    element = forms.ModelChoiceField(
        DataElement.objects.none(), label=_("Doses of"), empty_label=_("All elements"), required=False
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        fields: Any = self.fields
        parents = sites_for(user).order_by().values("parent")
        fields["district"].queryset = OrgUnit.objects.filter(pk__in=parents).order_by("path")
        fields["element"].queryset = queries.dose_elements()

    def said(self, name: str) -> Any:
        """What was chosen and makes sense, else None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


def _name(key: Key) -> str:
    return f"{key[0]}-{key[1]}"
