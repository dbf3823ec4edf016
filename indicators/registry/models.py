from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable


class DataElement(Demonstrable):
    """What is counted. Indicators are written over `concept`, so that two systems' elements serve one definition."""

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    code = models.CharField(_("code"), max_length=50, unique=True, null=True, blank=True)
    name_fr = models.CharField(_("name (French)"), max_length=230)
    name_en = models.CharField(_("name (English)"), max_length=230)
    concept = models.CharField(
        _("concept"),
        max_length=50,
        blank=True,
        db_index=True,
        help_text=_("For example DTP1: what indicators refer to."),
    )
    value_type = models.CharField(_("value type"), max_length=50)
    aggregation = models.CharField(_("aggregation"), max_length=50, default="SUM")
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("data element")
        verbose_name_plural = _("data elements")
        ordering = ["name_fr"]

    def __str__(self) -> str:
        return self.name


class ImportedIndicator(models.Model):
    """An indicator of another DHIS2, with its expressions as they were written there.

    Value: `factor × numerator ÷ denominator`, × 365 ÷ days of the period where `annualised`. Whether it can be computed
    depends on the data elements known today, so it is no column: see `computability`.
    """

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    code = models.CharField(_("code"), max_length=50, blank=True)
    name_fr = models.CharField(_("name (French)"), max_length=230)
    name_en = models.CharField(_("name (English)"), max_length=230)
    numerator = models.TextField(_("numerator"))
    denominator = models.TextField(_("denominator"))
    factor = models.FloatField(_("factor"))
    annualised = models.BooleanField(_("annualised"))
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("imported indicator")
        verbose_name_plural = _("imported indicators")
        ordering = ["name_fr", "uid"]

    def __str__(self) -> str:
        return self.name


class OptionCombo(models.Model):
    """A category or attribute option combination of DHIS2, such as «Fixed, <1y». Its uid tells the default one."""

    DEFAULT_UID = "HllvX50cXC0"

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    code = models.CharField(_("code"), max_length=50, blank=True)
    name = models.CharField(_("name"), max_length=230)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("option combination")
        verbose_name_plural = _("option combinations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
