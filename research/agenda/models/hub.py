"""The hub, its partners, its money and the plans that it is aligned with."""

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
