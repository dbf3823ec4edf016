"""The filters of the lists; their state is the query string."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from research.coach2pev.models import Coachee
from research.coach2pev.visits.queries import sites_for


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    return sites_for(request.user)


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(pk__in=_sites(request).order_by().values("parent")).order_by("path")


class CoacheeFilter(filters.FilterSet):
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    poste = filters.ChoiceFilter(
        choices=[("oui", _("in post today")), ("non", _("no longer in post"))],
        method="in_post",
        label=_("Post"),
        empty_label=_("All"),
    )

    class Meta:
        model = Coachee
        fields: list[str] = []

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)

    def in_post(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        ended = Q(in_post_to__lt=timezone.localdate())
        return rows.filter(ended) if value == "non" else rows.exclude(ended)


class StaffFilter(CoacheeFilter):
    poste = None
