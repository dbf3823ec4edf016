"""Supervision visits: planned, done or cancelled; their answers and scores; what registers say beside reports."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.demonstration import Demonstrable
from research.coach2pev.models.checklists import Checklist, ChecklistItem, ChecklistSection
from research.coach2pev.models.people import Coach, Coachee
from research.entries import Entry


class Assessor(models.IntegerChoices):
    """Whose answers they are: the visit's own, or those of a second coach who assessed it independently."""

    FIRST = 1, _("coach")
    SECOND = 2, _("second coach")


class Selection(models.TextChoices):
    """How a site came to be visited."""

    DIRECT = "direct", _("chosen directly")
    PERFORMANCE = "performance", _("by performance")
    RANDOM = "random", _("drawn at random")


class VisitPlan(Entry):
    """A round of visits planned at once. What the choice rested on is kept: the ranking shown, or the seed drawn with.

    `ranking` lists all sites that could be chosen, in the order of the choice: `{"site": pk, "name": …, "share": 0–1 or
    null, "visits": n, "last": "2025-11-03" or null, "chosen": true}`, with `"demonstration": true` where made-up
    visits were counted.
    """

    method = models.CharField(_("chosen"), max_length=12, choices=Selection.choices)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)
    ranking = models.JSONField(_("ranking"), default=list)
    note = models.CharField(_("note"), max_length=500, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("plan of visits")
        verbose_name_plural = _("plans of visits")
        ordering = ["-first", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(method="random") | Q(seed__isnull=False), name="visit_plan_has_seed"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="visit_plan_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.first}–{self.last}"


class SubmissionFile(Demonstrable):
    """A file of KoboToolbox or ODK submissions that filled visits: the same file again changes nothing."""

    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="submission_files", verbose_name=_("checklist")
    )
    name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)
    loaded_by = models.ForeignKey(
        "indicators.User", models.PROTECT, null=True, related_name="+", verbose_name=_("loaded by")
    )
    created = models.PositiveIntegerField(_("visits created"), default=0)
    unchanged = models.PositiveIntegerField(_("visits unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("submissions refused"), default=0)

    class Meta:
        verbose_name = _("file of submissions")
        verbose_name_plural = _("files of submissions")
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return self.name


class SupervisionVisit(Entry):
    """A coaching visit to a site: planned for a day, scheduled with the site, in progress, done, or cancelled.

    `agreed` is the W of GROW (what will be done); `goal`, `reality` and `options` are the rest of the conversation.
    `coachees` is how many were coached; `people` who they were, by code, where that was recorded.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        SCHEDULED = "scheduled", _("agreed with the site")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="visits", verbose_name=_("site"))
    plan = models.ForeignKey(
        VisitPlan, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("plan")
    )
    selection = models.CharField(_("site chosen"), max_length=12, choices=Selection.choices, default=Selection.DIRECT)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("date of the visit"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    cancelled_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    coach = models.ForeignKey(
        Coach, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("coach")
    )
    second_coach = models.ForeignKey(
        Coach, models.PROTECT, null=True, blank=True, related_name="second_visits", verbose_name=_("second coach")
    )
    coach_role = models.CharField(
        _("role of the coach"), max_length=120, blank=True, help_text=_("A role, not a name.")
    )
    coachees = models.PositiveSmallIntegerField(
        _("staff coached"), null=True, blank=True, validators=[MaxValueValidator(500)]
    )
    people = models.ManyToManyField(Coachee, blank=True, related_name="visits", verbose_name=_("who was coached"))
    minutes = models.PositiveSmallIntegerField(
        _("duration (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("checklist")
    )
    goal = models.TextField(_("goal"), blank=True, max_length=3000)
    reality = models.TextField(_("reality"), blank=True, max_length=3000)
    options = models.TextField(_("options"), blank=True, max_length=3000)
    agreed = models.TextField(_("what was agreed"), blank=True, max_length=5000)
    submissions = models.ForeignKey(
        SubmissionFile, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("loaded from")
    )
    history = HistoricalRecords(m2m_fields=[people])

    class Meta:
        verbose_name = _("supervision visit")
        verbose_name_plural = _("supervision visits")
        ordering = ["-done_on", "-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["site", "done_on"], name="visit_site_done"),
            models.Index(fields=["state", "planned_on"], name="visit_state_planned"),
            models.Index(Coalesce("done_on", "planned_on").desc(), F("id").desc(), name="visit_by_day"),
            models.Index(fields=["-updated_at", "-id"], name="visit_last_changed"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | ~Q(done_on=None), name="visit_done_has_date"),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "scheduled"]) | ~Q(planned_on=None), name="visit_planned_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_progress") | ~Q(done_on=None), name="visit_in_progress_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="visit_cancelled_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(second_coach=None) | Q(coach=None) | ~Q(second_coach=models.F("coach")),
                name="visit_two_coaches_differ",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.done_on or self.planned_on}"


class ChecklistAnswer(models.Model):
    """What the coach saw for an item. No row means not answered, which is neither «no» nor «not applicable».

    `answer` is yes, partial, no or na; for the other kinds it is `given`, and the value stands in `number`, or in
    `text`: a choice's code, several codes with blanks between them, a day as 2025-11-03, a place as «latitude
    longitude [altitude [accuracy]]».
    """

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTIAL = "partial", _("partly")
        NO = "no", _("no")
        NOT_APPLICABLE = "na", _("not applicable")
        GIVEN = "given", _("value given")

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="answers", verbose_name=_("visit"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers", verbose_name=_("item"))
    assessor = models.PositiveSmallIntegerField(_("assessor"), choices=Assessor.choices, default=Assessor.FIRST)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    number = models.DecimalField(_("number"), max_digits=18, decimal_places=6, null=True, blank=True)
    text = models.TextField(_("text"), blank=True, max_length=5000)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["visit", "item__section__order", "item__order"]
        constraints = [models.UniqueConstraint(fields=["visit", "item", "assessor"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_answer_display()}"


class SectionScore(models.Model):
    """The score of one section of a done visit, or of all of it (`section` None), as `scores.py` gives it.

    Kept so that lists and rankings do not read the answers; written with them, by the same action. Only the visit's
    own answers count, not a second coach's. `points` and `possible` are None where no item was scored.
    """

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="scores", verbose_name=_("visit"))
    section = models.ForeignKey(
        ChecklistSection, models.PROTECT, null=True, related_name="scores", verbose_name=_("section")
    )
    points = models.FloatField(_("points"), null=True)
    possible = models.FloatField(_("possible points"), null=True)
    scored = models.PositiveSmallIntegerField(_("items scored"))
    not_applicable = models.PositiveSmallIntegerField(_("items not applicable"))
    unanswered = models.PositiveSmallIntegerField(_("items not answered"))

    class Meta:
        verbose_name = _("score of a visit")
        verbose_name_plural = _("scores of visits")
        ordering = ["visit", "section__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "section"], condition=Q(section__isnull=False), name="section_score_once"
            ),
            models.UniqueConstraint(fields=["visit"], condition=Q(section__isnull=True), name="visit_score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True, possible__isnull=True)
                | Q(points__isnull=False, possible__isnull=False),
                name="section_score_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.points}/{self.possible}"


class RegisterCheck(Entry):
    """Doses of one month counted anew in the register on a visit, beside what the monthly report says.

    `register` is the recount; `reported` what was reported when it was checked, None where no report was found. The
    verification factor is the sum of recounts by the sum of reports, over the months that have both.
    """

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="register_checks", verbose_name=_("visit"))
    month = models.CharField(_("month"), max_length=6)
    data_element = models.ForeignKey(
        "indicators.DataElement", models.PROTECT, related_name="register_checks", verbose_name=_("data element")
    )
    register = models.PositiveIntegerField(_("counted in the register"))
    reported = models.PositiveIntegerField(_("in the monthly report"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("register check")
        verbose_name_plural = _("register checks")
        ordering = ["visit", "data_element", "month"]
        constraints = [models.UniqueConstraint(fields=["visit", "month", "data_element"], name="register_check_once")]

    def __str__(self) -> str:
        return f"{self.visit}, {self.data_element} {self.month}"
