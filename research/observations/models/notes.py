from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.agenda.models import LearningQuestion
from research.entries import Reviewed
from research.evaluations.models import EvaluationQuestion


class Language(models.TextChoices):
    """Languages in which notes are written and people speak, by ISO 639 code."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    BAMBARA = "bm", _("Bambara")
    FULFULDE = "ff", _("Fulfulde")
    SONINKE = "snk", _("Soninke")
    MINYANKA = "myk", _("Minyanka")
    SUPYIRE = "spp", _("Supyire")
    SONGHAY = "ses", _("Songhay")
    TAMASHEK = "tmh", _("Tamashek")
    OTHER = "other", _("other language")


class Observation(Reviewed):
    """What a researcher saw, heard or read at a site on a day, and the questions it speaks to. Its words: `quotes`.

    `consent_terms` say what those who spoke allowed to be done with their words.
    """

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("interview")
        DISCUSSION = "discussion", _("group discussion")
        OBSERVATION = "observation", _("direct observation")
        DOCUMENT = "document", _("document review")
        MEETING = "meeting", _("meeting")

    class Consent(models.TextChoices):
        NOT_NEEDED = "not_needed", _("not needed: nobody was asked")
        ORAL = "oral", _("given orally")
        WRITTEN = "written", _("given in writing")
        NOT_RECORDED = "not_recorded", _("not recorded")

    class Terms(models.TextChoices):
        QUOTE = "quote", _("may be quoted without a name")
        PARAPHRASE = "paraphrase", _("may be told in other words, not quoted")
        INTERNAL = "internal", _("only within the hub")

    class Sensitivity(models.TextChoices):
        NORMAL = "normal", _("normal")
        RESTRICTED = "restricted", _("restricted")

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="observations", verbose_name=_("site"))
    observed_on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OBSERVATION)
    evaluation_question = models.ForeignKey(
        EvaluationQuestion, models.PROTECT, related_name="observations", verbose_name=_("evaluation question")
    )
    learning_question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="observations", verbose_name=_("learning question")
    )
    language = models.CharField(
        _("language of the note"), max_length=10, choices=Language.choices, default=Language.FRENCH
    )
    seen = models.TextField(_("what was seen"), max_length=20_000)
    consent = models.CharField(_("consent"), max_length=12, choices=Consent.choices, default=Consent.NOT_RECORDED)
    consent_terms = models.CharField(_("terms of the consent"), max_length=10, choices=Terms.choices, blank=True)
    informants = models.PositiveSmallIntegerField(_("people who spoke"), null=True, blank=True)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.NORMAL
    )
    history = HistoricalRecords()

    class Meta(Reviewed.Meta):
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["-observed_on", "-pk"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(consent__in=["oral", "written"]) | ~models.Q(consent_terms=""),
                name="observation_consent_has_terms",
            ),
        ]
        indexes = [
            models.Index(fields=["-observed_on", "-id"], name="observation_newest"),
            models.Index(fields=["-updated_at", "-id"], name="observation_last_changed"),
            models.Index(fields=["learning_question", "state"], name="observation_question_state"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.observed_on}"

    @property
    def quotable(self) -> bool:
        """Whether those who spoke agreed that their words may be quoted, without a name, outside the hub."""
        return bool(
            self.consent in {self.Consent.ORAL, self.Consent.WRITTEN} and self.consent_terms == self.Terms.QUOTE
        )
