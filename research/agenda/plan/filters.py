from collections.abc import Collection
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.agenda.plan.kinds import WORDS, Kind
from research.agenda.standing import Standing


class PlanFilter(filters.FilterSet):
    """By question and by standing. A standing is no column: it is read from the dates, row by row (a plan is short)."""

    question = filters.ModelChoiceFilter(
        queryset=LearningQuestion.objects.all(),
        to_field_name="number",
        method="of_question",
        label=_("Learning question"),
        empty_label=_("All questions"),
    )
    standing = filters.ChoiceFilter(
        method="in_standing", label=_("Standing"), choices=list(WORDS.items()), empty_label=_("All")
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def of_question(self, rows: QuerySet[Any], name: str, value: LearningQuestion) -> QuerySet[Any]:
        field = "questions" if hasattr(self.kind.model, "questions") else "question"
        return rows.filter(**{field: value})

    def in_standing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        wanted: Collection[int] = [row.pk for row in rows if self.kind.standing(row, today) == Standing(value)]
        return rows.filter(pk__in=wanted)
