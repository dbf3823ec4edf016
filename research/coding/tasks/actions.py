"""The only writer of coding tasks: who codes which observation with which codebook, and who is done."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coding.models import Codebook, CodedPassage, CodingTask
from research.coding.policies import check_assign, check_code, closed, codable
from research.observations.models import Observation
from research.observations.policies import can_read

MOST_CODERS = 2


@transaction.atomic
def assign(observation: Observation, codebook: Codebook, *, by: User, coders: Sequence[User]) -> list[CodingTask]:
    """Gives the observation to one coder, or to two who code it blind to each other; returns their tasks. Who has the
    task already keeps it.

    Raises ValidationError by field where there would be more than two, where a coder may not read the observation, or
    where the work of the first can no longer be blind.
    """
    check_assign(by)
    stored = Observation.objects.select_for_update().get(pk=observation.pk)
    if not can_read(by, stored):
        raise PermissionDenied
    if codebook.state != Codebook.State.PUBLISHED:
        raise ValidationError({"codebook": _("This version of the codebook is not in use.")})
    if not codable(stored):
        raise ValidationError({"codebook": _("The observation was withdrawn.")})
    tasks = {task.coder_id: task for task in CodingTask.objects.filter(observation=stored, codebook=codebook)}
    wanted = [coder for coder in dict.fromkeys(coders) if coder.pk not in tasks]
    if len(tasks) + len(wanted) > MOST_CODERS:
        raise ValidationError({"coders": _("At most two people code an observation with one codebook.")})
    for coder in wanted:
        if not can_read(coder, stored):
            problem = _("%(name)s may not read this observation.") % {"name": coder.get_username()}
            raise ValidationError({"coders": problem})
    if wanted and len(tasks) + len(wanted) > 1 and _seen_already(stored, codebook, wanted):
        raise ValidationError(
            {"coders": _("Somebody else's codes with this codebook stand here already: a coder may have seen them.")}
        )
    for coder in wanted:
        task = CodingTask(observation=stored, codebook=codebook, coder=coder, created_by=by)
        task.demonstration = stored.demonstration
        _save(task, by)
        tasks[coder.pk] = task
    return list(tasks.values())


@transaction.atomic
def finish(task: CodingTask, *, by: User) -> CodingTask:
    """Its coder says that they are done. When both are, each sees the other's codes, and these stay as they are."""
    row = _own(task, by)
    if row.done_at is None:
        row.done_at, row.done_in_version = timezone.now(), row.observation.version
        row.version += 1
        _save(row, by)
    return row


@transaction.atomic
def resume(task: CodingTask, *, by: User) -> CodingTask:
    """Takes «done» back. Raises ValidationError where the other coder is done too and the codes are open already."""
    row = _own(task, by)
    if row.done_at is None:
        return row
    if closed(row.observation_id, row.codebook_id):
        raise ValidationError(_("Both are done and have seen each other's codes: this comparison is finished."))
    row.done_at = row.done_in_version = None
    row.version += 1
    _save(row, by)
    return row


@transaction.atomic
def take_back(task: CodingTask, *, by: User) -> None:
    """A lead takes away a task in which nothing was coded yet."""
    check_assign(by)
    row = CodingTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    coded = CodedPassage.objects.filter(observation=row.observation_id, code__codebook=row.codebook_id)
    if coded.filter(coder=row.coder_id).exists() or row.done_at:
        raise ValidationError(_("Work has begun: the task stays."))
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()


def _seen_already(observation: Observation, codebook: Codebook, wanted: Sequence[User]) -> bool:
    """Whether a new coder could have read codes of somebody else: those of the first coder, before there were two."""
    coded = CodedPassage.objects.filter(observation=observation, code__codebook=codebook)
    return any(coded.exclude(coder=coder).exists() for coder in wanted)


def _own(task: CodingTask, by: User) -> CodingTask:
    check_code(by)
    row = CodingTask.objects.select_for_update(of=("self",)).select_related("observation").get(pk=task.pk)
    # Both coders may finish at the same moment: one after the other, through the observation's row.
    Observation.objects.select_for_update().get(pk=row.observation_id)
    if row.coder_id != by.pk:
        raise PermissionDenied(_("Only its coder says whether a task is done."))
    return row


def _save(row: CodingTask, by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    row.save()
