"""The form of a memo, and the filters of their list."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.coding.models import Codebook, Memo
from research.entry_forms import RowForm


class MemoForm(RowForm):
    model = Memo
    written = ("kind", "text", "shared")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.update({"rows": 6, "dir": "auto"})
        if not self.row:
            self.initial.setdefault("shared", True)


_ON = [
    ("code", _("code")), ("passage", _("coded passage")), ("observation", _("observation")),
    ("question", _("learning question")),
]  # fmt: skip


class MemoFilter(filters.FilterSet):
    """`memo`: the one that a link led to."""

    q = filters.CharFilter(
        "text", "icontains", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Memo.Kind.choices, empty_label=_("All kinds"))
    on = filters.ChoiceFilter(method="hangs_on", label=_("On"), choices=_ON, empty_label=_("Everything"))
    guide = filters.ModelChoiceFilter(
        method="of_codebook", queryset=Codebook.objects.all(), label=_("Codebook"), empty_label=_("All codebooks")
    )
    question = filters.ModelChoiceFilter(
        queryset=LearningQuestion.objects.all(),
        to_field_name="number",
        label=_("Learning question"),
        empty_label=_("All questions"),
    )
    author = filters.ChoiceFilter(
        method="by_author", choices=[("me", _("Mine only"))], label=_("Author"), empty_label=_("Everybody")
    )
    memo = filters.NumberFilter("pk", widget=forms.HiddenInput, min_value=1, max_value=2**31)

    class Meta:
        model = Memo
        fields: list[str] = []

    def hangs_on(self, rows: QuerySet[Memo], name: str, value: str) -> QuerySet[Memo]:
        return rows.filter(**{f"{value}__isnull": False}) if value else rows

    def of_codebook(self, rows: QuerySet[Memo], name: str, value: Codebook) -> QuerySet[Memo]:
        return rows.filter(code__codebook=value) | rows.filter(passage__code__codebook=value)

    def by_author(self, rows: QuerySet[Memo], name: str, value: str) -> QuerySet[Memo]:
        return rows.filter(created_by=self.request.user) if value == "me" else rows
