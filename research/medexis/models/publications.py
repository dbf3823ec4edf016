from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from research.medexis.models.products import Product


class StockPublication(models.Model):
    """Measures that are to be made anew, remembered until they are: the broker only rings the bell.

    Those of one product (None: of every tracer product), below a unit (None: everywhere). Sites are done in the order
    of their keys, those up to `done_to` in a transaction each time with this row.
    """

    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="+", verbose_name=_("product"))
    unit = models.ForeignKey(
        "indicators.OrgUnit", models.CASCADE, null=True, related_name="+", verbose_name=_("organisation unit")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    done_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("publication of stock measures")
        verbose_name_plural = _("publications of stock measures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.product or ''} {self.unit or ''}".strip() or str(self.pk)
