"""Who codes, who keeps codebooks, who gives out the work. Texts follow the observation; codebooks are no secret."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may
from research.coding.models import Code, Codebook, CodingTask
from research.observations.models import Observation
from research.observations.policies import can_read


def can_code(user: Any) -> bool:
    """Whether the person codes, writes memos and drafts codebooks: whoever meets observations."""
    return bool(may(user, "coding.code"))


def check_code(user: Any) -> None:
    if not can_code(user):
        raise PermissionDenied(_("Only researchers and evaluation leads code observations."))


def can_publish(user: Any) -> bool:
    """Whether the person publishes and retires codebooks: leads."""
    return bool(may(user, "coding.publish"))


def check_publish(user: Any) -> None:
    if not can_publish(user):
        raise PermissionDenied(_("Evaluation leads publish and retire codebooks."))


def can_assign(user: Any) -> bool:
    """Whether the person gives observations out to be coded: leads."""
    return bool(may(user, "coding.assign"))


def check_assign(user: Any) -> None:
    if not can_assign(user):
        raise PermissionDenied(_("Evaluation leads say who codes what."))


def codable(observation: Observation) -> bool:
    """What was withdrawn is not coded any more."""
    return observation.state != Observation.State.WITHDRAWN


def check_passage(user: Any, observation: Observation, code: Code) -> None:
    """Raises PermissionDenied where the person may not code this observation with this code now."""
    check_code(user)
    if not can_read(user, observation) or not codable(observation):
        raise PermissionDenied(_("You may not code this observation."))
    if code.groups_only:
        raise PermissionDenied(_("«%(code)s» only groups other codes; choose one of those.") % {"code": code})
    codebook = code.codebook
    task = CodingTask.objects.filter(observation=observation, codebook=codebook, coder=user).first()
    if task and task.done_at and not closed(observation.pk, codebook.pk):
        raise PermissionDenied(_("You have said that you are done. Take that back first."))
    if codebook.state == Codebook.State.DRAFT or (codebook.state == Codebook.State.RETIRED and task is None):
        raise PermissionDenied(_("This version of the codebook is not in use."))


def closed(observation: int, codebook: int) -> bool:
    """Whether two people or more coded it blind and all are done: what they coded stays as it is."""
    done = CodingTask.objects.filter(observation=observation, codebook=codebook).values_list("done_at", flat=True)
    return len(done) > 1 and None not in done
