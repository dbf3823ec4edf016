from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OfflineReceipt(models.Model):
    """That one envelope of one device was taken in. `envelope` is made where the record was put aside: delivered again
    it meets this row and writes nothing. Of what was written only the digest is kept; `prepared_at` is what the device
    claims, `received_at` the server's own time."""

    envelope = models.UUIDField(unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("entered by")
    )
    page = models.CharField(max_length=40, editable=False)
    url = models.CharField(max_length=200, blank=True, editable=False)
    prepared_at = models.DateTimeField(_("written on the device at"), null=True, editable=False)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("receipt of a record written without a network")
        verbose_name_plural = _("receipts of records written without a network")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} · {self.page}"
