"""The forms of a plan and of a draft. What a draft asks for depends on its method: one chooses that first."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from research.agenda.models import StudyDistrict
from research.agenda.queries import study_units
from research.entry_forms import RowForm, WholeNumberField
from research.linkage.methods.catalogue import METHODS
from research.linkage.plans.models import AnalysisPlan, PlanVersion
from research.linkage.plans.option_words import choice_label, option_help, option_label, threshold_help
from research.linkage.plans.rules import outcomes, rivals_of

Exposure = PlanVersion.Exposure
SET_BY_THE_PLAN = {"change"}
"""Options that follow from the plan's own date and are not typed."""


class PlanForm(RowForm):
    model = AnalysisPlan
    written = ("title_fr", "title_en", "learning_question", "evaluation")


class VersionForm(RowForm):
    """`method`: which one; its options are fields named `option_<name>`."""

    model = PlanVersion
    written = (
        "outcome", "rival", "first", "last", "exposure", "changed_on", "dose", "units", "comparison", "threshold",
        "threshold_why", "why",
    )  # fmt: skip

    def __init__(self, *args: Any, plan: AnalysisPlan, method: str, row: PlanVersion | None = None, **kw: Any) -> None:
        self.method, self.plan = METHODS[method], plan
        super().__init__(*args, row=row, **kw)
        self._offer_indicators()
        self._offer_places()
        self._by_method()
        for name in ("first", "last"):
            self.fields[name].widget.attrs["placeholder"] = "2024Q1"
            self.fields[name].help_text = _("A month or a quarter, for example 202401 or 2024Q1.")
        self.fields["threshold"] = forms.FloatField(
            label=self.fields["threshold"].label, required=False, localize=True, help_text=threshold_help(method),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )  # fmt: skip
        for option in self.method.options:
            if option.name not in SET_BY_THE_PLAN:
                self._add_option(option)
        if row:
            self.initial["units"] = [unit.pk for unit in row.units.all()]
            self.initial["comparison"] = [unit.pk for unit in row.comparison.all()]

    def _offer_indicators(self) -> None:
        every = [(one.code, one.name) for one in outcomes()]
        others = [
            (code_name, [(rival.code, rival.name) for rival in found])
            for code, code_name in every
            if (found := rivals_of(code))
        ]
        choices = {
            "outcome": [("", _("Choose an indicator")), *every],
            "dose": [("", _("Choose an indicator")), *every],
            "rival": [("", _("No other definition")), *others],
        }
        for name, offered in choices.items():
            old = self.fields[name]
            self.fields[name] = forms.ChoiceField(label=old.label, choices=offered, required=name != "rival")
        self.fields["rival"].help_text = _("The analysis is repeated with it, to see whether the result hangs on it.")

    def _offer_places(self) -> None:
        districts = StudyDistrict.objects.values("unit")
        followed = self.plan.evaluation.sites.values("unit") if self.plan.evaluation else []
        known = Q(pk__in=study_units().order_by().values("pk")) | Q(pk__in=districts) | Q(parent__in=districts)
        offered = OrgUnit.objects.filter(known | Q(pk__in=followed)).select_related("parent").order_by("path")
        groups: dict[str, list[tuple[int, str]]] = {}
        for unit in offered:
            groups.setdefault(str(unit.parent or ""), []).append((unit.pk, unit.name))
        for name in ("units", "comparison"):
            field = forms.ModelMultipleChoiceField(
                offered, label=self.fields[name].label, required=False, widget=forms.CheckboxSelectMultiple()
            )
            field.choices = list(groups.items())
            self.fields[name] = field
        if self.plan.evaluation:
            self.initial.setdefault("units", list(self.plan.evaluation.sites.values_list("unit", flat=True)))

    def _by_method(self) -> None:
        """Takes away what the method does not ask for."""
        if self.method.needs_exposure:
            self.initial["exposure"] = Exposure.INDICATOR
            for name in ("exposure", "changed_on"):
                del self.fields[name]
        else:
            del self.fields["dose"]
            kinds: Any = self.fields["exposure"]
            kinds.choices = [
                one for one in Exposure.choices
                if one[0] == Exposure.DATE or (one[0] == Exposure.STAGES and self.plan.evaluation_id)
            ]  # fmt: skip
            self.initial.setdefault("exposure", kinds.choices[0][0])
            self.fields["changed_on"].help_text = _("With one date only. The period in which it lies counts as after.")
        if self.method.needs_comparison:
            self.fields["comparison"].help_text = _(
                "Places without the change. By the evaluation’s stages, places that begin later compare too."
            )
        else:
            del self.fields["comparison"]

    def _add_option(self, option: Any) -> None:
        label, help_text = option_label(option.name), option_help(option.name)
        field: forms.Field
        if option.choices:
            field = forms.ChoiceField(
                label=label, help_text=help_text, choices=[(str(one), choice_label(one)) for one in option.choices]
            )
        elif option.kind == "bool":
            field = forms.BooleanField(label=label, help_text=help_text, required=False)
        elif option.kind == "float":
            field = forms.FloatField(
                label=label, help_text=help_text, required=option.default is not None, localize=True
            )
        else:
            field = WholeNumberField(label=label, help_text=help_text, lowest=0, highest=1_000_000_000)
            field.required = option.default is not None
        key = f"option_{option.name}"
        self.fields[key] = field
        self.initial[key] = (self.row.options if self.row else {}).get(option.name, option.default)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if self.method.needs_exposure:
            found["exposure"] = Exposure.INDICATOR
        if not self.method.needs_comparison:
            found["comparison"] = []
        options = {}
        for option in self.method.options:
            if (key := f"option_{option.name}") in self.fields:
                value = self.cleaned_data[key]
                kept = {str(one): one for one in option.choices or ()}
                options[option.name] = kept.get(value, value) if kept else value
        return found | {"method": self.method.code, "options": options}

    def differences(self, stored: Any) -> list[tuple[str, Any, Any]]:
        named = {name: value for name, value in self.values().items() if name in self.fields}
        rows = []
        for name, typed in named.items():
            if name in {"units", "comparison"}:
                typed, old = len(typed), getattr(stored, name).count()
            else:
                old = getattr(stored, name)
            if old != typed:
                rows.append((str(self.fields[name].label), old, typed))
        return rows

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields by what they are about, for the page."""
        about = (
            (gettext_lazy("What is looked at"), ("outcome", "rival", "first", "last")),
            (gettext_lazy("What changed"), ("exposure", "changed_on", "dose")),
            (gettext_lazy("Where"), ("units", "comparison")),
            (gettext_lazy("Options of the method"), tuple(one for one in self.fields if one.startswith("option_"))),
            (gettext_lazy("What would matter, and why so"), ("threshold", "threshold_why", "why")),
        )
        named = [(title, [self[name] for name in names if name in self.fields]) for title, names in about]
        return [(title, fields) for title, fields in named if fields]
