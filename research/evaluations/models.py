from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from research.agenda.models import LearningQuestion, Sourced


class Evaluation(Sourced):
    """A process evaluation of one innovation."""

    COACH2PEV, MEDEXIS = "coach2pev", "medexis"

    code = models.SlugField(_("code"), unique=True)
    learning_question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="evaluations", verbose_name=_("learning question")
    )
    name = models.CharField(_("name"), max_length=100)
    innovation_fr = models.TextField(_("innovation (French)"))
    innovation_en = models.TextField(_("innovation (English)"))
    caveat_fr = models.TextField(
        _("caveat (French)"), blank=True, help_text=_("Shown wherever a conclusion depends on it.")
    )
    caveat_en = models.TextField(_("caveat (English)"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    innovation = Bilingual("innovation")
    caveat = Bilingual("caveat")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class EvaluationQuestion(Sourced):
    """A question that the evaluation answers."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="questions", verbose_name=_("evaluation"))
    number = models.PositiveSmallIntegerField(_("number"))
    text_fr = models.TextField(_("question (French)"))
    text_en = models.TextField(_("question (English)"))
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evaluation question")
        verbose_name_plural = _("evaluation questions")
        ordering = ["evaluation__order", "number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "number"], name="evaluation_question_number_once")]

    def __str__(self) -> str:
        return f"{self.evaluation.name} {self.number}. {self.text}"


class EvaluationSite(Demonstrable):
    """A site that an evaluation follows: since when the innovation is there, and from when records are expected.

    `exposed_from` empty means not exposed as far as the named source tells (a comparison site, not a missing date).
    `expected_from` is the first month for which the evaluation plans records of the site (visits, stock reports).
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="sites", verbose_name=_("evaluation"))
    unit = models.ForeignKey(
        "indicators.OrgUnit",
        models.PROTECT,
        related_name="evaluation_sites",
        verbose_name=_("health area (CSCom)"),
    )
    exposed_from = models.DateField(_("exposed from"), null=True, blank=True)
    expected_from = models.DateField(_("records expected from"), null=True, blank=True)
    expected_to = models.DateField(_("records expected to"), null=True, blank=True)
    source = models.ForeignKey("indicators.Source", models.PROTECT, related_name="+", verbose_name=_("source"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("site of an evaluation")
        verbose_name_plural = _("sites of evaluations")
        ordering = ["evaluation__order", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "unit"], name="evaluation_site_once")]

    def __str__(self) -> str:
        return f"{self.evaluation} – {self.unit}"
