"""Stock of vaccines as a site reports it month by month, and the stock-outs that it dates."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.periods import Period
from research.entries import Entry


class Product(models.Model):
    """Something kept in stock, counted in doses or pieces. `concept`: the data elements that use it up."""

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    doses_per_vial = models.PositiveSmallIntegerField(_("doses per vial"), null=True, blank=True)
    tracer = models.BooleanField(_("tracer"), default=False)
    concept = models.CharField(_("concept"), max_length=50, blank=True)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class StockReport(Entry):
    """A site's month. There is one for a site and a month, or none; none means not reported."""

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_reports", verbose_name=_("site"))
    period = models.IntegerField(_("month"))
    received_on = models.DateField(_("report received on"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock report")
        verbose_name_plural = _("stock reports")
        ordering = ["-period", "site__path"]
        constraints = [models.UniqueConstraint(fields=["site", "period"], name="stock_report_once")]

    def __str__(self) -> str:
        return f"{self.site} {Period.from_code(self.period).id}"


class StockLine(models.Model):
    """A product in a report, in doses. Blank means not filled in; 0 means zero."""

    report = models.ForeignKey(StockReport, models.CASCADE, related_name="lines", verbose_name=_("stock report"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines", verbose_name=_("product"))
    opening = models.PositiveIntegerField(_("opening stock"), null=True, blank=True)
    received = models.PositiveIntegerField(_("received"), null=True, blank=True)
    issued = models.PositiveIntegerField(_("used"), null=True, blank=True)
    lost = models.PositiveIntegerField(_("lost"), null=True, blank=True)
    adjustment = models.IntegerField(_("adjustment"), null=True, blank=True)
    closing = models.PositiveIntegerField(_("stock on hand"), null=True, blank=True)
    days_out = models.PositiveSmallIntegerField(_("days out of stock"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of a stock report")
        verbose_name_plural = _("lines of stock reports")
        ordering = ["report", "product__order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "product"], name="stock_line_once"),
            models.CheckConstraint(
                condition=models.Q(days_out=None) | models.Q(days_out__lte=31),
                name="stock_line_days_in_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} – {self.product}"


class StockOut(Entry):
    """A product that a site was without, from `start` to `end`, both days included; no end: it is still out.

    Episodes of one product at one site do not overlap (see actions).
    """

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_outs", verbose_name=_("site"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_outs", verbose_name=_("product"))
    start = models.DateField(_("first day without stock"))
    end = models.DateField(_("last day without stock"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock-out")
        verbose_name_plural = _("stock-outs")
        ordering = ["-start", "site__path"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(end__gte=models.F("start")), name="stock_out_ends_after_start"
            ),
            models.UniqueConstraint(fields=["site", "product", "start"], name="stock_out_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} – {self.product} {self.start:%Y-%m-%d}"
