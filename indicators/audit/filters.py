from typing import Any

import django_filters as filters
from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.audit.models import AuditEntry

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def subject_name(label: str) -> str:
    """What the records of that table are called; the label itself where the table is no longer there."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


class JournalFilter(filters.FilterSet):
    who = filters.CharFilter(method="by_account", label=_("Account"), max_length=150)
    action = filters.ChoiceFilter(label=_("What"), choices=AuditEntry.Action.choices, empty_label=_("Everything"))
    subject = filters.ChoiceFilter(label=_("Kind of record"), choices=lambda: _subjects(), empty_label=_("All kinds"))
    key = filters.CharFilter("subject_key", label=_("Number of the record"), max_length=60)
    after = filters.DateFilter("at__date", "gte", label=_("From"), widget=_DATE)
    before = filters.DateFilter("at__date", "lte", label=_("To"), widget=_DATE)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_account(self, entries: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        return entries.filter(who__in=User.objects.filter(username__iexact=value).values("pk"))


def _subjects() -> list[tuple[str, Any]]:
    """Kinds that the journal knows, by name: those that can have a history, read from the code and not from rows."""
    from indicators.audit.sources import sources

    labels = {
        source.model.instance_type._meta.label_lower  # type: ignore[attr-defined]
        for source in sources().values()
        if hasattr(source.model, "instance_type")
    }
    return sorted(((label, subject_name(label)) for label in labels), key=lambda pair: pair[1].casefold())
