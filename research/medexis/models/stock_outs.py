"""Stock-outs: as people enter them, and the episodes to which all sources together come."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.demonstration import Demonstrable
from research.entries import Entry
from research.medexis.models.products import Product


class StockOut(Entry):
    """A product that a site was without, from `start` to `end`, both days included; no end: it is still out.

    Entered by hand. Entries of one product at one site do not overlap (see actions).
    """

    class Level(models.TextChoices):
        SITE = "site", _("this site only")
        DISTRICT = "district", _("the district depot too")
        REGION = "region", _("the regional depot too")
        COUNTRY = "country", _("the whole country")

    class Cause(models.TextChoices):
        NOT_DELIVERED = "not_delivered", _("delivery did not come or came late")
        UPSTREAM = "upstream", _("depot was out of stock")
        NOT_ORDERED = "not_ordered", _("not ordered, or too late")
        DEMAND = "demand", _("more children than planned for")
        COLD_CHAIN = "cold_chain", _("cold chain failure")
        LOSS = "loss", _("expired, broken or lost")
        ACCESS = "access", _("road, flood or insecurity")
        FUNDING = "funding", _("funding or purchase")
        OTHER = "other", _("other")

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_outs", verbose_name=_("site"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_outs", verbose_name=_("product"))
    start = models.DateField(_("first day without stock"))
    end = models.DateField(_("last day without stock"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, blank=True)
    cause = models.CharField(_("cause"), max_length=13, choices=Cause.choices, blank=True)
    sessions_cancelled = models.PositiveSmallIntegerField(_("sessions cancelled"), null=True, blank=True)
    children_turned_away = models.PositiveIntegerField(_("children turned away"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock-out")
        verbose_name_plural = _("stock-outs")
        ordering = ["-start", "site__path"]
        constraints = [
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="stock_out_ends_after_start"),
            models.UniqueConstraint(fields=["site", "product", "start"], name="stock_out_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} – {self.product} {self.start:%Y-%m-%d}"


class StockOutEpisode(Demonstrable):
    """What cards, entries and monthly reports together say of one stock-out. Made anew from them, never edited.

    `precision` day: `start` and `end` (None: it goes on) are real days, both without stock. Precision month: the days
    lie somewhere from `start` to `end`, which bound the months that report them. `days` is how many are known; None
    where nobody says. `basis` is the source that prevails; `claims` is what each source says
    (`{"source", "key", "start", "end", "days"}`), and `disagreement` whether they contradict one another.
    """

    class Precision(models.TextChoices):
        DAY = "day", _("to the day")
        MONTH = "month", _("to the month")

    class Basis(models.TextChoices):
        CARD = "card", _("stock card")
        ENTRY = "entry", _("entered stock-out")
        REPORT = "report", _("monthly report")

    site = models.ForeignKey("indicators.OrgUnit", models.CASCADE, related_name="+", verbose_name=_("site"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="episodes", verbose_name=_("product"))
    start = models.DateField(_("first day without stock"))
    end = models.DateField(_("last day without stock"), null=True, blank=True)
    precision = models.CharField(_("precision"), max_length=5, choices=Precision.choices)
    days = models.PositiveIntegerField(_("days out of stock"), null=True, blank=True)
    basis = models.CharField(_("source"), max_length=6, choices=Basis.choices)
    disagreement = models.BooleanField(_("sources disagree"), default=False)
    claims = models.JSONField(_("what each source says"), default=list)

    class Meta:
        verbose_name = _("stock-out episode")
        verbose_name_plural = _("stock-out episodes")
        ordering = ["-start", "site__path", "product__order"]
        indexes = [
            models.Index(fields=["site", "product", "start"], name="episode_of_product"),
            models.Index(fields=["-start", "site", "product", "id"], name="episode_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.site} – {self.product} {self.start:%Y-%m-%d}"
