"""Plans of analyses in versions, and the runs that give results. A run's row is the truth of its job."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.agenda.models import LearningQuestion
from research.entries import Entry
from research.evaluations.models import Evaluation
from research.linkage.jobs import Job


class Method(models.TextChoices):
    """The methods of `research/linkage/methods`, by their codes."""

    ITS_OLS = "its_ols", _("interrupted time series (least squares)")
    ITS_QUASIPOISSON = "its_quasipoisson", _("interrupted time series (quasi-Poisson)")
    DID = "did", _("staggered difference in differences")
    SPC = "spc", _("control chart before and after")
    ASSOCIATION = "association", _("stock-outs and doses, within site")
    DOSE_RESPONSE = "dose_response", _("dose and response, within site")


class AnalysisPlan(Entry):
    """A question that an analysis is to answer. What exactly is computed, its versions say."""

    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    learning_question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="analysis_plans", verbose_name=_("learning question")
    )
    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, null=True, blank=True, related_name="analysis_plans", verbose_name=_("evaluation")
    )
    title = Bilingual("title")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("analysis plan")
        verbose_name_plural = _("analysis plans")
        ordering = ["learning_question__number", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title_fr="", title_en=""), name="analysis_plan_has_title")]

    def __str__(self) -> str:
        return str(self.title)


class PlanVersion(Entry):
    """What is computed, written down whole. A draft until it is locked; locked, its content never changes.

    `first` and `last` are DHIS2 ids of months or of quarters, both included. `threshold` is the effect that would
    matter, signed and on the scale of the method's first estimate (a rate ratio: below 1 for a fall).
    `results_before`: runs of the same outcome and places whose results were there when it was locked, found from their
    times then; empty means that the plan was written before any of its results.
    """

    class Exposure(models.TextChoices):
        STAGES = "stages", _("the evaluation’s own stages of exposure")
        DATE = "date", _("one date for all studied places")
        INDICATOR = "indicator", _("an indicator, as a dose in each period")

    plan = models.ForeignKey(AnalysisPlan, models.PROTECT, related_name="versions", verbose_name=_("analysis plan"))
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    options = models.JSONField(_("options"), default=dict, blank=True)
    outcome = models.CharField(_("outcome"), max_length=60)
    rival = models.CharField(_("other definition of the outcome"), max_length=60, blank=True)
    first = models.CharField(_("first period"), max_length=10)
    last = models.CharField(_("last period"), max_length=10)
    exposure = models.CharField(_("exposure"), max_length=10, choices=Exposure.choices)
    changed_on = models.DateField(_("day of the change"), null=True, blank=True)
    dose = models.CharField(_("indicator of the dose"), max_length=60, blank=True)
    units = models.ManyToManyField("indicators.OrgUnit", related_name="studied_in", verbose_name=_("studied places"))
    comparison = models.ManyToManyField(
        "indicators.OrgUnit", related_name="compared_in", blank=True, verbose_name=_("places of comparison")
    )
    threshold = models.FloatField(_("effect that would matter"), null=True, blank=True)
    threshold_why = models.CharField(_("why this threshold"), max_length=500, blank=True)
    why = models.TextField(_("why it is analysed so"), max_length=3000)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("locked by"),
    )  # fmt: skip
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    results_before = models.JSONField(default=list, blank=True, editable=False)
    history = HistoricalRecords(m2m_fields=[units, comparison])

    class Meta:
        verbose_name = _("version of an analysis plan")
        verbose_name_plural = _("versions of analysis plans")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(locked_at__isnull=True), name="plan_version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | ~Q(sha256=""), name="plan_version_locked_with_its_content"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="plan_version_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} – {self.number}"

    @property
    def locked(self) -> bool:
        return self.locked_at is not None

    @property
    def prespecified(self) -> bool:
        """Whether it was locked before any result of its outcome and places was there. A draft is not, yet."""
        return self.locked and not self.results_before


class AnalysisRun(Job):
    """One computation of a locked version. The broker only rings the bell; the sweeper finds runs without a bell.

    `fingerprint` is that of the inputs that were read; `result` and `sensitivity` are as `methods.result.as_json` gives
    them, and `manifest` holds the inputs with their sources, versions of software and the seed. Runs are never deleted.
    """

    class Origin(models.TextChoices):
        PERSON = "person", _("asked for by a person")
        NIGHT = "night", _("run again at night because the data had changed")

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="runs", verbose_name=_("version"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.PERSON)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    result = models.JSONField(_("result"), null=True, blank=True)
    sensitivity = models.JSONField(_("sensitivity"), default=list, blank=True)
    manifest = models.JSONField(_("inputs and versions"), default=dict, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("voided by")
    )
    voided_why = models.CharField(_("why it is void"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("run of an analysis")
        verbose_name_plural = _("runs of analyses")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=["queued", "running"]), name="analysis_run_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (Q(result__isnull=False) & Q(finished_at__isnull=False) & ~Q(fingerprint="")),
                name="analysis_run_done_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(voided_why=""), name="analysis_run_voided_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} – {self.pk} ({self.get_state_display()})"
