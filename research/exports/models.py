from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExportRecord(models.Model):
    """One file of research data that somebody took out: who, when, what, why. Written once, never changed.

    `rows` counts the rows of each table in the file, `left_out` what was kept back and why; `sha256` is the fingerprint
    of the file, by which one that is found elsewhere is recognised.
    """

    class Kind(models.TextChoices):
        DEIDENTIFIED = "deidentified", _("de-identified")
        FULL = "full", _("full")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    with_quotes = models.BooleanField(_("with quotes"), default=False)
    rows = models.JSONField(_("rows"), default=dict)
    left_out = models.JSONField(_("left out"), default=dict)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("export of research data")
        verbose_name_plural = _("exports of research data")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="full") | ~Q(reason=""), name="export_full_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
