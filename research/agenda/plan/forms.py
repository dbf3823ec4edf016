"""The four forms of the plan. Each field is the model's own, so labels, lengths and choices are said in one place."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Model, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from research.agenda.models import (
    Dissemination,
    LearningActivity,
    LearningQuestion,
    LearningResource,
    SubQuestion,
    UseCase,
)
from research.entry_forms import DayField, EntryForm


class WebAddressField(forms.URLField):
    """An address of the web; a link that runs a script or opens a file of the reader's machine is none."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", help_text=_("Beginning with https:// or http://."), **kwargs)


class PlanForm(EntryForm):
    """A form whose fields are those of `model` named in `written`. `row`: the stored one that is edited, or None."""

    model: ClassVar[type[Model]]
    written: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, row: Any = None, question: LearningQuestion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        for name in self.written:
            self.fields[name] = self._field(name)
        self._offer(row.question if row and hasattr(row, "question") else question)
        if row:
            self.initial.update({name: getattr(row, name) for name in self.written if name != "questions"})
            self.initial["version"] = row.version

    def _field(self, name: str) -> forms.Field:
        of_model: Any = self.model._meta.get_field(name)
        if of_model.get_internal_type() == "DateField":
            return DayField(label=of_model.verbose_name.capitalize(), required=not of_model.blank)
        if isinstance(of_model, models.URLField):
            return WebAddressField(label=of_model.verbose_name.capitalize(), max_length=500, required=False)
        field: forms.Field = of_model.formfield()
        long = of_model.get_internal_type() == "CharField" and of_model.max_length >= 200
        if long and not of_model.choices:
            field.widget = forms.Textarea(attrs={"rows": 2, "maxlength": of_model.max_length})
        if name.endswith(("_fr", "_en")):
            field.widget.attrs["lang"] = name[-2:]
        return field

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

    def values(self) -> dict[str, Any]:
        """What the actions take, from a valid form; texts without blanks around them."""
        found = {name: self.cleaned_data[name] for name in self.written if name in self.fields}
        if "questions" in found:
            found["questions"] = list(found["questions"])
        return found

    def differences(self, stored: Any) -> list[tuple[str, Any, Any]]:
        """Where what was typed differs from what is stored: label, stored, typed."""
        rows = []
        for name, typed in self.values().items():
            if name in {"questions", "file"}:
                continue
            old = getattr(stored, name)
            if old != typed:
                rows.append(
                    (str(self.fields[name].label), _shown(self.fields[name], old), _shown(self.fields[name], typed))
                )
        return rows


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


def _shown(field: forms.Field, value: Any) -> Any:
    if isinstance(field, forms.TypedChoiceField):
        return dict(cast(Any, field.choices)).get(value, value)
    return date_format(value) if isinstance(field, forms.DateField) and value else value
