"""The one door to a single observation: what a person may not read is not there; a restricted one is kept as read."""

from typing import Any

from django.shortcuts import get_object_or_404

from indicators.audit.reads import keep_read
from research.observations.models import Observation
from research.observations.queries import readable_by


def open_observation(user: Any, **which: Any) -> Observation:
    """The observation, or Http404 for what is not there or not theirs to read, alike.

    Opening somebody else's restricted observation is one row of the journal; one's own is not.
    """
    row = get_object_or_404(readable_by(user), **which)
    keep_opened(user, row)
    return row


def keep_opened(user: Any, row: Observation) -> None:
    if row.sensitivity == Observation.Sensitivity.RESTRICTED and row.created_by_id != user.pk:
        keep_read(user, subject=Observation._meta.label_lower, key=row.pk)
