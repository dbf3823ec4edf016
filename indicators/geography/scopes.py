"""The one place that limits rows to the districts of a person."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from indicators.accounts.models import User
from indicators.accounts.roles import EVERY_DISTRICT

Row = TypeVar("Row", bound=Model)


def limit_to_scope(rows: QuerySet[Row], user: User | AnonymousUser, *, unit: str = "") -> QuerySet[Row]:
    """The rows whose org unit the person may meet.

    `unit` is the lookup from the row to its org unit (`"site"`, `"report__site"`); empty where the rows are org units.
    Strangers meet none. A clerk meets the units of their districts; the other roles meet all.
    """
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser or user.has_role(*EVERY_DISTRICT):
        return rows
    prefix = f"{unit}__path__startswith" if unit else "path__startswith"
    allowed = Q()
    for district in user.districts.all():
        allowed |= Q(**{prefix: district.path})
    return rows.filter(allowed) if allowed else rows.none()


def is_in_scope(user: Any, unit: Any) -> bool:
    """Whether the person may meet this org unit."""
    return limit_to_scope(type(unit).objects.filter(pk=unit.pk), user).exists()
