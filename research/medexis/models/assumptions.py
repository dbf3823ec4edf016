"""What is taken for true without being established, and must be said wherever a conclusion leans on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.entries import Entry


class VaccineAssumption(Entry):
    """Whether vaccines are managed in Medexis at a site, from a day on, until the next entry. No entry: unknown."""

    class Answer(models.TextChoices):
        YES = "yes", _("vaccines are in Medexis")
        NO = "no", _("vaccines are not in Medexis")
        UNKNOWN = "unknown", _("not established")

    site = models.ForeignKey(
        "indicators.OrgUnit", models.PROTECT, related_name="vaccine_assumptions", verbose_name=_("site")
    )
    since = models.DateField(_("since"))
    answer = models.CharField(_("assumption"), max_length=7, choices=Answer.choices)
    basis = models.CharField(_("basis"), max_length=500, help_text=_("Where this was read, or who said so (role)."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assumption about vaccines in Medexis")
        verbose_name_plural = _("assumptions about vaccines in Medexis")
        ordering = ["site__path", "-since"]
        constraints = [models.UniqueConstraint(fields=["site", "since"], name="vaccine_assumption_once")]

    def __str__(self) -> str:
        return f"{self.site} {self.since}: {self.get_answer_display()}"
