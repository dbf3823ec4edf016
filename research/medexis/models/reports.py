"""Stock as a site reports it month by month."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.periods import Period
from research.entries import Entry
from research.medexis.models.files import StockFile
from research.medexis.models.products import Product


class StockReport(Entry):
    """A site's month. There is one for a site and a month, or none; none means not reported.

    `received_on` None: a file did not tell the day; the report counts neither as on time nor as late.
    """

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_reports", verbose_name=_("site"))
    period = models.IntegerField(_("month"))
    received_on = models.DateField(_("report received on"), null=True, blank=True)
    file = models.ForeignKey(
        StockFile, models.PROTECT, null=True, editable=False, related_name="reports", verbose_name=_("file")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock report")
        verbose_name_plural = _("stock reports")
        ordering = ["-period", "site__path"]
        constraints = [models.UniqueConstraint(fields=["site", "period"], name="stock_report_once")]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="stock_report_last_changed"),
            models.Index(fields=["period"], name="stock_report_period"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {Period.from_code(self.period).id}"


class StockLine(models.Model):
    """A product in a report: vaccines in doses, other items in pieces. Blank means not filled in; 0 means zero.

    `issued` is what was taken out of stock for use, `administered` the doses that children received of it. `lost` is
    the total; the `lost_…` columns tell it by reason where the site does. `file` is the one that made the line. Numbers
    stand as they were reported, even impossible ones: what is wrong with them is a flag (`formulas.balance`).
    """

    report = models.ForeignKey(StockReport, models.CASCADE, related_name="lines", verbose_name=_("stock report"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines", verbose_name=_("product"))
    opening = models.PositiveIntegerField(_("opening stock"), null=True, blank=True)
    received = models.PositiveIntegerField(_("received"), null=True, blank=True)
    issued = models.PositiveIntegerField(_("used"), null=True, blank=True)
    administered = models.PositiveIntegerField(_("administered"), null=True, blank=True)
    lost = models.PositiveIntegerField(_("lost"), null=True, blank=True)
    lost_expired = models.PositiveIntegerField(_("lost: expired"), null=True, blank=True)
    lost_vvm = models.PositiveIntegerField(_("lost: heat (VVM)"), null=True, blank=True)
    lost_frozen = models.PositiveIntegerField(_("lost: frozen"), null=True, blank=True)
    lost_broken = models.PositiveIntegerField(_("lost: broken"), null=True, blank=True)
    lost_missing = models.PositiveIntegerField(_("lost: missing or stolen"), null=True, blank=True)
    lost_other = models.PositiveIntegerField(_("lost: other reason"), null=True, blank=True)
    adjustment = models.IntegerField(_("adjustment"), null=True, blank=True)
    closing = models.PositiveIntegerField(_("stock on hand"), null=True, blank=True)
    days_out = models.PositiveSmallIntegerField(_("days out of stock"), null=True, blank=True)
    file = models.ForeignKey(
        StockFile, models.PROTECT, null=True, editable=False, related_name="lines", verbose_name=_("file")
    )
    history = HistoricalRecords(excluded_fields=["file"])

    class Meta:
        verbose_name = _("line of a stock report")
        verbose_name_plural = _("lines of stock reports")
        ordering = ["report", "product__order"]
        constraints = [models.UniqueConstraint(fields=["report", "product"], name="stock_line_once")]

    def __str__(self) -> str:
        return f"{self.report} – {self.product}"
