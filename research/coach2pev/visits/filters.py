"""The filters of the list of visits; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import Period
from research.coach2pev.models import Coach, SupervisionVisit
from research.coach2pev.visits import queries


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    return queries.sites_for(request.user)


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(pk__in=_sites(request).order_by().values("parent")).order_by("path")


def _coaches(request: HttpRequest) -> QuerySet[Coach]:
    return Coach.objects.order_by("code")


def _months() -> list[tuple[str, str]]:
    return [(month.id, month_text(month)) for month in queries.months_on_record()]


class VisitFilter(filters.FilterSet):
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    etat = filters.ChoiceFilter(
        "state", choices=SupervisionVisit.State.choices, label=_("State"), empty_label=_("All states")
    )
    coach = filters.ModelChoiceFilter(queryset=_coaches, label=_("Coach"), empty_label=_("All coaches"))
    mois = filters.ChoiceFilter(choices=_months, method="in_month", label=_("Month"), empty_label=_("All months"))

    class Meta:
        model = SupervisionVisit
        fields: list[str] = []

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)

    def in_month(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Visits done in the month, and those planned for it that were not done on another day."""
        month = Period.parse(value)
        span = (month.start, month.end)
        return rows.filter(Q(done_on__range=span) | Q(done_on=None, planned_on__range=span))
