"""Which units a request for values means, as far as the person may meet them."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.api.dhis2.answers import conflict, flag, several
from indicators.api.dhis2.names import group_uid
from indicators.api.dhis2.units import memberships_of, units_of
from indicators.api.dhis2.value_names import called, check_all_known, input_column
from indicators.geography.models import OrgUnitGroup
from indicators.geography.scopes import limit_to_scope

LISTED_UNITS = 500
"""So many units are named in the query one by one; more are found by what lies above them."""
LISTED_TOPS = 50


def units_asked(params: QueryDict, user: User) -> tuple[dict[int, str], Q]:
    """Unit id → what it is called, and a condition that finds these and perhaps others."""
    named, groups = several(params, "orgUnit"), several(params, "orgUnitGroup")
    if not named and not groups:
        raise conflict("E2006", _("At least one organisation unit or group must be named."), "orgUnit")
    children = flag(params, "children")
    if children and groups and not named:
        raise conflict("E2007", _("Children of a group’s units cannot be asked for."), "children")
    by = input_column(params, "inputOrgUnitIdScheme")
    tops = {getattr(row, by): row for row in units_of(user).filter(**{f"{by}__in": named})}
    check_all_known(named, tops, "orgUnit")
    keys = {group_uid(key): key for key in OrgUnitGroup.objects.values_list("key", flat=True)}
    check_all_known(groups, keys, "orgUnitGroup")
    members = memberships_of(timezone.localdate()).filter(group__key__in=[keys[uid] for uid in groups])
    found = {row.unit_id: row.unit for row in limit_to_scope(members, user, unit="unit").select_related("unit")}
    found |= {row.pk: row for row in tops.values()}
    below = Q(pk__in=[])
    if children:
        paths = _highest([row.path for row in tops.values()])
        if len(paths) <= LISTED_TOPS:
            below = reduce(or_, (Q(path__startswith=path) for path in paths))
            rows = units_of(user).filter(below)
            found |= {row.pk: row for row in rows}
        else:
            known = set(paths)
            found |= {row.pk: row for row in units_of(user) if not known.isdisjoint(_above(row.path))}
    names = {pk: called(row, params, "orgUnitIdScheme") for pk, row in found.items()}
    if len(found) <= LISTED_UNITS:
        return names, Q(unit__in=list(found))
    if children and not groups and len(paths) <= LISTED_TOPS:
        return names, Q(unit__in=units_of(user).filter(below).order_by().values("pk"))
    return names, Q()


def _highest(paths: list[str]) -> list[str]:
    """Without those that lie below another one."""
    tops: list[str] = []
    for path in sorted(paths):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tops


def _above(path: str) -> Iterator[str]:
    """The paths of everything above, and the path itself."""
    start = 1
    while (end := path.find("/", start)) != -1:
        yield path[: end + 1]
        start = end + 1
