"""The first steps of an installation, as they concern one person, each derived from records."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from indicators.accounts.permissions import may
from research.evaluations.policies import can_edit_exposure
from research.welcome import machine, people, places
from research.welcome.models import SetUpPutAway
from research.welcome.policies import can_read_set_up, can_set_up
from research.welcome.step import FirstStep


def steps_for(user: Any) -> list[FirstStep]:
    """What concerns the person, in the order in which it is done; without links to pages that they may not open.
    Empty for who sets nothing up. At most twenty-two queries, for any size of the installation."""
    if not can_read_set_up(user):
        return []
    found = [places.study(), places.places(), places.boundaries(), people.letters()] if can_set_up(user) else []
    found += [people.accounts(), people.second_factors(user), places.denominators(user)]
    found += people.exposures() if can_edit_exposure(user) else []
    found += [machine.first_import(), machine.worker()]
    found += [machine.backup()] if can_set_up(user) else []
    return [_with_open_link(step, user) for step in found]


def steps_on_the_dashboard(user: Any) -> list[FirstStep]:
    """As `steps_for`; empty once all are done or the person has put them away, and in a demonstration."""
    if settings.DEMONSTRATION or not can_read_set_up(user) or is_put_away(user):
        return []
    steps = steps_for(user)
    return [] if all(step.done for step in steps) else steps


def is_put_away(user: Any) -> bool:
    return SetUpPutAway.objects.filter(user=user).exists()


def _with_open_link(step: FirstStep, user: Any) -> FirstStep:
    """Who may set up need not be one who may send an import: the first person has no role yet."""
    closed = {reverse("import-upload"): "import.send", reverse("job-list"): "refresh.read"}
    needed = closed.get(step.url)
    return step._replace(url="") if needed and not may(user, needed) else step
