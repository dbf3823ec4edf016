"""Reads of editions."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from indicators.periods import Frequency, Period, between
from research.agenda.models import Hub
from research.editions.content import fingerprint
from research.editions.models import Edition
from research.editions.policies import what_is_readable


def readable_by(user: Any) -> QuerySet[Edition]:
    """The editions that the person may read, the latest first, without their content."""
    return (
        Edition.objects.filter(what_is_readable(user))
        .select_related("hub", "created_by", "reviewed_by")
        .defer("content")
    )


def frozen_before(hub: Hub, first: int) -> Edition | None:
    """The hub's latest edition that stands frozen and ended before the half-year `first`."""
    return Edition.objects.filter(hub=hub, state=Edition.State.APPROVED, last__lt=first).first()


def is_intact(edition: Edition) -> bool:
    """Whether the frozen content still is what the fingerprint was made of."""
    return edition.frozen and fingerprint(edition.content) == edition.sha256


def semesters(hub: Hub) -> list[Period]:
    """The half-years that an edition of the hub may be about, the latest first: the one in which we are included."""
    first = Period.holding(hub.start, Frequency.SIX_MONTHS)
    now = Period.holding(timezone.localdate(), Frequency.SIX_MONTHS)
    return list(between(first, max(first, now)))[::-1]
