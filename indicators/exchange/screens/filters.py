"""The filters of the list of imports; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.exchange.models import ImportRun
from indicators.exchange.policies import can_see_imports
from indicators.exchange.screens.words import kind_choices


def _senders(request: HttpRequest) -> QuerySet[User]:
    return User.objects.filter(pk__in=ImportRun.objects.order_by().values("by")).order_by("username")


class RunFilter(filters.FilterSet):
    fichier = filters.CharFilter("file_name", "icontains", label=_("File name"))
    etat = filters.ChoiceFilter("state", choices=ImportRun.State.choices, label=_("State"), empty_label=_("All states"))
    format = filters.ChoiceFilter("kind", choices=kind_choices, label=_("Format"), empty_label=_("All formats"))
    par = filters.ModelChoiceFilter("by", queryset=_senders, label=_("By"), empty_label=_("Everybody"))
    du = filters.DateFilter(
        "at", "date__gte", label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    au = filters.DateFilter(
        "at", "date__lte", label=_("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = ImportRun
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_see_imports(self.request.user):  # whose list holds one's own only
            del self.filters["par"]
