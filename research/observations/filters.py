"""The filters of the list of observations; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.agenda.queries import study_units
from research.evaluations.models import Evaluation, EvaluationQuestion
from research.observations.models import Observation
from research.observations.queries import containing, to_review

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ObservationFilter(filters.FilterSet):
    q = filters.CharFilter(
        method="search", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    site = filters.ModelChoiceFilter(
        queryset=lambda request: study_units(), label=_("Site"), empty_label=_("All sites")
    )
    evaluation = filters.ModelChoiceFilter(
        field_name="evaluation_question__evaluation",
        queryset=Evaluation.objects.all(),
        to_field_name="code",
        label=_("Evaluation"),
        empty_label=_("All evaluations"),
    )
    evaluation_question = filters.ModelChoiceFilter(
        queryset=EvaluationQuestion.objects.select_related("evaluation"),
        label=_("Evaluation question"),
        empty_label=_("All questions"),
    )
    learning_question = filters.ModelChoiceFilter(
        queryset=LearningQuestion.objects.all(),
        to_field_name="number",
        label=_("Learning question"),
        empty_label=_("All questions"),
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Observation.Kind.choices, empty_label=_("All kinds"))
    state = filters.ChoiceFilter(label=_("State"), choices=Observation.State.choices, empty_label=_("All states"))
    after = filters.DateFilter("observed_on", "gte", label=_("From"), widget=_DATE)
    before = filters.DateFilter("observed_on", "lte", label=_("To"), widget=_DATE)
    author = filters.ChoiceFilter(
        method="by_author", choices=[("me", _("Mine only"))], label=_("Author"), empty_label=_("Everybody")
    )

    review = filters.ChoiceFilter(
        method="for_review", choices=[("me", _("Waits for my review"))], label=_("Review"), empty_label=_("All")
    )

    class Meta:
        model = Observation
        fields: list[str] = []

    def search(self, rows: QuerySet[Observation], name: str, value: str) -> QuerySet[Observation]:
        return containing(rows, value)

    def for_review(self, rows: QuerySet[Observation], name: str, value: Any) -> QuerySet[Observation]:
        return rows.filter(pk__in=to_review(self.request.user).order_by().values("pk")) if value == "me" else rows

    def by_author(self, rows: QuerySet[Observation], name: str, value: Any) -> QuerySet[Observation]:
        return rows.filter(created_by=self.request.user) if value == "me" else rows
