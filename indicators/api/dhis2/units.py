"""Organisation units, their levels and groups, as far as the person may meet them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.api.dhis2.filters import refused
from indicators.api.dhis2.names import base_name, display_name, group_uid, level_uid, short, translations
from indicators.api.dhis2.resource import Property, Resource, Row
from indicators.geography.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership, UnitBoundary
from indicators.geography.scopes import limit_to_scope
from indicators.registry.models import DataSetAssignment


def units_of(user: User) -> QuerySet[OrgUnit]:
    """The units that the person may meet."""
    return limit_to_scope(OrgUnit.objects.all(), user)


def tops_of(user: User) -> list[OrgUnit]:
    """The units that the person's work begins with: a clerk's districts, else the top of the tree."""
    units = list(units_of(user).filter(Q(parent=None) | Q(pk__in=user.districts.values("pk"))).order_by("path"))
    roots = [unit for unit in units if unit.parent_id is None]
    return roots or units


def _parents(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    known = units_of(user).in_bulk({row.parent_id for row in rows if row.parent_id})
    return {row.pk: known[row.parent_id] for row in rows if row.parent_id in known}


def _children(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[OrgUnit]] = defaultdict(list)
    for child in units_of(user).filter(parent__in=[row.pk for row in rows]).order_by("name", "pk"):
        found[child.parent_id or 0].append(child)
    return {row.pk: found.get(row.pk, []) for row in rows}


def _leaves(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    parents = set(OrgUnit.objects.filter(parent__in=[row.pk for row in rows]).values_list("parent", flat=True))
    return {row.pk: row.pk not in parents for row in rows}


def _ancestors(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    known = units_of(user).in_bulk({pk for row in rows for pk in row.ancestor_ids[:-1]})
    return {row.pk: [known[pk] for pk in row.ancestor_ids[:-1] if pk in known] for row in rows}


def _paths(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    """With uids, as DHIS2 writes them; whole, since an identifier tells nothing of a place."""
    uids = dict(OrgUnit.objects.filter(pk__in={pk for row in rows for pk in row.ancestor_ids}).values_list("pk", "uid"))
    return {row.pk: "".join(f"/{uids[pk]}" for pk in row.ancestor_ids) for row in rows}


def _geometries(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    return dict(UnitBoundary.objects.filter(unit__in=[row.pk for row in rows]).values_list("unit", "geometry"))


def _groups(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[OrgUnitGroup]] = {row.pk: [] for row in rows}
    for membership in memberships_of(timezone.localdate()).filter(unit__in=list(found)).select_related("group"):
        found[membership.unit_id].append(membership.group)
    return found


def _data_sets(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for one in DataSetAssignment.objects.filter(unit__in=list(found)).select_related("data_set").order_by("data_set"):
        found[one.unit_id].append(one.data_set)
    return found


def memberships_of(day: date) -> QuerySet[OrgUnitGroupMembership]:
    """Who belongs to which group on that day."""
    begun, going_on = Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gte=day)
    return OrgUnitGroupMembership.objects.filter(begun & going_on).order_by("group__key", "unit__path")


def _on_path(operator: str, value: str, user: User) -> Q:
    """`path:like:UID` is everything at or below that unit, wherever it lies in the text; `eq` the unit itself."""
    uid = value.strip("/").rpartition("/")[2]
    unit = OrgUnit.objects.filter(uid=uid).only("path").first()
    if operator not in ("eq", "like", "ilike", "$like", "$ilike"):
        raise refused("filter", f"path:{operator}")
    if unit is None:
        return Q(pk__in=[])
    return Q(path=unit.path) if operator == "eq" else Q(path__startswith=unit.path)


def _in_group(operator: str, value: str, user: User) -> Q:
    if operator not in ("eq", "in"):
        raise refused("filter", operator)
    wanted = value.strip("[]").split(",") if operator == "in" else [value]
    return Q(key__in=[key for key in OrgUnitGroup.objects.values_list("key", flat=True) if group_uid(key) in wanted])


UNITS = Resource(
    "organisationUnits",
    "OrganisationUnit",
    lambda user: units_of(user),
    {
        "id": Property(lambda row: row.uid, lookup="uid"),
        "code": Property(lambda row: row.code, lookup="code"),
        "name": Property(lambda row: row.name, lookup="name"),
        "displayName": Property(lambda row: row.name, lookup="name"),
        "shortName": Property(short(display_name), lookup="name"),
        "displayShortName": Property(short(display_name), lookup="name"),
        "level": Property(lambda row: row.level, lookup="level", kind=int),
        "openingDate": Property(lambda row: _day(row.opening_date), lookup="opening_date", kind=date),
        "closedDate": Property(lambda row: _day(row.closed_date), lookup="closed_date", kind=date),
        "path": Property(fetch=_paths, where=_on_path),
        "leaf": Property(fetch=_leaves),
        "geometry": Property(fetch=_geometries, lookup="boundary"),
        "parent": Property(fetch=_parents, of="organisationUnits", lookup="parent"),
        "children": Property(fetch=_children, of="organisationUnits", lookup="children"),
        "ancestors": Property(fetch=_ancestors, of="organisationUnits", listed=False),
        "organisationUnitGroups": Property(fetch=_groups, of="organisationUnitGroups", lookup="unit_groups"),
        "dataSets": Property(fetch=_data_sets, of="dataSets", lookup="assignments__data_set"),
    },
)


def _members(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[OrgUnit]] = {row.pk: [] for row in rows}
    today = memberships_of(timezone.localdate()).filter(group__in=list(found))
    for membership in limit_to_scope(today, user, unit="unit").select_related("unit"):
        found[membership.group_id].append(membership.unit)
    return found


GROUPS = Resource(
    "organisationUnitGroups",
    "OrganisationUnitGroup",
    lambda user: OrgUnitGroup.objects.all(),
    {
        "id": Property(lambda row: group_uid(row.key), where=_in_group),
        "code": Property(lambda row: row.key, lookup="key"),
        "name": Property(base_name, lookup="name_fr"),
        "displayName": Property(display_name, lookup="name_fr"),
        "shortName": Property(short(base_name), lookup="name_fr"),
        "translations": Property(translations),
        "organisationUnits": Property(fetch=_members, of="organisationUnits"),
    },
    order=("displayName", "code"),
)


@dataclass(frozen=True)
class Level:
    """How deep in the tree; 1 is the country."""

    level: int

    @property
    def pk(self) -> int:
        return self.level

    @property
    def name(self) -> str:
        return _("Level {number}").format(number=self.level)


def _levels(user: User) -> list[Any]:
    return [Level(one) for one in units_of(user).order_by("level").values_list("level", flat=True).distinct()]


LEVELS = Resource(
    "organisationUnitLevels",
    "OrganisationUnitLevel",
    _levels,
    {
        "id": Property(lambda row: level_uid(row.level)),
        "level": Property(lambda row: row.level, kind=int),
        "name": Property(display_name),
        "displayName": Property(display_name),
    },
    order=("level",),
)


def _day(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00.000" if day else None
