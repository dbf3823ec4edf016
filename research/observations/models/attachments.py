from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.entries import Entry
from research.observations.models.notes import Observation


class Attachment(Entry):
    """A picture, a recording or a PDF of an observation, kept without metadata. Read by whoever reads the observation.

    `sha256` is the fingerprint of the file as it arrived: the same file twice on one observation is one row.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("picture")
        AUDIO = "audio", _("recording")
        PDF = "pdf", _("PDF")

    observation = models.ForeignKey(
        Observation, models.CASCADE, related_name="attachments", verbose_name=_("observation")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    file = models.FileField(_("file"), upload_to="observations/%Y/%m/")
    name = models.CharField(_("name of the file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    caption = models.CharField(_("what it shows"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["observation", "sha256"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name
