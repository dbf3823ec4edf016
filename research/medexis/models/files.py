from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.demonstration import Demonstrable


class StockFile(Demonstrable):
    """A file of stock reports or stock cards that was taken in, and what became of its rows.

    `counts`: `rows` of the file = `created` + `unchanged` + `replaced` + `conflicts` + `repeated` + `refused`; whether
    the measures are `published`; once undone also `removed` and `kept`, of the rows that it had created.
    """

    class Content(models.TextChoices):
        REPORTS = "reports", _("monthly stock reports")
        CARDS = "cards", _("stock cards")

    content = models.CharField(_("content"), max_length=7, choices=Content.choices)
    name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    counts = models.JSONField(_("counts"), default=dict)
    at = models.DateTimeField(_("taken in at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("stock file")
        verbose_name_plural = _("stock files")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name
