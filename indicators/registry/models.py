from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable


class DataElement(Demonstrable):
    """What is counted. Indicators are written over `concept`, so that two systems' elements serve one definition.

    Most are reported. A derived one has no values of its own: they follow from others when aggregates are computed, so
    that whatever serves elements serves it as well. An `OPERAND` is one element in one option combination, or attribute
    option combination, or both (uid as DHIS2 writes it: `element.option`, `element.*.attribute`,
    `element.option.attribute`); the others count the reports of a data set (uid `dataset.EXPECTED_REPORTS` and so on).
    """

    class Derivation(models.TextChoices):
        REPORTED = "", _("reported")
        OPERAND = "operand", _("element in one option combination")
        EXPECTED_REPORTS = "expected", _("reports expected")
        ACTUAL_REPORTS = "actual", _("reports received")
        REPORTS_ON_TIME = "on_time", _("reports received on time")

    uid = models.CharField(_("DHIS2 uid"), max_length=40, unique=True)
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
    derivation = models.CharField(
        _("derivation"), max_length=10, choices=Derivation.choices, blank=True, default=Derivation.REPORTED
    )
    operand_of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="operands")
    operand_option = models.ForeignKey(
        "indicators.OptionCombo", models.PROTECT, null=True, blank=True, related_name="+"
    )
    operand_attribute = models.ForeignKey(
        "indicators.OptionCombo", models.PROTECT, null=True, blank=True, related_name="+"
    )
    data_set = models.ForeignKey(
        "indicators.DataSet", models.CASCADE, null=True, blank=True, related_name="counts", verbose_name=_("data set")
    )
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("data element")
        verbose_name_plural = _("data elements")
        ordering = ["name_fr"]
        constraints = [
            models.CheckConstraint(
                condition=Q(derivation="", operand_of=None, operand_option=None, operand_attribute=None, data_set=None)
                | (
                    Q(derivation="operand", operand_of__isnull=False, data_set=None)
                    & (Q(operand_option__isnull=False) | Q(operand_attribute__isnull=False))
                )
                | Q(
                    derivation__in=["expected", "actual", "on_time"],
                    operand_of=None,
                    operand_option=None,
                    operand_attribute=None,
                    data_set__isnull=False,
                ),
                name="element_derivation_whole",
            ),
            models.UniqueConstraint(
                fields=["operand_of", "operand_option", "operand_attribute"], name="element_operand_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DataSet(models.Model):
    """A form that units fill in for a period: which elements are asked, and of which units a report is expected."""

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    code = models.CharField(_("code"), max_length=50, blank=True)
    name_fr = models.CharField(_("name (French)"), max_length=230)
    name_en = models.CharField(_("name (English)"), max_length=230)
    frequency = models.CharField(_("period type"), max_length=20, help_text=_("As DHIS2 names it, e.g. Monthly."))
    timely_days = models.PositiveSmallIntegerField(
        _("days to report"), help_text=_("A report is on time up to so many days after the end of its period.")
    )
    elements = models.ManyToManyField(DataElement, related_name="data_sets", verbose_name=_("data elements"))
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        ordering = ["name_fr"]

    def __str__(self) -> str:
        return self.name


class DataSetAssignment(models.Model):
    """A unit reports a data set, from a day to a day; open ends mean as long as the unit is open."""

    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="assignments", verbose_name=_("data set"))
    unit = models.ForeignKey(
        "indicators.OrgUnit", models.CASCADE, related_name="assignments", verbose_name=_("organisation unit")
    )
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["data_set", "unit"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gte=F("start")), name="assignment_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_set} – {self.unit}"


class Constant(models.Model):
    """A number with a name in another DHIS2, written `C{uid}` in its expressions."""

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=230)
    name_en = models.CharField(_("name (English)"), max_length=230)
    value = models.FloatField(_("value"))
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("constant")
        verbose_name_plural = _("constants")
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
