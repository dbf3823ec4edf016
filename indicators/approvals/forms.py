from typing import Any

import django_filters
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.approvals.kinds import kinds
from indicators.approvals.models import Approval


class StepForm(forms.Form):
    """`seen`: the fingerprint of what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))


class ExceptionForm(forms.Form):
    until = forms.DateField(label=_("Open until"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ApprovalFilter(django_filters.FilterSet):
    etat = django_filters.ChoiceFilter("state", label=_("State"), choices=Approval.States.choices[1:])
    sorte = django_filters.ChoiceFilter("kind", label=_("Kind"), choices=())

    def __init__(self, data: Any = None, queryset: Any = None, *, request: HttpRequest | None = None) -> None:
        self.base_filters["sorte"].extra["choices"] = [(code, kind.name) for code, kind in kinds().items()]
        super().__init__(data, queryset, request=request)
