"""What every record that a person enters has in common."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.demonstration import Demonstrable


class Entry(Demonstrable):
    """`client_uuid` is made where the form is opened: sent twice, it is still one record (unique in the database).

    `version` rises with each edit; an edit that names an older version is refused, so nobody overwrites unseen.
    """

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    updated_at = models.DateTimeField(_("last changed at"), auto_now=True)

    class Meta:
        abstract = True


class Reviewed(Entry):
    """An entry that a second person reads before it counts as established; how it moves, `research/review.py` says.

    `approved_version` is the version that was approved: a higher `version` means changed since. A demonstration row is
    approved by nobody.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")
        WITHDRAWN = "withdrawn", _("withdrawn")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    state_reason = models.CharField(_("reason"), max_length=1000, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    approved_version = models.PositiveIntegerField(_("version approved"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["returned", "withdrawn"]) | ~models.Q(state_reason=""),
                name="%(class)s_sent_back_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(approved_version__isnull=False, reviewed_at__isnull=False),
                name="%(class)s_approved_in_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True)
                | models.Q(created_by__isnull=True)
                | ~models.Q(reviewed_by=models.F("created_by")),
                name="%(class)s_not_reviewed_by_its_author",
            ),
        ]

    @property
    def changed_since_approval(self) -> bool:
        """Whether an approved entry has another text now than the one that was approved."""
        return self.state == self.State.APPROVED and self.version != self.approved_version
