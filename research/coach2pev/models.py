"""Supervision by coaching: checklists that are data, and visits that answer them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from research.entries import Entry


class Checklist(Demonstrable):
    """A version of a checklist. The tool's own checklists are not public: the shipped one is marked as an example."""

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    example = models.BooleanField(_("example"), default=False)
    active = models.BooleanField(_("active"), default=True)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One thing to look at; `weight` is the points it can earn."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items", verbose_name=_("checklist"))
    code = models.SlugField(_("code"))
    section_fr = models.CharField(_("section (French)"), max_length=120)
    section_en = models.CharField(_("section (English)"), max_length=120)
    text_fr = models.CharField(_("item (French)"), max_length=300)
    text_en = models.CharField(_("item (English)"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("points"), default=1)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    section = Bilingual("section")
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["checklist", "order"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="checklist_item_code_once")]

    def __str__(self) -> str:
        return self.text


class SupervisionVisit(Entry):
    """A coaching visit to a site: planned for a day, then done, or cancelled with a reason."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="visits", verbose_name=_("site"))
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("date of the visit"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    cancelled_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    coach_role = models.CharField(
        _("role of the coach"), max_length=120, blank=True, help_text=_("A role, not a name.")
    )
    coachees = models.PositiveSmallIntegerField(
        _("staff coached"), null=True, blank=True, validators=[MaxValueValidator(500)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("duration (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("checklist")
    )
    agreed = models.TextField(_("what was agreed"), blank=True, max_length=5000)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("supervision visit")
        verbose_name_plural = _("supervision visits")
        ordering = ["-done_on", "-planned_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | ~Q(done_on=None), name="visit_done_has_date"),
            models.CheckConstraint(condition=~Q(state="planned") | ~Q(planned_on=None), name="visit_planned_has_date"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="visit_cancelled_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.done_on or self.planned_on}"


class ChecklistAnswer(models.Model):
    """What the coach saw for an item. No row means not answered, which is neither «no» nor «not applicable»."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTIAL = "partial", _("partly")
        NO = "no", _("no")
        NOT_APPLICABLE = "na", _("not applicable")

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="answers", verbose_name=_("visit"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers", verbose_name=_("item"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["visit", "item__order"]
        constraints = [models.UniqueConstraint(fields=["visit", "item"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_answer_display()}"
