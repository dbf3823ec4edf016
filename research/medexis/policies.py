"""Who meets stock reports: clerks in their own districts, researchers and leads everywhere. Partners (viewers) see
the measures made of them elsewhere, not the records."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import anybodys, may
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import is_in_scope
from research.medexis.models import StockFile


def can_read(user: Any) -> bool:
    """Whether the person may open the pages of stock; which of them, `queries.reports_for` says."""
    return bool(may(user, "stock.read"))


def check_read(user: Any) -> None:
    if not can_read(user):
        raise PermissionDenied(_("Clerks, researchers and evaluation leads read stock reports."))


def can_enter(user: Any, site: OrgUnit | None = None) -> bool:
    """Whether the person may enter and edit stock reports: anywhere they are let, or at this site."""
    allowed = bool(may(user, "stock.enter"))
    return allowed and (site is None or is_in_scope(user, site))


def check_enter(user: Any, site: OrgUnit | None = None) -> None:
    if not can_enter(user, site):
        raise PermissionDenied(_("Clerks enter stock of their own districts, evaluation leads of all."))


def can_see_history(user: Any) -> bool:
    """Whether the person sees who changed what and when."""
    return bool(may(user, "stock.read_history"))


def can_correct_lots(user: Any) -> bool:
    """Whether the person may correct a lot's code or expiry date, which stand on the cards of every site."""
    return bool(may(user, "stock.correct_lots"))


def check_correct_lots(user: Any) -> None:
    if not can_correct_lots(user):
        raise PermissionDenied(_("Evaluation leads correct lots: their dates stand on the cards of every site."))


def can_manage_products(user: Any) -> bool:
    """Whether the person may say what is offered where, how much there should be, and what is assumed of vaccines."""
    return bool(may(user, "stock.keep_products"))


def check_manage_products(user: Any) -> None:
    if not can_manage_products(user):
        raise PermissionDenied(_("Evaluation leads keep the norms and offers of products, and the assumptions."))


def can_undo(user: Any, file: StockFile) -> bool:
    """Whether the person may take back what the file stored: their own, evaluation leads anybody's."""
    own = bool(may(user, "stock.undo_file")) and file.by_id == user.pk
    return own or anybodys(user, "stock.undo_file")
