from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.agenda.queries import study_units
from research.search.models import SearchEntry


class SearchFilter(filters.FilterSet):
    """What was typed (`q`, read by `questions.read`), and by what the answers are narrowed."""

    q = filters.CharFilter(
        method="as_it_is", label=_("Words"), max_length=400, widget=forms.TextInput(attrs={"type": "search"})
    )
    site = filters.ModelChoiceFilter(
        queryset=lambda request: study_units(), label=_("Site"), empty_label=_("All sites")
    )
    question = filters.ModelChoiceFilter(
        queryset=LearningQuestion.objects.all(),
        to_field_name="number",
        label=_("Learning question"),
        empty_label=_("All questions"),
    )

    class Meta:
        model = SearchEntry
        fields: list[str] = []

    def as_it_is(self, rows: Any, name: str, value: str) -> Any:
        return rows
