"""The forms of findings, of what belongs to them and of the log of uses; and how a piece of evidence is looked for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.geography.models import OrgUnit
from indicators.periods import BadPeriod, Period
from indicators.registry.definitions import definitions
from research.agenda.models import LearningQuestion, StudyDistrict, SubQuestion, UseCase
from research.agenda.queries import study_units
from research.entry_forms import RowForm
from research.evaluations.models import EvaluationQuestion
from research.evidence.models import (
    COMPONENTS,
    EvidenceLink,
    Finding,
    FindingAssumption,
    FindingUse,
    RivalExplanation,
)

_HELP = {
    "methods": gettext_lazy("How the evidence was gathered: who asked, whom, how; what may have bent the answers."),
    "coherence": gettext_lazy("How well the finding fits the evidence, that which contradicts it included."),
    "adequacy": gettext_lazy("How much there is, how rich it is, from how many sites and people."),
    "relevance": gettext_lazy("How near its places, people and times are to those that the finding speaks of."),
    "confidence": gettext_lazy("A judgement of the four together, not their sum."),
}


class FindingForm(RowForm):
    model = Finding
    written = (
        "learning_question", "part", "evaluation", "evaluation_question", "statement_fr", "statement_en",
        "explanation_fr", "explanation_en",
        *(name for component in (*COMPONENTS, "confidence") for name in (component, f"{component}_reason")),
        "disseminations",
    )  # fmt: skip

    def __init__(self, *args: Any, row: Finding | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        parts: Any = self.fields["part"]
        parts.queryset = SubQuestion.objects.select_related("question")
        parts.label_from_instance = lambda part: f"{part} {part.text[:70]}"
        asked: Any = self.fields["evaluation_question"]
        asked.queryset = EvaluationQuestion.objects.select_related("evaluation")
        told: Any = self.fields["disseminations"]
        told.widget = forms.CheckboxSelectMultiple()
        told.widget.choices = told.choices
        if row:
            self.initial["disseminations"] = [one.pk for one in row.disseminations.all()]
        for name, words in _HELP.items():
            self.fields[name].help_text = words
            choice: Any = self.fields[name]
            choice.choices = [("", _("Not assessed yet")), *[one for one in choice.choices if one[0]]]

    @property
    def components(self) -> list[tuple[Any, Any]]:
        """Level and reason, side by side, the overall confidence last."""
        return [(self[name], self[f"{name}_reason"]) for name in (*COMPONENTS, "confidence")]

    @property
    def about(self) -> list[Any]:
        return [self[name] for name in ("learning_question", "part", "evaluation", "evaluation_question")]

    @property
    def statements(self) -> list[Any]:
        return [self[name] for name in ("statement_fr", "statement_en", "explanation_fr", "explanation_en")]


class RivalForm(RowForm):
    model = RivalExplanation
    written = ("text_fr", "text_en", "verdict", "reason")


class AssumptionForm(RowForm):
    model = FindingAssumption
    written = ("text_fr", "text_en", "standing", "reason")


class UseForm(RowForm):
    model = FindingUse
    written = (
        "used_by", "used_on", "use_case", "decision_fr", "decision_en", "result_fr", "result_en", "reference",
    )  # fmt: skip

    def __init__(self, *args: Any, question: LearningQuestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases: Any = self.fields["use_case"]
        cases.queryset = UseCase.objects.filter(question=question)


class LookForm(forms.Form):
    """By what a piece of evidence is looked for. Records: site and words; numbers: indicator, place and periods."""

    NUMBERS = (EvidenceLink.Kind.READING, EvidenceLink.Kind.SERIES)

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[one for one in EvidenceLink.Kind.choices if one[0] not in {"series", "passage"}],
        initial=EvidenceLink.Kind.OBSERVATION,
    )
    place = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=gettext_lazy("Place"), required=False, empty_label=gettext_lazy("All places")
    )
    words = forms.CharField(
        label=gettext_lazy("Words"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), required=False)
    first = forms.CharField(
        label=gettext_lazy("Period"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("2025, 2025Q1 or 202501."),
    )
    last = forms.CharField(label=gettext_lazy("To (for a series)"), max_length=10, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["place"]
        districts = StudyDistrict.objects.values("unit")
        known = Q(pk__in=study_units().order_by().values("pk")) | Q(pk__in=districts) | Q(level__lte=2)
        places.queryset = OrgUnit.objects.filter(known).order_by("path")
        indicators: Any = self.fields["indicator"]
        indicators.choices = [("", _("Choose an indicator")), *((one.code, one.name) for one in definitions().values())]

    def clean_first(self) -> str:
        return _period(self.cleaned_data["first"])

    def clean_last(self) -> str:
        return _period(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        if sent.get("kind") in self.NUMBERS:
            for name in ("indicator", "place", "first"):
                if not sent.get(name) and name not in self.errors:
                    self.add_error(name, _("A number is named by its indicator, place and period."))
        return sent

    def key(self) -> tuple[str, str]:
        """Kind and key of the number that was asked for."""
        sent = self.cleaned_data
        start = f"{sent['indicator']}/{sent['place'].pk}/{sent['first']}"
        return ("series", f"{start}..{sent['last']}") if sent["last"] else ("reading", start)


def _period(written: str) -> str:
    if not written:
        return ""
    try:
        return Period.parse(written.strip()).id
    except BadPeriod as error:
        raise ValidationError(_("Write a year, a quarter or a month: 2025, 2025Q1 or 202501.")) from error
