"""Whose time axis is shown: a site, a district, the country, or an arm of an evaluation."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.evaluations.models import Evaluation, EvaluationSite
from research.linkage.annotations.queries import places_to_choose

ARMS = {"exposed": True, "others": False}


class Place(NamedTuple):
    """`of`: the units whose numbers are summed; `sites`: where visits, stock and words may come from."""

    key: str
    name: str
    of: list[OrgUnit]
    sites: list[OrgUnit]


def choices(user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (key, name) for the field: places that the person may meet, then the arms of the evaluations."""
    units = [(str(unit.pk), "– " * max(0, unit.level - 1) + unit.name) for unit in _units(user)]
    arms = [
        (f"{one.code}-{arm}", _arm_name(one, exposed))
        for one in Evaluation.objects.all()
        for arm, exposed in ARMS.items()
    ]
    return [(_("Places"), units), (_("Arms of the evaluations"), arms)]


def place_of(key: str, user: Any) -> Place | None:
    """The place that the key names; None where there is none that the person may meet. At most four queries."""
    code, _dash, arm = key.rpartition("-")
    if arm in ARMS and (evaluation := Evaluation.objects.filter(code=code).first()):
        rows = EvaluationSite.objects.filter(evaluation=evaluation).with_exposure().select_related("unit")
        met = set(
            limit_to_scope(OrgUnit.objects.all(), user).filter(evaluation_sites__in=rows).values_list("pk", flat=True)
        )
        sites = [row.unit for row in rows if (row.exposed_from is not None) == ARMS[arm] and row.unit_id in met]
        return Place(key, _arm_name(evaluation, ARMS[arm]), sites, sites)
    if not key.isdecimal() or len(key) > 9:
        return None
    unit = _units(user).filter(pk=int(key)).first()
    if unit is None:
        return None
    below = OrgUnit.objects.filter(path__startswith=unit.path).order_by("path")
    return Place(key, unit.name, [unit], list(limit_to_scope(below, user)))


def first_place(user: Any) -> Place | None:
    unit = _units(user).first()
    return place_of(str(unit.pk), user) if unit else None


def _units(user: Any) -> Any:
    return limit_to_scope(places_to_choose(), user)


def _arm_name(evaluation: Evaluation, exposed: bool) -> str:
    words = {True: _("%(evaluation)s: sites that use it"), False: _("%(evaluation)s: sites that do not (yet)")}
    return words[exposed] % {"evaluation": evaluation.name}
