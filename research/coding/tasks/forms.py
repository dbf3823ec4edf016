"""Who codes an observation, and the filters of the list of tasks."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.coding.models import Codebook, CodingTask
from research.coding.tasks.queries import coders


class AssignForm(forms.Form):
    codebook = forms.ModelChoiceField(Codebook.objects.none(), label=_("Codebook"), empty_label=_("Choose a codebook"))
    first = forms.ModelChoiceField(coders(), label=_("Coder"), empty_label=_("Choose a person"))
    second = forms.ModelChoiceField(
        coders(),
        label=_("Second coder"),
        required=False,
        empty_label=_("Nobody: one person codes"),
        help_text=_("With a second coder, neither sees the other's codes before both are done."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codebook: Any = self.fields["codebook"]
        codebook.queryset = Codebook.objects.filter(state=Codebook.State.PUBLISHED)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("second") and found.get("second") == found.get("first"):
            self.add_error("second", _("Choose two different people."))
        return found

    def coders(self) -> list[Any]:
        return [one for one in (self.cleaned_data["first"], self.cleaned_data["second"]) if one]

    def refuse(self, error: ValidationError) -> None:
        """Puts what the action refused beside the fields that it names."""
        fields = {"codebook": "codebook", "coders": "first"}
        for field, messages in getattr(error, "message_dict", {"": error.messages}).items():
            self.add_error(fields.get(field), messages)


class TaskFilter(filters.FilterSet):
    guide = filters.ModelChoiceFilter(
        "codebook", queryset=Codebook.objects.all(), label=_("Codebook"), empty_label=_("All codebooks")
    )
    state = filters.ChoiceFilter(
        method="by_state", choices=[("open", _("open")), ("done", _("done"))], label=_("State"), empty_label=_("All")
    )
    coder = filters.ChoiceFilter(
        method="by_coder", choices=[("me", _("Mine only"))], label=_("Coder"), empty_label=_("Everybody")
    )

    class Meta:
        model = CodingTask
        fields: list[str] = []

    def by_state(self, rows: QuerySet[CodingTask], name: str, value: str) -> QuerySet[CodingTask]:
        return rows.filter(done_at__isnull=value == "open") if value else rows

    def by_coder(self, rows: QuerySet[CodingTask], name: str, value: str) -> QuerySet[CodingTask]:
        return rows.filter(coder=self.request.user) if value == "me" else rows
