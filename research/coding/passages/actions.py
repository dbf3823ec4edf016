"""The only writer of coded passages."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coding.models import Code, CodedPassage, CodingTask
from research.coding.policies import check_code, check_passage, closed
from research.observations.models import Observation, Quote
from research.revisions import Conflict


@transaction.atomic
def code_passage(
    observation: Observation, *, by: User, version: int, start: int, end: int, code: Code, quote: Quote | None = None
) -> CodedPassage:
    """Codes the characters from `start` to `end` (not included) of the note, or of `quote`, and returns the passage;
    the stored one where the person coded the same so before. Blanks at its edges are left out.

    Raises Conflict where the observation is not in this `version` any more (the characters would be others),
    ValidationError where the stretch holds no words, PermissionDenied where the person may not code this with that.
    """
    stored = Observation.objects.select_for_update().get(pk=observation.pk)
    check_passage(by, stored, code)
    if stored.version != version:
        raise Conflict(stored)
    if quote is not None and quote.observation_id != stored.pk:
        raise ValidationError({"text": _("This quote belongs to another observation.")})
    text = quote.text if quote else stored.seen
    piece = text[start:end] if 0 <= start < end else ""
    if not piece.strip():
        raise ValidationError(
            {"text": _("Choose the words first: select them in the text, or a sentence in the list.")}
        )
    start, end = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
    found: dict[str, Any] = {
        "observation": stored, "quote": quote, "start": start, "end": end, "code": code, "coder": by
    }  # fmt: skip
    row = CodedPassage(**found, excerpt=text[start:end], demonstration=stored.demonstration)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row = CodedPassage.objects.get(**found)
        if row.adrift:  # its words were gone, and stand there again
            row.adrift, row.excerpt = False, text[start:end]
            row.save()
    return row


@transaction.atomic
def uncode(passage: CodedPassage, *, by: User) -> None:
    """Takes one's own code off again. Raises PermissionDenied for somebody else's and for what was coded blind and is
    closed, ValidationError where a memo hangs on it."""
    check_code(by)
    stored = CodedPassage.objects.select_for_update(of=("self",)).select_related("code").get(pk=passage.pk)
    if stored.coder_id != by.pk:
        raise PermissionDenied(_("Only who coded a passage takes the code off."))
    if is_closed(stored):
        raise PermissionDenied(_("Two people coded this blind and are done: what was coded then stays as it was."))
    task = CodingTask.objects.filter(observation=stored.observation_id, codebook=stored.code.codebook_id, coder=by)
    if not closed(stored.observation_id, stored.code.codebook_id) and task.filter(done_at__isnull=False).exists():
        raise PermissionDenied(_("You have said that you are done. Take that back first."))
    if stored.memos.exists():
        raise ValidationError(_("A memo hangs on this passage. Remove the memo first."))
    stored.delete()


def is_closed(passage: CodedPassage) -> bool:
    """Whether it belongs to what two people coded blind and finished, and not to what was added afterwards."""
    observation, codebook = passage.observation_id, passage.code.codebook_id
    tasks = list(CodingTask.objects.filter(observation=observation, codebook=codebook))
    if not closed(observation, codebook) or passage.coder_id not in {task.coder_id for task in tasks}:
        return False
    return passage.coded_at <= max(task.done_at for task in tasks if task.done_at)
