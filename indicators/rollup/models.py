"""Sums and counts along the tree and along time. Ratios are computed at read from these, and never stored."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _key(to: str) -> Any:
    return models.ForeignKey(to, models.PROTECT, db_constraint=False, db_index=False, related_name="+")


class Aggregate(models.Model):
    """What was reported for an element by a unit and everything below it, in a month, quarter or year.

    `reported` counts the unit-months with at least one value, so 0 is told from missing (no row) and a quarter of two
    months from one of three. `demonstration` is true where any contributing value is made up.
    """

    pk = models.CompositePrimaryKey("element_id", "unit_id", "period")
    element = _key("indicators.DataElement")
    unit = _key("indicators.OrgUnit")
    period = models.IntegerField(_("period"))
    sum = models.FloatField(_("sum"))
    reported = models.IntegerField(_("unit-months reported"))
    demonstration = models.BooleanField(_("demonstration"))

    class Meta:
        verbose_name = _("aggregate")
        verbose_name_plural = _("aggregates")

    def __str__(self) -> str:
        return f"{self.element_id}/{self.unit_id}/{self.period}: {self.sum}"


class DenominatorTotal(models.Model):
    """The preferred denominators of a unit and everything below it, for a year (`month` 0).

    Where a unit moved, and another figure holds before than after, also for each single month in which the year's
    figure is used: those of the year and of the year before (`month` is the code of the period). `sum` is always
    children a year.
    """

    pk = models.CompositePrimaryKey("kind", "unit_id", "year", "month")
    kind = models.CharField(max_length=30)
    unit = _key("indicators.OrgUnit")
    year = models.PositiveSmallIntegerField()
    month = models.IntegerField(default=0)
    sum = models.FloatField()
    demonstration = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.kind}/{self.unit_id}/{self.year}: {self.sum}"


class RefreshJob(models.Model):
    """The truth of a refresh. The broker only rings the bell; a job without a bell is found by the sweeper.

    `unit`, `first` and `last` (codes of months, ends included) say which part was asked for; blank is all of them.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("refresh", "done")
        FAILED = "failed", _("failed")

    class Scope(models.TextChoices):
        CHANGED = "changed", _("what changed")
        PART = "part", _("a part")
        EVERYTHING = "everything", _("everything")

    scope = models.CharField(_("scope"), max_length=12, choices=Scope.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    unit = models.ForeignKey(
        "indicators.OrgUnit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation unit"),
    )
    first = models.IntegerField(_("first month"), null=True, blank=True)
    last = models.IntegerField(_("last month"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cells = models.PositiveIntegerField(_("aggregates written"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("refresh")
        verbose_name_plural = _("refreshes")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="running"), name="refresh_one_running"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} – {self.get_state_display()}"
