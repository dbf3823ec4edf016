"""The four forms of the plan. Each field is the model's own, so labels, lengths and choices are said in one place."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from research.agenda.models import (
    Dissemination,
    LearningActivity,
    LearningQuestion,
    LearningResource,
    SubQuestion,
    UseCase,
)
from research.entry_forms import RowForm


class PlanForm(RowForm):
    """A form of the plan. `question`: the one that the page one comes from speaks of."""

    def __init__(self, *args: Any, row: Any = None, question: LearningQuestion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self._offer(row.question if row and hasattr(row, "question") else question)

    def _offer(self, question: LearningQuestion | None) -> None:
        """Where the question is known it is filled in, and only its own parts and activities are offered."""
        if "question" in self.fields and question is not None:
            self.initial.setdefault("question", question.pk)
        own = Q(question=question) if question is not None else Q()
        parts: Any = self.fields.get("part")
        if parts is not None:
            parts.queryset = SubQuestion.objects.filter(own).select_related("question")
            parts.label_from_instance = lambda part: f"{part} {part.text[:70]}"
            if question is not None and not parts.queryset.exists():
                del self.fields["part"]
        activities: Any = self.fields.get("activity")
        if activities is not None:
            activities.queryset = LearningActivity.objects.filter(own)


class ActivityForm(PlanForm):
    model = LearningActivity
    written = (
        "question", "part", "title_fr", "title_en", "method", "evaluation", "partner", "responsible",
        "starts_on", "ends_on", "began_on", "done_on", "cancelled_on", "cancelled_reason",
    )  # fmt: skip


class UseCaseForm(PlanForm):
    model = UseCase
    written = ("question", "part", "decision_fr", "decision_en", "decided_by", "needed_by")


class ResourceForm(PlanForm):
    model = LearningResource
    written = (
        "kind", "question", "activity", "title_fr", "title_en", "reference", "url", "file", "amount", "currency",
        "grant", "withdrawn_on", "withdrawn_reason",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("File"),
            required=False,
            help_text=_("A PDF or a photograph (JPEG, PNG), at most 5 MB."),
            widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        )
        self.initial.pop("file", None)
        if self.row is None:
            self.initial.setdefault("currency", "XOF")

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["currency"] = found["currency"].upper() if found["amount"] is not None else ""
        return found


class DisseminationForm(PlanForm):
    model = Dissemination
    written = (
        "questions", "event_fr", "event_en", "audience_fr", "audience_en", "product", "planned_on", "held_on",
        "place", "url", "cancelled_on", "cancelled_reason",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        question = kwargs.get("question")
        super().__init__(*args, **kwargs)
        asked: Any = self.fields["questions"]
        asked.widget = forms.CheckboxSelectMultiple()
        asked.widget.choices = asked.choices
        if self.row:
            self.initial["questions"] = [one.pk for one in self.row.questions.all()]
        elif question is not None:
            self.initial.setdefault("questions", [question.pk])
