"""What the hub wants to learn."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.agenda.models.hub import Grant, Hub, Sourced, Strategy


class LearningQuestion(Sourced):
    """One of the questions that the hub set out to answer."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="questions", verbose_name=_("learning hub"))
    number = models.PositiveSmallIntegerField(_("number"))
    text_fr = models.TextField(_("question (French)"))
    text_en = models.TextField(_("question (English)"))
    short_fr = models.CharField(_("short name (French)"), max_length=120)
    short_en = models.CharField(_("short name (English)"), max_length=120)
    grants = models.ManyToManyField(Grant, related_name="questions", blank=True, verbose_name=_("grants"))
    strategies = models.ManyToManyField(
        Strategy, related_name="questions", blank=True, verbose_name=_("national strategies")
    )
    text = Bilingual("text")
    short = Bilingual("short")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("learning question")
        verbose_name_plural = _("learning questions")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["hub", "number"], name="learning_question_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.short}"


class SubQuestion(models.Model):
    """A numbered part of a compound question."""

    question = models.ForeignKey(
        LearningQuestion, models.CASCADE, related_name="parts", verbose_name=_("learning question")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text_fr = models.TextField(_("sub-question (French)"))
    text_en = models.TextField(_("sub-question (English)"))
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sub-question")
        verbose_name_plural = _("sub-questions")
        ordering = ["question__number", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="sub_question_number_once")]

    def __str__(self) -> str:
        return f"{self.question.number}.{self.number}"
