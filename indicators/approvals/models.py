"""How far records and cells have come on their way to being established, and for how long a closed one is open."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from indicators.approvals.states import CLOSED, State
from indicators.demonstration import Demonstrable


def _person(name: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class Approval(Demonstrable):
    """One record or one cell (`kind`, `key` as in `kinds.py`). No row: nobody asked for anything yet.

    `content` is the fingerprint of what was looked at in the last step; where the record's own differs by now, it was
    changed since.
    """

    class States(models.TextChoices):
        OPEN = State.OPEN.value, pgettext_lazy("approval", "in entry")
        SUBMITTED = State.SUBMITTED.value, pgettext_lazy("approval", "submitted")
        VERIFIED = State.VERIFIED.value, pgettext_lazy("approval", "verified")
        APPROVED = State.APPROVED.value, pgettext_lazy("approval", "approved")
        PUBLISHED = State.PUBLISHED.value, pgettext_lazy("approval", "published")
        RETURNED = State.RETURNED.value, pgettext_lazy("approval", "returned")

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("which"), max_length=120)
    unit = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="approvals", verbose_name=_("place"))
    period = models.IntegerField(_("period"), null=True, blank=True)
    element = models.ForeignKey(
        "indicators.DataElement", models.PROTECT, null=True, blank=True, related_name="approvals",
        verbose_name=_("data element"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=10, choices=States.choices)
    content = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    submitted_by, submitted_at = _person(_("submitted by")), models.DateTimeField(null=True, blank=True)
    verified_by, verified_at = _person(_("verified by")), models.DateTimeField(null=True, blank=True)
    approved_by, approved_at = _person(_("approved by")), models.DateTimeField(null=True, blank=True)
    published_by, published_at = _person(_("published by")), models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "kind"], name="approval_state_kind")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="approval_once"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="approval_returned_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(state.value for state in CLOSED)) | Q(approved_by__isnull=False),
                name="approval_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def closed(self) -> bool:
        return self.state in CLOSED


class LockException(Demonstrable):
    """Until the end of `until` whoever may enter there may change the closed record; then it is closed again."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="exceptions", verbose_name=_("approval"))
    until = models.DateField(_("open until"))
    reason = models.CharField(_("reason"), max_length=1000)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("lock exception")
        verbose_name_plural = _("lock exceptions")
        ordering = ["-until", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="lock_exception_says_why")]

    def __str__(self) -> str:
        return f"{self.approval} – {self.until}"

    def in_force(self, today: date) -> bool:
        return self.until >= today
