from datetime import date

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
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


class EvaluationSiteQuerySet(models.QuerySet["EvaluationSite"]):
    def with_exposure(self) -> "EvaluationSiteQuerySet":
        """Adds `exposed_from` and `exposed_to`: the first day of use, and the day on which it stopped for good.

        A site is exposed from its first stage «first use» or «active»; trained is not yet exposed. Without such a
        stage `exposed_from` is None: not exposed as far as the sources tell (a comparison site, not a missing date).
        A stop counts where no later stage is recorded.
        """
        stages = ExposureStage.objects.filter(site=OuterRef("pk"))
        used = stages.filter(stage__in=[ExposureStage.Stage.FIRST_USE, ExposureStage.Stage.ACTIVE]).order_by("began_on")
        last = stages.order_by("-began_on", "-pk")
        return self.annotate(
            exposed_from=Subquery(used.values("began_on")[:1]),
            _last_stage=Subquery(last.values("stage")[:1]),
            _last_on=Subquery(last.values("began_on")[:1]),
            exposed_to=Case(When(_last_stage=ExposureStage.Stage.STOPPED, then="_last_on")),
        )


class EvaluationSite(Demonstrable):
    """A site that an evaluation follows; since when it is exposed, its stages say.

    `expected_from` is the first month for which the evaluation plans records of the site (visits, stock reports).
    """

    exposed_from: date | None
    exposed_to: date | None

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="sites", verbose_name=_("evaluation"))
    unit = models.ForeignKey(
        "indicators.OrgUnit",
        models.PROTECT,
        related_name="evaluation_sites",
        verbose_name=_("health area (CSCom)"),
    )
    expected_from = models.DateField(_("records expected from"), null=True, blank=True)
    expected_to = models.DateField(_("records expected to"), null=True, blank=True)
    source = models.ForeignKey("indicators.Source", models.PROTECT, related_name="+", verbose_name=_("source"))
    history = HistoricalRecords()

    objects = EvaluationSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site of an evaluation")
        verbose_name_plural = _("sites of evaluations")
        ordering = ["evaluation__order", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "unit"], name="evaluation_site_once")]

    def __str__(self) -> str:
        return f"{self.evaluation} – {self.unit}"


class ExposureStage(Demonstrable):
    """A dated step of an innovation at a site, with what proves it.

    `approximate` where the source names a week or a month only; `began_on` is then its last day, so that no month is
    counted as exposed too early.
    """

    class Stage(models.TextChoices):
        TRAINED = "trained", _("trained")
        FIRST_USE = "first_use", _("first use")
        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped")

    site = models.ForeignKey(EvaluationSite, models.CASCADE, related_name="stages", verbose_name=_("site"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    began_on = models.DateField(_("on"))
    approximate = models.BooleanField(_("approximate date"), default=False)
    evidence_fr = models.CharField(_("evidence (French)"), max_length=500, blank=True)
    evidence_en = models.CharField(_("evidence (English)"), max_length=500, blank=True)
    source = models.ForeignKey(
        "indicators.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    evidence = Bilingual("evidence")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stage of exposure")
        verbose_name_plural = _("stages of exposure")
        ordering = ["site", "began_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "stage", "began_on"], name="exposure_stage_once"),
            models.CheckConstraint(
                condition=~Q(evidence_fr="", evidence_en="") | Q(source__isnull=False), name="exposure_stage_is_proved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.get_stage_display()} {self.began_on}"
