"""The units of an analytics request: uids, `USER_ORGUNIT`, `LEVEL-2`, `OU_GROUP-…`, those that the person may meet."""

import re
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.api.dhis2.answers import conflict
from indicators.api.dhis2.names import group_uid, level_uid
from indicators.api.dhis2.units import memberships_of, tops_of, units_of
from indicators.geography.models import OrgUnit, OrgUnitGroup

_OWN = {"USER_ORGUNIT": 0, "USER_ORGUNIT_CHILDREN": 1, "USER_ORGUNIT_GRANDCHILDREN": 2}
_DEEPEST = 20


def units_named(named: Sequence[str], own: str, user: User) -> list[OrgUnit]:
    """In order of the tree. Levels and groups are taken below the units that are named beside them, which are then not
    shown themselves. `own`: units that stand for the person's, `;` between them. Raises Refused."""
    tops = _known(own.split(";"), user) if own else tops_of(user)
    plain = [name for name in named if name not in _OWN and not name.startswith(("LEVEL-", "OU_GROUP-"))]
    units = _known(plain, user)
    for word in named:
        if word in _OWN:
            units += _below(tops, _OWN[word], user)
    levels = {_level(name) for name in named if name.startswith("LEVEL-")}
    groups = [name.removeprefix("OU_GROUP-") for name in named if name.startswith("OU_GROUP-")]
    if levels or groups:
        units = _within(units, levels, groups, user)
    if not units:
        raise conflict("E7143", _("None of the organisation units can be shown."), "ou")
    return sorted({unit.pk: unit for unit in units}.values(), key=lambda unit: unit.path)


def highest(units: Sequence[OrgUnit]) -> list[OrgUnit]:
    """Without those that lie below another one: what is added up is counted once."""
    tops: list[OrgUnit] = []
    for unit in sorted(units, key=lambda unit: unit.path):
        if not tops or not unit.path.startswith(tops[-1].path):
            tops.append(unit)
    return tops


def _known(named: Sequence[str], user: User) -> list[OrgUnit]:
    found = list(units_of(user).filter(Q(uid__in=named) | Q(code__in=named)))
    known = {unit.uid for unit in found} | {unit.code for unit in found}
    for name in named:
        if name not in known:
            shown = "".join(char for char in name[:40] if char.isprintable())
            raise conflict("E7120", str(_("“{value}” is not known here.")).format(value=shown), "ou")
    return found


def _below(tops: Sequence[OrgUnit], steps: int, user: User) -> list[OrgUnit]:
    if not steps or not tops:
        return list(tops)
    where = Q()
    for top in tops:
        where |= Q(path__startswith=top.path, level=top.level + steps)
    return list(units_of(user).filter(where))


def _within(boundaries: Sequence[OrgUnit], levels: set[int], groups: Sequence[str], user: User) -> list[OrgUnit]:
    wanted = Q(level__in=levels)
    if groups:
        rows = OrgUnitGroup.objects.values_list("pk", "key")
        known = [pk for pk, key in rows if key in groups or group_uid(key) in groups]
        members = memberships_of(timezone.localdate()).filter(group__in=known).order_by().values("unit")
        wanted |= Q(pk__in=members)
    below = Q()
    for unit in highest(boundaries):
        below |= Q(path__startswith=unit.path)
    return list(units_of(user).filter(wanted & below))


def _level(name: str) -> int:
    text = name.removeprefix("LEVEL-")
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    by_uid = {level_uid(level): level for level in range(1, _DEEPEST)}
    if text not in by_uid:
        raise conflict("E7124", str(_("“{value}” is not known here.")).format(value=name[:40]), "ou")
    return by_uid[text]
