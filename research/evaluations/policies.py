"""Who meets what of the sites. Progress is public; the name of a site in a conflict district may not be."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may


def can_read_sites(user: Any) -> bool:
    """Whether the person may open the pages of single sites: everyone with an active account."""
    return bool(may(user, "site.read"))


def can_read_context(user: Any) -> bool:
    """Whether a site may be shown together with its district's context (conflict …): never to strangers."""
    return can_read_sites(user)


def hides_conflict_names(user: Any) -> bool:
    """Whether names of sites in conflict districts are kept from the person."""
    return settings.HIDE_CONFLICT_SITE_NAMES and not can_read_sites(user)


def can_edit_exposure(user: Any) -> bool:
    """Whether the person may set stages of exposure and plans: evaluation leads only."""
    return bool(may(user, "exposure.edit"))


def check_edit_exposure(user: Any) -> None:
    if not can_edit_exposure(user):
        raise PermissionDenied(_("Evaluation leads set stages of exposure and plans."))
