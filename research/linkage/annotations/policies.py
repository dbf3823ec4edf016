"""Who reads and writes dated annotations. What is restricted follows the rule of observations."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from indicators.accounts.permissions import anybodys, may
from research.linkage.annotations.models import DatedAnnotation


def what_is_readable(user: Any) -> Q:
    """The condition on annotations; matches nothing for strangers. Clerks meet what is not restricted."""
    if not may(user, "annotation.read"):
        return Q(pk__in=[])
    readable = Q(restricted=False)
    if may(user, "annotation.read_restricted"):
        readable |= Q(created_by=user)
        for district in user.districts.all():
            readable |= Q(unit__path__startswith=district.path)
    return readable


def can_annotate(user: Any) -> bool:
    return bool(may(user, "annotation.write"))


def check_annotate(user: Any) -> None:
    if not can_annotate(user):
        raise PermissionDenied


def can_change(user: Any, row: DatedAnnotation) -> bool:
    """Its author, and leads."""
    return bool(may(user, "annotation.change")) and (
        row.created_by_id == user.pk or anybodys(user, "annotation.change")
    )


def check_change(user: Any, row: DatedAnnotation) -> None:
    if not can_change(user, row):
        raise PermissionDenied
