from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.entries import Entry
from research.evidence.models.findings import Finding, RivalExplanation


class EvidenceLink(Entry):
    """A piece of evidence for or against a finding, and what it says there.

    `kind` and `key` name the thing by what does not change when it is rebuilt (`research/evidence/kinds`): an
    observation by its row, a stock-out by site, product and first day, a number by indicator, unit and period.
    `seen` is what it was when it was linked or last looked at, and `fingerprint` the hash of that.
    """

    class Kind(models.TextChoices):
        OBSERVATION = "observation", _("observation")
        QUOTE = "quote", _("quote")
        PASSAGE = "passage", _("coded passage")
        VISIT = "visit", _("supervision visit")
        ACTION = "action", _("improvement action")
        STOCK_OUT = "stock_out", _("stock-out")
        STOCK_REPORT = "stock_report", _("stock report")
        READING = "reading", _("indicator value")
        SERIES = "series", _("indicator series")
        DOCUMENT = "document", _("document")
        ANALYSIS = "analysis", _("analysis")

    class Side(models.TextChoices):
        FOR = "for", _("speaks for it")
        AGAINST = "against", _("speaks against it")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="links", verbose_name=_("finding"))
    rival = models.ForeignKey(
        RivalExplanation, models.SET_NULL, null=True, blank=True, related_name="links",
        verbose_name=_("rival explanation"),
    )  # fmt: skip
    side = models.CharField(_("side"), max_length=7, choices=Side.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    key = models.CharField(_("which"), max_length=200)
    note = models.TextField(_("what it says"), blank=True, max_length=2000)
    seen = models.JSONField(_("as it was"), default=dict, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    looked_at = models.DateTimeField(_("looked at"), editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["finding", "side", "pk"]
        indexes = [models.Index(fields=["kind", "key"], name="evidence_kind_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "kind", "key"], condition=Q(rival__isnull=True), name="evidence_once_per_finding"
            ),
            models.UniqueConstraint(
                fields=["rival", "kind", "key"], condition=Q(rival__isnull=False), name="evidence_once_per_rival"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class Doubt(models.Model):
    """Why a finding has to be looked at again; settled by a person who did so.

    `before` and `after` are what the evidence was and is (`EvidenceLink.seen`); for newer data, what came since.
    """

    class Reason(models.TextChoices):
        CHANGED = "changed", _("its evidence has changed")
        WITHDRAWN = "withdrawn", _("its evidence was withdrawn")
        GONE = "gone", _("its evidence is no longer there")
        NEWER = "newer", _("newer data have arrived")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="doubts", verbose_name=_("finding"))
    link = models.ForeignKey(
        EvidenceLink, models.CASCADE, null=True, blank=True, related_name="doubts", verbose_name=_("evidence")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    before = models.JSONField(_("as it was"), default=dict)
    after = models.JSONField(_("as it is"), default=dict)
    fingerprint = models.CharField(max_length=64)
    noticed_at = models.DateTimeField(_("noticed at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_note = models.CharField(_("what was decided"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("doubt")
        verbose_name_plural = _("doubts")
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "reason", "fingerprint"], condition=Q(link__isnull=False), name="doubt_of_a_link_once"
            ),
            models.UniqueConstraint(
                fields=["finding", "reason", "fingerprint"],
                condition=Q(link__isnull=True),
                name="doubt_of_a_finding_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(settled_note=""), name="doubt_settled_with_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.get_reason_display()}"
