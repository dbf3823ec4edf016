"""What the browser tests have in common: the study with its demonstration, signing in, and texts as French readers
see them."""

import io
from typing import Any

from django.core.management import call_command
from django.utils import translation

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.rollup.actions import refresh_now
from research.study.demonstration.loading import load_demonstration

SAME_IN_FRENCH = {"Administration", "Observations", "Site", "Stock"}


def the_study_with_its_demonstration() -> None:
    """What `make run` loads at its first start, aggregates included; about two seconds."""
    call_command("load_study", verbosity=0, stdout=io.StringIO())
    load_demonstration(refresh=False)
    refresh_now()


def place(name: str) -> OrgUnit:
    """The deepest unit of that name: a region and its district share one."""
    unit = OrgUnit.objects.filter(name=name).order_by("-level").first()
    assert unit, name
    return unit


def french(english: str) -> str:
    """How the catalogue says it in French; fails where it does not."""
    with translation.override("fr"):
        text = translation.gettext(english)
    assert text != english or english in SAME_IN_FRENCH, f"not translated: {english!r}"
    return text


def sign_in(page: Any, user: User, path: str = "/connexion/") -> None:
    """Through the form that `path` shows or leads to, as a person does it."""
    page.goto(path)
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill("a long test password")
    page.locator("main form [type=submit]").click()


def follow(page: Any, english: str) -> None:
    """Opens the menu of a phone and takes the item of that name, in French."""
    page.locator("details.menu > summary").click()
    page.locator("details.menu").get_by_role("link", name=french(english), exact=True).click()


def fits(page: Any) -> bool:
    """Whether nothing of the page lies beyond the right edge of the phone."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= 360"))
