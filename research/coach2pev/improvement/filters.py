"""The filters of the board; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.improvement import queries
from research.coach2pev.models import ImprovementAction
from research.coach2pev.visits.queries import sites_for


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    return sites_for(request.user)


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(pk__in=_sites(request).order_by().values("parent")).order_by("path")


def _owners(request: HttpRequest) -> QuerySet[User]:
    return queries.owners()


class ActionFilter(filters.FilterSet):
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    etat = filters.ChoiceFilter(
        "state", choices=ImprovementAction.State.choices, label=_("State"), empty_label=_("All states")
    )
    responsable = filters.ModelChoiceFilter("owner", queryset=_owners, label=_("Owner"), empty_label=_("All owners"))
    retard = filters.BooleanFilter(
        "overdue", label=_("Only what is overdue"), widget=forms.CheckboxInput, method="only_overdue"
    )

    class Meta:
        model = ImprovementAction
        fields: list[str] = []

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)

    def only_overdue(self, rows: QuerySet[Any], name: str, wanted: bool | None) -> QuerySet[Any]:
        return rows.filter(overdue=True) if wanted else rows
