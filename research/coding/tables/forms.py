"""Which codebook a table is about, and the filters of the list of passages."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion, Typology
from research.agenda.queries import study_units
from research.coding.models import Code, Codebook, CodedPassage
from research.coding.queries import tree, under
from research.evaluations.models import Evaluation
from research.observations.models import Language, Observation

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CodebookChoice(forms.Form):
    guide = forms.ModelChoiceField(Codebook.objects.none(), label=_("Codebook"), required=False, empty_label=None)


def codebook_asked(request: HttpRequest, codebooks: QuerySet[Codebook]) -> tuple[Codebook | None, forms.Form]:
    """The codebook that `?guide=` names, else the first in use that was coded with, else the first; and the form that
    chooses it."""
    rows = list(codebooks.exclude(state=Codebook.State.DRAFT).order_by("key", "-edition"))
    asked = request.GET.get("guide", "")
    found = next((one for one in rows if str(one.pk) == asked), None)
    if found is None and rows:
        used = set(CodedPassage.objects.order_by().values_list("code__codebook", flat=True).distinct())
        found = next((one for one in rows if one.pk in used), rows[0])
    form = CodebookChoice(initial={"guide": found.pk if found else None})
    field: Any = form.fields["guide"]
    field.queryset = codebooks.exclude(state=Codebook.State.DRAFT).order_by("key", "-edition")
    return found, form


class PassageFilter(filters.FilterSet):
    """`code`: with those under it. Without a codebook no codes are offered: they would be hundreds."""

    guide = filters.ModelChoiceFilter(
        "code__codebook",
        queryset=Codebook.objects.exclude(state=Codebook.State.DRAFT),
        label=_("Codebook"),
        empty_label=_("All codebooks"),
    )
    code = filters.ModelChoiceFilter(
        method="of_code", queryset=Code.objects.all(), label=_("Code"), empty_label=_("All codes")
    )
    q = filters.CharFilter(
        "excerpt", "icontains", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    site = filters.ModelChoiceFilter(
        "observation__site", queryset=lambda request: study_units(), label=_("Site"), empty_label=_("All sites")
    )
    typology = filters.ModelChoiceFilter(
        method="of_typology",
        queryset=Typology.objects.all(),
        to_field_name="key",
        label=_("Typology"),
        empty_label=_("All typologies"),
    )
    evaluation = filters.ModelChoiceFilter(
        "observation__evaluation_question__evaluation",
        queryset=Evaluation.objects.all(),
        to_field_name="code",
        label=_("Evaluation"),
        empty_label=_("All evaluations"),
    )
    question = filters.ModelChoiceFilter(
        "observation__learning_question",
        queryset=LearningQuestion.objects.all(),
        to_field_name="number",
        label=_("Learning question"),
        empty_label=_("All questions"),
    )
    kind = filters.ChoiceFilter(
        "observation__kind", label=_("Kind"), choices=Observation.Kind.choices, empty_label=_("All kinds")
    )
    language = filters.ChoiceFilter(
        method="in_language", label=_("Language"), choices=Language.choices, empty_label=_("All languages")
    )
    after = filters.DateFilter("observation__observed_on", "gte", label=_("From"), widget=_DATE)
    before = filters.DateFilter("observation__observed_on", "lte", label=_("To"), widget=_DATE)
    coder = filters.ChoiceFilter(
        method="by_coder", choices=[("me", _("Mine only"))], label=_("Coder"), empty_label=_("Everybody")
    )
    adrift = filters.ChoiceFilter(
        method="by_place",
        label=_("State"),
        choices=[("yes", _("its words are gone")), ("no", _("in its place"))],
        empty_label=_("All"),
    )

    class Meta:
        model = CodedPassage
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        guide = str((data or {}).get("guide", ""))
        codebook = Codebook.objects.filter(pk=guide).first() if guide.isdecimal() and len(guide) < 10 else None
        field: Any = self.form.fields["code"]
        self.codes = tree(codebook) if codebook else []
        field.queryset = Code.objects.filter(codebook=codebook)
        field.widget.choices = [("", field.empty_label)] + [
            (code.pk, "– " * getattr(code, "depth", 0) + str(code.name)) for code in self.codes
        ]
        if not codebook:
            field.widget = forms.HiddenInput()

    def of_code(self, rows: QuerySet[CodedPassage], name: str, value: Code) -> QuerySet[CodedPassage]:
        return rows.filter(code__in=under(self.codes).get(value.pk, {value.pk}))

    def of_typology(self, rows: QuerySet[CodedPassage], name: str, value: Typology) -> QuerySet[CodedPassage]:
        return rows.filter(observation__site__study_site__district__typology=value)

    def in_language(self, rows: QuerySet[CodedPassage], name: str, value: str) -> QuerySet[CodedPassage]:
        of_note = Q(quote__isnull=True, observation__language=value)
        return rows.filter(of_note | Q(quote__language=value)) if value else rows

    def by_coder(self, rows: QuerySet[CodedPassage], name: str, value: str) -> QuerySet[CodedPassage]:
        return rows.filter(coder=self.request.user) if value == "me" else rows

    def by_place(self, rows: QuerySet[CodedPassage], name: str, value: str) -> QuerySet[CodedPassage]:
        return rows.filter(adrift=value == "yes") if value else rows
