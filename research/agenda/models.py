"""The hub, its money and plans, where it works, and what it wants to learn."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual


class Sourced(models.Model):
    """Transcribed records name the source they were read in."""

    source = models.ForeignKey("indicators.Source", models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        abstract = True


class Hub(Sourced):
    """A learning hub of a country; Mali's is CAPEV."""

    key = models.SlugField(_("key"), unique=True)
    acronym = models.CharField(_("acronym"), max_length=20)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    country = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="hubs", verbose_name=_("country"))
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("learning hub")
        verbose_name_plural = _("learning hubs")

    def __str__(self) -> str:
        return self.acronym


class Partner(Sourced):
    """An organisation of the hub and what it does there."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="partners", verbose_name=_("learning hub"))
    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    role_fr = models.CharField(_("role (French)"), max_length=200)
    role_en = models.CharField(_("role (English)"), max_length=200)
    name = Bilingual("name")
    role = Bilingual("role")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Grant(Sourced):
    """Money that the learning agenda is aligned with."""

    key = models.SlugField(_("key"), unique=True)
    acronym = models.CharField(_("acronym"), max_length=20)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    start_year = models.PositiveSmallIntegerField(_("first year"))
    end_year = models.PositiveSmallIntegerField(_("last year"))
    note_fr = models.TextField(_("note (French)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    name = Bilingual("name")
    note = Bilingual("note")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["start_year", "acronym"]

    def __str__(self) -> str:
        return self.acronym


class Strategy(Sourced):
    """A national plan or one of its groups of interventions (`parent` is the plan)."""

    key = models.SlugField(_("key"), unique=True)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    name_fr = models.CharField(_("name (French)"), max_length=300)
    name_en = models.CharField(_("name (English)"), max_length=300)
    description_fr = models.TextField(_("description (French)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    start = models.CharField(_("start as printed"), max_length=40, blank=True)
    interventions = models.PositiveSmallIntegerField(_("interventions"), null=True, blank=True)
    districts = models.PositiveSmallIntegerField(_("districts"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    description = Bilingual("description")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("national strategy")
        verbose_name_plural = _("national strategies")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Typology(models.Model):
    """Kind of place by which factors of zero-dose differ."""

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    is_conflict = models.BooleanField(_("conflict"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("typology")
        verbose_name_plural = _("typologies")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class StudyDistrict(Sourced):
    """A district of the implementation research and its context."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="districts", verbose_name=_("learning hub"))
    unit = models.OneToOneField(
        "indicators.OrgUnit", models.PROTECT, related_name="study_district", verbose_name=_("district")
    )
    typology = models.ForeignKey(Typology, models.PROTECT, related_name="districts", verbose_name=_("typology"))
    context_fr = models.CharField(_("context (French)"), max_length=300)
    context_en = models.CharField(_("context (English)"), max_length=300)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    context = Bilingual("context")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("study district")
        verbose_name_plural = _("study districts")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.unit.name


class StudySite(Sourced):
    """A CSCom of the study."""

    district = models.ForeignKey(StudyDistrict, models.CASCADE, related_name="sites", verbose_name=_("study district"))
    unit = models.OneToOneField(
        "indicators.OrgUnit", models.PROTECT, related_name="study_site", verbose_name=_("health area (CSCom)")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("study site")
        verbose_name_plural = _("study sites")
        ordering = ["district__order", "order"]

    def __str__(self) -> str:
        return self.unit.name


class AssessmentFactor(Sourced):
    """One factor associated with zero-dose, as the rapid assessment names it for a place of a typology."""

    typology = models.ForeignKey(Typology, models.PROTECT, related_name="factors", verbose_name=_("typology"))
    key = models.SlugField(_("key"), unique=True)
    place = models.CharField(_("place"), max_length=200)
    text_fr = models.CharField(_("factor (French)"), max_length=300)
    text_en = models.CharField(_("factor (English)"), max_length=300)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assessment factor")
        verbose_name_plural = _("assessment factors")
        ordering = ["typology__order", "order"]

    def __str__(self) -> str:
        return self.text


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
