from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.entries import Entry


class DatedAnnotation(Entry):
    """Something that happened at a place and that a reader of its numbers has to know; it applies to what lies below.

    `ends_on` empty: one day. `approximate`: the source names a week or a month only. A `restricted` one is read by its
    author and by the researchers and leads of the district, as restricted observations are. Withdrawn with a reason it
    stays, and is no longer drawn.
    """

    class Kind(models.TextChoices):
        CONFLICT = "conflict", _("conflict incident")
        CAMPAIGN = "campaign", _("vaccination campaign")
        STRIKE = "strike", _("strike")
        EPIDEMIC = "epidemic", _("epidemic")
        POLICY = "policy", _("change of policy")
        REPORTING = "reporting", _("change of reporting system")
        OTHER = "other", _("other event")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    unit = models.ForeignKey(
        "indicators.OrgUnit", models.PROTECT, related_name="annotations", verbose_name=_("place"),
        help_text=_("A site, a district or the country: it applies to what lies below as well."),
    )  # fmt: skip
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("Blank: that one day."))
    approximate = models.BooleanField(_("dates are approximate"), default=False)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    text = models.TextField(_("what is known"), blank=True, max_length=4000)
    source = models.ForeignKey(
        "indicators.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    restricted = models.BooleanField(
        _("restricted"), default=False,
        help_text=_("Read only by its author and by researchers and leads of the district."),
    )  # fmt: skip
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=500, blank=True, editable=False)
    title = Bilingual("title")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dated annotation")
        verbose_name_plural = _("dated annotations")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["unit", "starts_on"], name="annotation_unit_start")]
        constraints = [
            models.CheckConstraint(condition=~Q(title_fr="", title_en=""), name="annotation_has_a_title"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="annotation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_on})"

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end lies before the beginning.")})
        if not (self.title_fr or self.title_en):
            raise ValidationError({"title_fr": _("Give it a title in French or in English.")})

    @property
    def last_day(self) -> object:
        return self.ends_on or self.starts_on
