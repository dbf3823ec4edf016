"""Where the study works, and what sets these places apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.agenda.models.hub import Hub, Sourced


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
