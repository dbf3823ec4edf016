"""Who reads, writes, freezes and publishes editions. A draft is the team's; what is frozen is for everyone with an
account; what is published is for everybody."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may
from research.editions.models import Edition

State = Edition.State


def can_write(user: Any) -> bool:
    """Whether the person drafts editions and words their parts: researchers and leads."""
    return bool(may(user, "edition.write"))


def check_write(user: Any) -> None:
    if not can_write(user):
        raise PermissionDenied(_("Researchers and evaluation leads write editions."))


def can_review(user: Any) -> bool:
    """Whether the person returns and freezes editions: leads, and never those that they drafted or worded last."""
    return bool(may(user, "edition.review"))


def can_edit(user: Any, edition: Edition) -> bool:
    """The team, while it is a draft or was returned; what waits for review or is frozen changes for nobody."""
    return can_write(user) and edition.state in {State.DRAFT, State.RETURNED} and not edition.frozen


def check_edit(user: Any, edition: Edition) -> None:
    check_write(user)
    if edition.frozen:
        raise PermissionDenied(_("This edition is frozen: what was told stays as it was told."))
    if not can_edit(user, edition):
        raise PermissionDenied(_("An edition is worded while it is a draft or was returned."))


def can_publish(user: Any, edition: Edition) -> bool:
    """Whether the person may open it to everybody, or close it again."""
    return bool(may(user, "edition.publish")) and edition.state == State.APPROVED


def check_publish(user: Any, edition: Edition) -> None:
    if not can_publish(user, edition):
        raise PermissionDenied(_("Evaluation leads publish what is frozen."))


def what_is_readable(user: Any) -> Q:
    """The condition on editions. Strangers read what is published; it may be withdrawn since, and says so."""
    if can_write(user):
        return Q()
    if may(user, "edition.read_frozen"):
        return ~Q(sha256="")
    return Q(published_at__isnull=False)
