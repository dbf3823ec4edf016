from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.agenda.models import LearningQuestion
from research.coding.models.codebooks import Code
from research.coding.models.passages import CodedPassage
from research.entries import Entry
from research.observations.models import Observation


class Memo(Entry):
    """What a researcher thinks on the way: typed, and hung on a code, an observation, a passage or a question.

    A memo is its author's until it is shared. On an observation or a passage it is read by whoever reads that.
    """

    class Kind(models.TextChoices):
        DEFINITION = "definition", _("definition")
        THEORY = "theory", _("theory")
        METHOD = "method", _("method")
        LANGUAGE = "language", _("language")
        REFLECTION = "reflection", _("reflection")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("memo"), max_length=10_000)
    shared = models.BooleanField(_("shared with the team"), default=True)
    code = models.ForeignKey(Code, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("code"))
    observation = models.ForeignKey(
        Observation, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("observation")
    )
    passage = models.ForeignKey(
        CodedPassage, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("coded passage")
    )
    question = models.ForeignKey(
        LearningQuestion, models.CASCADE, null=True, blank=True, related_name="memos",
        verbose_name=_("learning question"),
    )  # fmt: skip
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__isnull=False, observation__isnull=True, passage__isnull=True, question__isnull=True)
                | Q(code__isnull=True, observation__isnull=False, passage__isnull=True, question__isnull=True)
                | Q(code__isnull=True, observation__isnull=True, passage__isnull=False, question__isnull=True)
                | Q(code__isnull=True, observation__isnull=True, passage__isnull=True, question__isnull=False),
                name="memo_hangs_on_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
