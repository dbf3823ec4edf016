"""What is kept in stock, what using it means, where it is offered, and how much there should be."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable


class Product(models.Model):
    """Something kept in stock. Vaccines are counted in doses, everything else in pieces."""

    class Kind(models.TextChoices):
        VACCINE = "vaccine", _("vaccine")
        DILUENT = "diluent", _("diluent")
        SYRINGE = "syringe", _("syringe")
        SAFETY_BOX = "safety_box", _("safety box")
        OTHER = "other", _("other health product")

    class Vvm(models.TextChoices):
        """Type of the vaccine vial monitor: days until its end point at 37 °C."""

        VVM2 = "2", "VVM2"
        VVM7 = "7", "VVM7"
        VVM11 = "11", "VVM11"
        VVM14 = "14", "VVM14"
        VVM30 = "30", "VVM30"

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.VACCINE)
    antigens_fr = models.CharField(_("antigens (French)"), max_length=120, blank=True)
    antigens_en = models.CharField(_("antigens (English)"), max_length=120, blank=True)
    doses_per_vial = models.PositiveSmallIntegerField(
        _("doses per vial"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    vvm = models.CharField(_("vaccine vial monitor"), max_length=2, choices=Vvm.choices, blank=True)
    diluent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("its diluent")
    )
    tracer = models.BooleanField(_("tracer"), default=False)
    active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Bilingual("name")
    antigens = Bilingual("antigens")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class ProductCode(models.Model):
    """What another system calls the product (`scheme`: medexis, openlmis …)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="codes", verbose_name=_("product"))
    scheme = models.SlugField(_("system"))
    code = models.CharField(_("code"), max_length=100)

    class Meta:
        verbose_name = _("code of a product")
        verbose_name_plural = _("codes of products")
        ordering = ["product", "scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="product_code_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class ProductUse(models.Model):
    """One dose of `concept` (data elements of that concept count them) uses `quantity` of the product."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="uses", verbose_name=_("product"))
    concept = models.CharField(_("concept"), max_length=50)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("use of a product")
        verbose_name_plural = _("uses of products")
        ordering = ["product", "concept"]
        constraints = [models.UniqueConstraint(fields=["product", "concept"], name="product_use_once")]

    def __str__(self) -> str:
        return f"{self.product}: {self.concept}"


class Offer(Demonstrable):
    """Whether a site offers the product, from a day on, until the next entry: who does not offer cannot run out.

    Where nothing is recorded, a site offers in a month what it reports a number of.
    """

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="offers", verbose_name=_("site"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="offers", verbose_name=_("product"))
    since = models.DateField(_("since"))
    offered = models.BooleanField(_("offered"), default=True)
    basis = models.CharField(_("basis"), max_length=300, help_text=_("Where this was read, or who said so (role)."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("offer of a product")
        verbose_name_plural = _("offers of products")
        ordering = ["site", "product", "-since"]
        constraints = [models.UniqueConstraint(fields=["site", "product", "since"], name="offer_once")]

    def __str__(self) -> str:
        return f"{self.site} – {self.product} {self.since}"


class StockNorm(Demonstrable):
    """How much of a product there should be, in months of consumption, and how often it is delivered.

    Without `unit` it holds everywhere; with one, for that unit and all below, before those further up.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="norms", verbose_name=_("product"))
    unit = models.ForeignKey(
        "indicators.OrgUnit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("org unit")
    )
    minimum = models.DecimalField(_("minimum (months)"), max_digits=4, decimal_places=2)
    maximum = models.DecimalField(_("maximum (months)"), max_digits=4, decimal_places=2)
    interval = models.DecimalField(
        _("months between deliveries"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    basis_fr = models.CharField(_("basis (French)"), max_length=300)
    basis_en = models.CharField(_("basis (English)"), max_length=300)
    basis = Bilingual("basis")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock norm")
        verbose_name_plural = _("stock norms")
        ordering = ["product", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["product", "unit"], name="stock_norm_once"),
            models.UniqueConstraint(fields=["product"], condition=Q(unit=None), name="stock_norm_once_for_everywhere"),
            models.CheckConstraint(condition=Q(minimum__gte=0, maximum__gt=F("minimum")), name="stock_norm_has_room"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.minimum}–{self.maximum}"
