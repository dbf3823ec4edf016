"""How a question is to be answered, for which decision, with what, and who will hear of it.

No row holds a status: each holds the dates of what happened, and its standing is read from them (`standing.py`).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.agenda.models.hub import Grant, Partner
from research.agenda.models.questions import LearningQuestion, SubQuestion
from research.entries import Entry


def _in_a_language(stem: str, name: str) -> models.CheckConstraint:
    """A paired text that is written in at least one language."""
    return models.CheckConstraint(condition=~Q(**{f"{stem}_fr": "", f"{stem}_en": ""}), name=name)


class LearningActivity(Entry):
    """A piece of work that is to answer a question, or one numbered part of it."""

    class Method(models.TextChoices):
        DESK_REVIEW = "desk_review", _("desk review")
        INTERVIEWS = "interviews", _("key informant interviews")
        DISCUSSIONS = "discussions", _("group discussions")
        OBSERVATION = "observation", _("direct observation")
        SURVEY = "survey", _("survey")
        ROUTINE_DATA = "routine_data", _("analysis of routine data")
        PROCESS_EVALUATION = "process_evaluation", _("process evaluation")
        WORKSHOP = "workshop", _("workshop")
        OTHER = "other", _("other method")

    question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="activities", verbose_name=_("learning question")
    )
    part = models.ForeignKey(
        SubQuestion, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("sub-question")
    )
    evaluation = models.ForeignKey(
        "research.Evaluation", models.PROTECT, null=True, blank=True, related_name="activities",
        verbose_name=_("evaluation"),
    )  # fmt: skip
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("partner")
    )
    responsible = models.CharField(
        _("who does it"), max_length=120, blank=True, help_text=_("A role or a team, never a name.")
    )
    starts_on = models.DateField(_("planned from"), null=True, blank=True)
    ends_on = models.DateField(_("planned to"), null=True, blank=True)
    began_on = models.DateField(_("began on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancelled_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    title = Bilingual("title")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("learning activity")
        verbose_name_plural = _("learning activities")
        ordering = ["question__number", "starts_on", "pk"]
        constraints = [
            _in_a_language("title", "learning_activity_has_a_title"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="learning_activity_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(began_on__isnull=False, done_on__gte=F("began_on")),
                name="learning_activity_done_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | ~Q(cancelled_reason="") & Q(done_on__isnull=True),
                name="learning_activity_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class UseCase(Entry):
    """The decision that an answer is to serve: which, taken by whom, needed by when."""

    question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="use_cases", verbose_name=_("learning question")
    )
    part = models.ForeignKey(
        SubQuestion, models.PROTECT, null=True, blank=True, related_name="use_cases", verbose_name=_("sub-question")
    )
    decision_fr = models.CharField(_("decision (French)"), max_length=300, blank=True)
    decision_en = models.CharField(_("decision (English)"), max_length=300, blank=True)
    decided_by = models.CharField(_("who decides"), max_length=200, help_text=_("A body or a role, never a name."))
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    decision = Bilingual("decision")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("use case")
        verbose_name_plural = _("use cases")
        ordering = ["question__number", "needed_by", "pk"]
        constraints = [_in_a_language("decision", "use_case_has_a_decision")]

    def __str__(self) -> str:
        return str(self.decision)


class LearningResource(Entry):
    """What a question can be answered with: a document, a link, or a line of a budget.

    A document is cited by findings as evidence; one that is withdrawn says when and why, and what rests on it is told.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        LINK = "link", _("link")
        BUDGET = "budget", _("budget line")

    question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="resources", verbose_name=_("learning question")
    )
    activity = models.ForeignKey(
        LearningActivity, models.PROTECT, null=True, blank=True, related_name="resources",
        verbose_name=_("learning activity"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    reference = models.CharField(
        _("reference"), max_length=300, blank=True, help_text=_("Author, year, page: enough to find it again.")
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to="agenda/%Y/%m/", blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    grant = models.ForeignKey(
        Grant, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("grant")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason for withdrawing"), max_length=300, blank=True)
    title = Bilingual("title")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["question__number", "kind", "pk"]
        constraints = [
            _in_a_language("title", "learning_resource_has_a_title"),
            models.CheckConstraint(condition=~Q(kind="link") | ~Q(url=""), name="learning_resource_link_has_address"),
            models.CheckConstraint(
                condition=~Q(kind="budget") | Q(amount__isnull=False) & ~Q(currency=""),
                name="learning_resource_budget_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_reason=""),
                name="learning_resource_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Dissemination(Entry):
    """An event or a product by which an audience hears what was learned."""

    class Product(models.TextChoices):
        PRESENTATION = "presentation", _("presentation")
        BRIEF = "brief", _("policy brief")
        REPORT = "report", _("report")
        ARTICLE = "article", _("article")
        WORKSHOP = "workshop", _("workshop")
        BROADCAST = "broadcast", _("radio, film or social media")
        OTHER = "other", _("other product")

    questions = models.ManyToManyField(
        LearningQuestion, related_name="disseminations", verbose_name=_("learning questions")
    )
    event_fr = models.CharField(_("event (French)"), max_length=200, blank=True)
    event_en = models.CharField(_("event (English)"), max_length=200, blank=True)
    audience_fr = models.CharField(_("audience (French)"), max_length=200, blank=True)
    audience_en = models.CharField(_("audience (English)"), max_length=200, blank=True)
    product = models.CharField(_("product"), max_length=20, choices=Product.choices)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancelled_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    event = Bilingual("event")
    audience = Bilingual("audience")
    history = HistoricalRecords(m2m_fields=[questions])

    class Meta:
        verbose_name = _("dissemination")
        verbose_name_plural = _("disseminations")
        ordering = ["planned_on", "pk"]
        constraints = [
            _in_a_language("event", "dissemination_has_an_event"),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(held_on__isnull=False), name="dissemination_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | ~Q(cancelled_reason="") & Q(held_on__isnull=True),
                name="dissemination_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)


class QuestionIndicator(models.Model):
    """An indicator by which a question is followed. `code` is that of a definition in the registry."""

    question = models.ForeignKey(
        LearningQuestion, models.CASCADE, related_name="indicators", verbose_name=_("learning question")
    )
    code = models.SlugField(_("indicator"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("indicator of a question")
        verbose_name_plural = _("indicators of questions")
        ordering = ["question__number", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="question_indicator_once")]

    def __str__(self) -> str:
        return f"{self.question.number}: {self.code}"
