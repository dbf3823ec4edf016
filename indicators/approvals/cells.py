"""A cell: the numbers of one data element at one place in one period, with all of their options."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.accounts.permissions import anybodys, may
from indicators.approvals.kinds import Subject, fingerprint
from indicators.approvals.locks import CELL
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import is_in_scope
from indicators.periods import BadPeriod, Period
from indicators.registry.models import DataElement
from indicators.values.models import DataValue

NAME = _("value")


def key_of(element: DataElement, unit: OrgUnit, period: Period) -> str:
    return f"{element.uid}.{unit.uid}.{period.id}"


def cell(key: str, user: User | AnonymousUser) -> Subject | None:
    """The cell of `key` (`<uid of element>.<uid of place>.<DHIS2 period>`); None where nothing was ever reported in it.
    Four queries."""
    uids = key.split(".")
    if len(uids) != 3:
        return None
    try:
        period = Period.parse(uids[2])
    except BadPeriod:
        return None
    element = DataElement.objects.filter(uid=uids[0]).first()
    unit = OrgUnit.objects.filter(uid=uids[1]).first()
    if element is None or unit is None or not is_in_scope(user, unit):
        return None
    rows: list[Any] = list(
        DataValue.objects.filter(element=element, unit=unit, period=period.code)
        .select_related("batch", "option")
        .order_by("option", "attribute")
    )
    if not rows:
        return None
    return Subject(
        CELL, key_of(element, unit, period), unit, f"{element.name} – {unit.name}", "",
        fingerprint([(row.option_id, row.attribute_id, row.value) for row in rows]),
        frozenset(row.batch.by_id for row in rows if row.batch.by_id), _enters(user, unit), period.code, element.pk,
        tuple((row.option.name, f"{row.value:g}") for row in rows), any(row.batch.demonstration for row in rows),
    )  # fmt: skip


def _enters(user: Any, unit: OrgUnit) -> bool:
    return anybodys(user, "approval.submit") or (bool(may(user, "approval.submit")) and is_in_scope(user, unit))
