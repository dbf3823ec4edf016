"""The stock card: dated movements of a product at a site, each with the balance after it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from research.entries import Entry
from research.medexis.models.files import StockFile
from research.medexis.models.products import Product


class MovementReason(models.Model):
    """Why stock moved. `column` is the column of the monthly report that such a movement enters."""

    class Kind(models.TextChoices):
        CREDIT = "credit", _("adds to the stock")
        DEBIT = "debit", _("takes from the stock")
        COUNT = "count", _("physical count: sets the stock")

    class Column(models.TextChoices):
        """Same names as the fields of a stock line."""

        RECEIVED = "received", _("received")
        ISSUED = "issued", _("used")
        LOST_EXPIRED = "lost_expired", _("lost: expired")
        LOST_VVM = "lost_vvm", _("lost: heat (VVM)")
        LOST_FROZEN = "lost_frozen", _("lost: frozen")
        LOST_BROKEN = "lost_broken", _("lost: broken")
        LOST_MISSING = "lost_missing", _("lost: missing or stolen")
        LOST_OTHER = "lost_other", _("lost: other reason")
        ADJUSTMENT = "adjustment", _("adjustment")

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    column = models.CharField(_("column of the monthly report"), max_length=12, choices=Column.choices)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reason of a movement")
        verbose_name_plural = _("reasons of movements")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Lot(Demonstrable):
    """A manufacturer's lot of a product."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    code = models.CharField(_("lot"), max_length=60)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["product", "expires_on", "code"]
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="lot_once")]

    def __str__(self) -> str:
        return self.code


class StockCard(Demonstrable):
    """The card of a product at a site. Locked while lines are written, so that balances follow one another."""

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_cards", verbose_name=_("site"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="cards", verbose_name=_("product"))

    class Meta:
        verbose_name = _("stock card")
        verbose_name_plural = _("stock cards")
        ordering = ["site__path", "product__order"]
        constraints = [models.UniqueConstraint(fields=["site", "product"], name="stock_card_once")]

    def __str__(self) -> str:
        return f"{self.site} – {self.product}"


class CardLine(Entry):
    """A movement or a count, in the card's order: by day, then by the moment of recording, then by key.

    `quantity` is what moved; of a count, what was counted in the line's lot. `balance` (all lots) and `lot_balance`
    (this line's lot; lines without one are a lot of their own) follow from the lines; they may fall below zero, which
    is a question to ask and not a reason to refuse. A cancelled line stays on the card and counts for nothing.
    """

    class Vvm(models.IntegerChoices):
        """Stage of the vaccine vial monitor; from 3 on the vaccine must not be used."""

        STAGE1 = 1, "1"
        STAGE2 = 2, "2"
        STAGE3 = 3, "3"
        STAGE4 = 4, "4"

    card = models.ForeignKey(StockCard, models.PROTECT, related_name="lines", verbose_name=_("stock card"))
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("lot"))
    occurred_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    reason = models.ForeignKey(MovementReason, models.PROTECT, related_name="lines", verbose_name=_("reason"))
    quantity = models.PositiveIntegerField(_("quantity"))
    origin = models.CharField(_("received from"), max_length=150, blank=True)
    destination = models.CharField(_("given to"), max_length=150, blank=True)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    signature = models.CharField(_("signed by (code or role)"), max_length=80, blank=True)
    vvm = models.PositiveSmallIntegerField(_("VVM stage"), choices=Vvm.choices, null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    balance = models.IntegerField(_("balance"), editable=False, default=0)
    lot_balance = models.IntegerField(_("balance of the lot"), editable=False, default=0)
    cancelled_because = models.CharField(_("cancelled because"), max_length=300, blank=True)
    file = models.ForeignKey(
        StockFile, models.PROTECT, null=True, editable=False, related_name="card_lines", verbose_name=_("file")
    )
    history = HistoricalRecords(excluded_fields=["balance", "lot_balance"])

    class Meta:
        verbose_name = _("line of a stock card")
        verbose_name_plural = _("lines of stock cards")
        ordering = ["card", "occurred_on", "recorded_at", "pk"]
        indexes = [models.Index(fields=["card", "occurred_on", "recorded_at", "id"], name="card_line_order")]

    def __str__(self) -> str:
        return f"{self.card} {self.occurred_on}"
