import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.demonstration import Demonstrable
from research.coding.models.codebooks import Code, Codebook
from research.entries import Entry
from research.observations.models import Observation, Quote


class CodedPassage(Demonstrable):
    """One code on one stretch of text, by one coder. The text is the observation's note, or one of its quotes.

    `start` and `end` count characters (Unicode code points) of that text, `end` not included; `excerpt` is the stretch
    as it was when coded. After an edit of the text the stretch moves with its words; where they are gone, `adrift`
    says so and nothing is thrown away.
    """

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="passages", verbose_name=_("observation"))
    quote = models.ForeignKey(
        Quote, models.CASCADE, null=True, blank=True, related_name="passages", verbose_name=_("quote")
    )
    start = models.PositiveIntegerField(_("from character"))
    end = models.PositiveIntegerField(_("to character"))
    excerpt = models.TextField(_("passage"))
    code = models.ForeignKey(Code, models.PROTECT, related_name="passages", verbose_name=_("code"))
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("coder")
    )
    coded_at = models.DateTimeField(_("coded at"), auto_now_add=True)
    adrift = models.BooleanField(_("its words are gone"), default=False)
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("coded passage")
        verbose_name_plural = _("coded passages")
        ordering = ["observation", "quote", "start", "pk"]
        indexes = [models.Index(fields=["code", "observation"], name="passage_code_observation")]
        constraints = [
            models.UniqueConstraint(
                fields=["observation", "start", "end", "code", "coder"],
                condition=Q(quote__isnull=True),
                name="coded_passage_of_note_once",
            ),
            models.UniqueConstraint(
                fields=["quote", "start", "end", "code", "coder"],
                condition=Q(quote__isnull=False),
                name="coded_passage_of_quote_once",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="coded_passage_has_length"),
        ]

    def __str__(self) -> str:
        return self.excerpt[:80]


class CodingTask(Entry):
    """An observation that somebody codes with a codebook.

    Where two people have a task on the same observation and codebook they are blind to each other: neither sees the
    other's codes before both are done (`done_at`).
    """

    observation = models.ForeignKey(
        Observation, models.CASCADE, related_name="coding_tasks", verbose_name=_("observation")
    )
    codebook = models.ForeignKey(Codebook, models.PROTECT, related_name="tasks", verbose_name=_("codebook"))
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="coding_tasks", verbose_name=_("coder")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_in_version = models.PositiveIntegerField(_("version of the text coded"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("coding task")
        verbose_name_plural = _("coding tasks")
        ordering = ["observation", "codebook", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "codebook", "coder"], name="coding_task_once"),
        ]

    def __str__(self) -> str:
        return f"{self.observation}: {self.codebook}"
