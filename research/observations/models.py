from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.agenda.models import LearningQuestion
from research.entries import Entry
from research.evaluations.models import EvaluationQuestion


class Observation(Entry):
    """What a researcher saw and heard at a site on a day, and the questions it speaks to."""

    class Sensitivity(models.TextChoices):
        NORMAL = "normal", _("normal")
        RESTRICTED = "restricted", _("restricted")

    class QuoteLanguage(models.TextChoices):
        FRENCH = "fr", _("French")
        BAMBARA = "bm", _("Bambara")
        OTHER = "other", _("other language")

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="observations", verbose_name=_("site"))
    observed_on = models.DateField(_("date"))
    evaluation_question = models.ForeignKey(
        EvaluationQuestion, models.PROTECT, related_name="observations", verbose_name=_("evaluation question")
    )
    learning_question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="observations", verbose_name=_("learning question")
    )
    seen = models.TextField(_("what was seen"), max_length=20_000)
    quote = models.TextField(_("quote"), blank=True, max_length=5_000)
    quote_language = models.CharField(
        _("language of the quote"), max_length=10, choices=QuoteLanguage.choices, blank=True
    )
    informant_role = models.CharField(
        _("role of the person quoted"), max_length=120, blank=True, help_text=_("A role, never a name.")
    )
    sensitivity = models.CharField(
        _("sensitivity"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.NORMAL
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["-observed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.site} {self.observed_on}"
