"""Improvement plans: what will be done about a failed item, by whom, until when, and who saw that it was done."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.demonstration import Demonstrable
from research.coach2pev.models.checklists import ChecklistItem
from research.coach2pev.models.visits import SupervisionVisit
from research.entries import Entry


class ImprovementAction(Entry):
    """An action of a site's improvement plan. Nothing closes itself: a second person verifies, then it is closed.

    `item` is the failed item that proposed it, None where people agreed on it freely. `failed_again` counts the later
    visits on which the item failed once more; `reopened_by` is the latest of them.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        OPEN = "open", _("open")
        CLAIMED = "claimed", _("done, to be verified")
        CLOSED = "closed", _("verified and closed")
        DROPPED = "dropped", _("dropped")

    site = models.ForeignKey(
        "indicators.OrgUnit", models.PROTECT, related_name="improvement_actions", verbose_name=_("site")
    )
    visit = models.ForeignKey(
        SupervisionVisit, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("visit")
    )
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("failed item")
    )
    text = models.CharField(_("what will be done"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="improvement_actions",
        verbose_name=_("owner (account)"),
    )
    owner_role = models.CharField(_("owner (role)"), max_length=120, blank=True, help_text=_("A role, not a name."))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    claimed_on = models.DateField(_("said to be done on"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    closing_note = models.CharField(_("how it was verified"), max_length=500, blank=True)
    dropped_reason = models.CharField(_("reason for dropping"), max_length=300, blank=True)
    failed_again = models.PositiveSmallIntegerField(_("failed again"), default=0)
    reopened_by = models.ForeignKey(
        SupervisionVisit, models.PROTECT, null=True, blank=True, related_name="reopened", verbose_name=_("reopened by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("improvement action")
        verbose_name_plural = _("improvement actions")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="action_state_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "item"], condition=Q(item__isnull=False), name="action_once_per_failed_item"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "claimed", "closed"]) | Q(due_on__isnull=False),
                name="action_agreed_has_due_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "claimed", "closed"]) | ~Q(owner_role="") | Q(owner__isnull=False),
                name="action_agreed_has_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_by__isnull=False, closed_on__isnull=False),
                name="action_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(owner__isnull=True) | ~Q(closed_by=F("owner")),
                name="action_not_closed_by_its_owner",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(claimed_by__isnull=True) | ~Q(closed_by=F("claimed_by")),
                name="action_not_closed_by_its_claimant",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_reason=""), name="action_dropped_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What will be done; as long as it is what the item proposed, in the reader's language. Reads `item`."""
        if self.item is None:
            return self.text
        for proposed in ("action", "text"):
            if self.text in {getattr(self.item, f"{proposed}_{code}")[:500] for code in ("fr", "en")}:
                return str(getattr(self.item, proposed)) or self.text
        return self.text


class ActionComment(Entry):
    """What the coach or the owner says between visits. `created_by` wrote it."""

    action = models.ForeignKey(ImprovementAction, models.CASCADE, related_name="comments", verbose_name=_("action"))
    text = models.TextField(_("comment"), max_length=3000)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("comment on an action")
        verbose_name_plural = _("comments on actions")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class ActionEvidence(Demonstrable):
    """A file that shows that an action was done. The same file twice on one action is one row."""

    action = models.ForeignKey(ImprovementAction, models.CASCADE, related_name="evidence", verbose_name=_("action"))
    file = models.FileField(_("file"), upload_to="improvement/%Y/%m/")
    name = models.CharField(_("name of the file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    caption = models.CharField(_("what it shows"), max_length=300, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evidence of an action")
        verbose_name_plural = _("evidence of actions")
        ordering = ["uploaded_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["action", "sha256"], name="action_evidence_once")]

    def __str__(self) -> str:
        return self.name
