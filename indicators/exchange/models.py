from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One committed import: which bytes, by whom, with what result. A preview leaves none."""

    batch = models.ForeignKey(
        "indicators.Batch", models.SET_NULL, null=True, blank=True, verbose_name=_("batch of values")
    )
    file_name = models.CharField(_("file name"), max_length=300)
    sha256 = models.CharField(max_length=64, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    read = models.PositiveIntegerField(_("read"))
    created = models.PositiveIntegerField(_("created"))
    updated = models.PositiveIntegerField(_("updated"))
    unchanged = models.PositiveIntegerField(_("unchanged"))
    deleted = models.PositiveIntegerField(_("deleted"))
    rejected = models.PositiveIntegerField(_("rejected"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("deleted")
                    + models.F("rejected")
                ),
                name="import_counts_add_up",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
