from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.evidence.models import Confidence, Finding, FindingUse
from research.evidence.queries import to_review

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FindingFilter(filters.FilterSet):
    question = filters.ModelChoiceFilter(
        field_name="learning_question", queryset=LearningQuestion.objects.all(), to_field_name="number",
        label=_("Learning question"), empty_label=_("All questions"),
    )  # fmt: skip
    evaluation = filters.ModelChoiceFilter(
        queryset=Evaluation.objects.all(), to_field_name="code", label=_("Evaluation"),
        empty_label=_("All evaluations"),
    )  # fmt: skip
    confidence = filters.ChoiceFilter(label=_("Confidence"), choices=Confidence.choices, empty_label=_("All levels"))
    state = filters.ChoiceFilter(label=_("State"), choices=Finding.State.choices, empty_label=_("All states"))
    stale = filters.ChoiceFilter(
        method="in_doubt", choices=[("yes", _("To be looked at again"))], label=_("Standing"), empty_label=_("All")
    )
    review = filters.ChoiceFilter(
        method="for_review", choices=[("me", _("Waits for my review"))], label=_("Review"), empty_label=_("All")
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def in_doubt(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(stale_since__isnull=False)

    def for_review(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(pk__in=to_review(self.request.user).order_by().values("pk"))


class UseFilter(filters.FilterSet):
    question = filters.ModelChoiceFilter(
        field_name="finding__learning_question", queryset=LearningQuestion.objects.all(), to_field_name="number",
        label=_("Learning question"), empty_label=_("All questions"),
    )  # fmt: skip
    evaluation = filters.ModelChoiceFilter(
        field_name="finding__evaluation", queryset=Evaluation.objects.all(), to_field_name="code",
        label=_("Evaluation"), empty_label=_("All evaluations"),
    )  # fmt: skip
    after = filters.DateFilter("used_on", "gte", label=_("From"), widget=_DATE)
    before = filters.DateFilter("used_on", "lte", label=_("To"), widget=_DATE)
    q = filters.CharFilter(
        method="saying", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = FindingUse
        fields: list[str] = []

    def saying(self, rows: QuerySet[FindingUse], name: str, value: str) -> QuerySet[Any]:
        for word in value.split():
            rows = rows.filter(
                Q(used_by__icontains=word) | Q(decision_fr__icontains=word) | Q(decision_en__icontains=word)
            )
        return rows
