"""What every page shows around its content: navigation, language, the demonstration's mark, how fresh the data are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.management.commands.create_demo_accounts import ACCOUNTS
from indicators.rollup.models import RefreshJob
from indicators.values.models import Batch

Visitor = User | AnonymousUser


def _everybody(user: Visitor) -> bool:
    return True


def _signed_in(user: Visitor) -> bool:
    return user.is_authenticated


def _any_of(*roles: Role) -> Callable[[Visitor], bool]:
    def may(user: Visitor) -> bool:
        return isinstance(user, User) and user.has_role(*roles)

    return may


def _staff(user: Visitor) -> bool:
    return user.is_active and user.is_staff


@dataclass(frozen=True)
class NavItem:
    """A link of the navigation. `shown_to` only spares people dead ends: each page checks its own policy again. `also`
    names other pages that belong to it: on them and below them it is marked as current."""

    text: Any
    url_name: str
    shown_to: Callable[[Visitor], bool] = _everybody
    kwargs: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


_ENTERING = _any_of(Role.CLERK, Role.RESEARCHER, Role.LEAD)
_OBSERVING = _any_of(Role.RESEARCHER, Role.LEAD)
_IMPORTING = _any_of(Role.CLERK, Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR)


def _reading(user: Visitor) -> bool:
    """Strangers and partners: who enters and reviews meets the editions among the findings."""
    return not _IMPORTING(user)


_OF_VISITS = ("action-list", "checklist-list", "competency-list", "coach-list", "coachee-list", "staff-list")
# The two evaluations' names and codes are proper nouns of the study; the ground floor knows only their addresses.
NAVIGATION = (
    NavItem(_("Dashboard"), "home"),
    NavItem("Coach2PEV", "evaluation-detail", kwargs={"code": "coach2pev"}),
    NavItem("Medexis", "evaluation-detail", kwargs={"code": "medexis"}),
    NavItem(_("Learning"), "question-list", _signed_in),
    NavItem(_("Findings"), "finding-list", _signed_in, also=("finding-use-list", "analysis-list")),
    NavItem(_("Editions"), "edition-list", _reading),
    NavItem(_("Sites"), "site-list", _signed_in, also=("site-map", "joint-display", "annotation-list")),
    NavItem(_("Indicators"), "explorer", _signed_in),
    NavItem(_("Observations"), "observation-list", _OBSERVING),
    NavItem(_("Visits"), "visit-list", _ENTERING, also=_OF_VISITS),
    NavItem(_("Stock"), "stock-list", _ENTERING),
    NavItem(_("Quality"), "quality-board", _signed_in),
    NavItem(_("Imports"), "import-list", _IMPORTING),
    NavItem(_("Administration"), "admin:index", _staff),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Adds `frame` to every template: nav, demonstration, accounts, fresh_on, other_language.

    Not `site`: Django's own sign-in view and the pages of a health area put something else under that name.
    At most one query for the demonstration's mark and one for freshness, each only where a template asks, besides
    the user's roles. `accounts` are names only, never passwords, and only in a demonstration installation.
    """
    return {
        "frame": {
            "nav": SimpleLazyObject(lambda: _navigation(request)),
            "demonstration": SimpleLazyObject(_demonstration_loaded),
            "fresh_on": SimpleLazyObject(_fresh_on),
            "accounts": [account.name for account in ACCOUNTS] if settings.DEMONSTRATION else [],
            "other_language": _other_language(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)),
        }
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The items that this person may follow, the one nearest to the current address marked as current."""
    user = getattr(request, "user", AnonymousUser())
    items: list[dict[str, Any]] = []
    inside: list[tuple[int, dict[str, Any]]] = []
    for item in NAVIGATION:
        try:
            urls = [reverse(item.url_name, kwargs=item.kwargs), *map(reverse, item.also)]
        except NoReverseMatch:
            continue  # a page that this installation does not have is no reason for none at all
        if item.shown_to(user):
            items.append({"text": item.text, "url": urls[0], "current": False})
            inside += [(len(url), items[-1]) for url in urls if _is_inside(request.path, url)]
    if inside:
        max(inside, key=lambda found: found[0])[1]["current"] = True
    return items


def _is_inside(path: str, url: str) -> bool:
    return path == url or (url != _home() and path.startswith(url))


def _home() -> str:
    """The address of the dashboard; `/` where it does not exist."""
    try:
        return reverse("home")
    except NoReverseMatch:
        return "/"


def _demonstration_loaded() -> bool:
    """The demonstration arrives and leaves as a whole, so its batch of values stands for all of it."""
    return Batch.objects.filter(demonstration=True).exists()


def _fresh_on() -> Any:
    """When the aggregates were last refreshed, or None where they never were."""
    return RefreshJob.objects.filter(state=RefreshJob.State.DONE).aggregate(at=Max("finished_at"))["at"]


def _other_language(current: str) -> dict[str, str]:
    """Code and own name of the language to switch to; names of languages are not translated."""
    return {"code": "en", "name": "English"} if current.startswith("fr") else {"code": "fr", "name": "Français"}
