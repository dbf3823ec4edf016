from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.periods import Period
from research.linkage.jobs import Job


class ScreeningRun(Job):
    """Every place below a unit and several indicators looked at in one go: trend, outliers, change at a place's date.

    `first`, `last`: codes of months. `evaluation`: whose stages of exposure date the change; without one only trends
    and outliers are looked for. `result` is as `compute.found` gives it. A place to look at, never a result.
    """

    unit = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("all places below"))
    indicators = models.JSONField(_("indicators"))
    first = models.IntegerField(_("first month"))
    last = models.IntegerField(_("last month"))
    evaluation = models.ForeignKey(
        "research.Evaluation", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("dates of change by the exposure of"),
    )  # fmt: skip
    result = models.JSONField(_("result"), null=True, blank=True)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False), name="screening_done_with_result"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {Period.from_code(self.first).id}–{Period.from_code(self.last).id}"
