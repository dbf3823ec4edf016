"""What was reported. Values have a natural key of five integers and no surrogate key: rows are moved in bulk.

The foreign keys of `DataValue` and `ValueChange` carry no database constraint and no index of their own (see
docs/decisions): the only writer checks its references, and deleting a referenced row is refused by `PROTECT`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable


def _key(to: str) -> Any:
    return models.ForeignKey(to, models.PROTECT, db_constraint=False, db_index=False, related_name="+")


class Batch(Demonstrable):
    """One write of values: an import, an entry, the demonstration. Every value names the batch that last set it."""

    class Origin(models.TextChoices):
        IMPORT = "import", _("import")
        ENTRY = "entry", _("entry")
        DEMONSTRATION = "demonstration", _("demonstration")
        UNDO = "undo", _("undo of an import")
        API = "api", _("programming interface")

    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices)
    label = models.CharField(_("label"), max_length=300, help_text=_("File name, or what was entered."))
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("batch of values")
        verbose_name_plural = _("batches of values")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.label


class DataValue(models.Model):
    """A number that a unit reported for an element and a period. No row means missing; 0 means zero."""

    pk = models.CompositePrimaryKey("element_id", "period", "unit_id", "option_id", "attribute_id")
    element = _key("indicators.DataElement")
    period = models.IntegerField(_("period"))
    unit = _key("indicators.OrgUnit")
    option = _key("indicators.OptionCombo")
    attribute = _key("indicators.OptionCombo")
    value = models.FloatField(_("value"))
    batch = _key("indicators.Batch")

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")

    def __str__(self) -> str:
        return f"{self.element_id}/{self.unit_id}/{self.period}: {self.value}"


class ValueChange(models.Model):
    """What a batch replaced or deleted: the value before, and after (none where deleted)."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes")
    element = _key("indicators.DataElement")
    period = models.IntegerField(_("period"))
    unit = _key("indicators.OrgUnit")
    option = _key("indicators.OptionCombo")
    attribute = _key("indicators.OptionCombo")
    before = models.FloatField(_("before"))
    before_batch = _key("indicators.Batch")
    after = models.FloatField(_("after"), null=True)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class ValueComment(models.Model):
    """What the reporting person wrote beside a value (DHIS2: comment). Few values have one."""

    pk = models.CompositePrimaryKey("element_id", "period", "unit_id", "option_id", "attribute_id")
    element = _key("indicators.DataElement")
    period = models.IntegerField(_("period"))
    unit = _key("indicators.OrgUnit")
    option = _key("indicators.OptionCombo")
    attribute = _key("indicators.OptionCombo")
    text = models.CharField(_("comment"), max_length=2000)
    batch = _key("indicators.Batch")

    class Meta:
        verbose_name = _("comment on a value")
        verbose_name_plural = _("comments on values")

    def __str__(self) -> str:
        return self.text


class ChangedCell(models.Model):
    """A cell (element, month, unit) written since the aggregates above it were last refreshed.

    Written in the same transaction as the value, deleted in the same transaction as its refreshed aggregates.
    `element` is null in the one row that stands for «too many to list: refresh everything», and with a unit where a
    target of that unit changed.
    """

    id = models.BigAutoField(primary_key=True)
    element = models.ForeignKey(
        "indicators.DataElement", models.CASCADE, null=True, db_constraint=False, db_index=False
    )
    period = models.IntegerField(null=True)
    unit = models.ForeignKey("indicators.OrgUnit", models.CASCADE, null=True, db_constraint=False, db_index=False)

    def __str__(self) -> str:
        return f"{self.element_id or '*'}/{self.unit_id or '*'}/{self.period or '*'}"


class ReportReceived(models.Model):
    """A unit said that its report of a data set and period is complete, on a day. DHIS2: complete registration.

    A report may be complete and empty, or hold values and never be declared complete: the two are counted apart.
    """

    pk = models.CompositePrimaryKey("data_set_id", "period", "unit_id")
    data_set = _key("indicators.DataSet")
    period = models.IntegerField(_("period"))
    unit = _key("indicators.OrgUnit")
    received_on = models.DateField(_("received on"))
    batch = _key("indicators.Batch")

    class Meta:
        verbose_name = _("report received")
        verbose_name_plural = _("reports received")

    def __str__(self) -> str:
        return f"{self.data_set_id}/{self.unit_id}/{self.period}: {self.received_on}"


class Denominator(Demonstrable):
    """How many children a unit has in a year, by one source. Only the preferred one enters coverage."""

    class Kind(models.TextChoices):
        SURVIVING_INFANTS = "surviving_infants", _("surviving infants")
        LIVE_BIRTHS = "live_births", _("live births")

    unit = models.ForeignKey(
        "indicators.OrgUnit", models.PROTECT, related_name="denominators", verbose_name=_("organisation unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    value = models.FloatField(_("children"))
    source = models.ForeignKey("indicators.Source", models.PROTECT, verbose_name=_("source"))
    preferred = models.BooleanField(_("preferred"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("denominator")
        verbose_name_plural = _("denominators")
        ordering = ["unit", "year"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "kind", "source"], name="denominator_once"),
            models.UniqueConstraint(
                fields=["unit", "year", "kind"],
                condition=models.Q(preferred=True),
                name="denominator_one_preferred",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="denominator_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"


class PublishedFigure(models.Model):
    """A figure that somebody printed. Kept as printed, beside our own numbers, never mixed into them.

    `printed_place` is the name in the source; `unit` is set only where the source leaves no doubt which unit is meant.
    """

    class Precision(models.TextChoices):
        EXACT = "exact", _("as printed")
        ABOUT = "about", _("about")
        RANGE = "range", _("range")

    key = models.SlugField(_("key"), max_length=120, unique=True)
    indicator = models.SlugField(_("indicator"), help_text=_("Code of the indicator definition, e.g. dtp1_coverage."))
    printed_place = models.CharField(_("place as printed"), max_length=200)
    unit = models.ForeignKey(
        "indicators.OrgUnit", models.PROTECT, null=True, blank=True, verbose_name=_("organisation unit")
    )
    period = models.IntegerField(_("period"), null=True, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    low = models.FloatField(_("from"), null=True, blank=True)
    high = models.FloatField(_("to"), null=True, blank=True)
    measure = models.CharField(
        _("unit of measure"), max_length=20, choices=[("percent", "%"), ("children", _("children"))]
    )
    precision = models.CharField(_("precision"), max_length=10, choices=Precision.choices, default=Precision.EXACT)
    note_fr = models.CharField(_("note (French)"), max_length=500, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=500, blank=True)
    source = models.ForeignKey("indicators.Source", models.PROTECT, verbose_name=_("source"))
    note = Bilingual("note")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["indicator", "printed_place", "period"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(value=None) | (~models.Q(low=None) & ~models.Q(high=None)),
                name="figure_value_or_range",
            )
        ]

    def __str__(self) -> str:
        return self.key
