from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual


class Source(models.Model):
    """Where a record comes from: a page, a report, a data set. Named beside everything that is shown."""

    key = models.SlugField(_("key"), unique=True)
    title_fr = models.CharField(_("title (French)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published = models.CharField(
        _("published"), max_length=40, blank=True, help_text=_("As printed: a year or a date.")
    )
    note_fr = models.TextField(_("note (French)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    title = Bilingual("title")
    note = Bilingual("note")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title
