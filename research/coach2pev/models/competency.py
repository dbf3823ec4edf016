"""What coachees can do, as seen by their coaches, by domain and over time."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from research.coach2pev.models.people import Coach, Coachee
from research.coach2pev.models.visits import Assessor, SupervisionVisit
from research.entries import Entry


class CompetencyDomain(Demonstrable):
    """A field of competence. The tool's own domains are not public: the shipped ones are marked as an example."""

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    example = models.BooleanField(_("example"), default=False)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("domain of competence")
        verbose_name_plural = _("domains of competence")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class CompetencyLevel(Demonstrable):
    """A step of the scale, the same for all domains: 0 is the lowest."""

    value = models.PositiveSmallIntegerField(_("level"), unique=True, validators=[MaxValueValidator(10)])
    label_fr = models.CharField(_("label (French)"), max_length=200)
    label_en = models.CharField(_("label (English)"), max_length=200)
    example = models.BooleanField(_("example"), default=False)
    label = Bilingual("label")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("level of competence")
        verbose_name_plural = _("levels of competence")
        ordering = ["value"]

    def __str__(self) -> str:
        return f"{self.value} – {self.label}"


class CompetencyRating(Entry):
    """The level at which a coach saw a coachee in a domain, on a visit. `assessor` as in the visit's answers."""

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="ratings", verbose_name=_("visit"))
    coachee = models.ForeignKey(Coachee, models.PROTECT, related_name="ratings", verbose_name=_("coachee"))
    coach = models.ForeignKey(
        Coach, models.PROTECT, null=True, blank=True, related_name="ratings", verbose_name=_("coach")
    )
    domain = models.ForeignKey(CompetencyDomain, models.PROTECT, related_name="ratings", verbose_name=_("domain"))
    level = models.ForeignKey(
        CompetencyLevel, models.PROTECT, to_field="value", related_name="ratings", verbose_name=_("level")
    )
    assessor = models.PositiveSmallIntegerField(_("assessor"), choices=Assessor.choices, default=Assessor.FIRST)
    note = models.CharField(_("note"), max_length=500, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rating of competence")
        verbose_name_plural = _("ratings of competence")
        ordering = ["visit", "coachee", "domain"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "coachee", "domain", "assessor"], name="competency_rating_once")
        ]

    def __str__(self) -> str:
        return f"{self.coachee}, {self.domain}: {self.level_id}"
