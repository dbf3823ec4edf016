"""The journal's rows. None of them refers to another table: what is removed elsewhere cannot harm them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditShape(models.Model):
    """The columns that a table had when rows of it were sealed: a later migration adds columns and breaks no seal."""

    source = models.CharField(max_length=100)
    columns = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "columns"], name="audit_shape_once")]

    def __str__(self) -> str:
        return f"{self.source} ({len(self.columns)})"


class AuditEntry(models.Model):
    """One write, export or restricted read, sealed: its digest, and the hash that chains it to the entry before.

    `number` counts without a gap from 1. `source` is the table of the record that tells of it (a history table, the
    exports, the reads), `row` its key there; `subject` and `subject_key` name what it is about, `who` the key of the
    account: its name is not kept here, so that a person can be taken out. An entry for a row that was sealed before
    says why it was written anew (`reason`), and stands in its place.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")
        READ = "read", _("read")
        EXPORTED = "exported", _("taken out")
        VALUES = "values", _("values written")

    number = models.PositiveBigIntegerField(primary_key=True)
    source = models.CharField(max_length=100)
    row = models.BigIntegerField()
    shape = models.ForeignKey(AuditShape, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    who = models.BigIntegerField(_("who"), null=True)
    action = models.CharField(_("what"), max_length=10, choices=Action.choices)
    subject = models.CharField(_("record"), max_length=100)
    subject_key = models.CharField(max_length=60)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    rewritten = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry of the journal")
        verbose_name_plural = _("entries of the journal")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["source", "row"], name="audit_source_row"),
            models.Index(fields=["who", "-number"], name="audit_who"),
            models.Index(fields=["subject", "subject_key"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_action_display()} {self.subject} {self.subject_key}"


class ReadRecord(models.Model):
    """Somebody opened something restricted. Written in the transaction that reads it."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    who = models.BigIntegerField(_("who"))
    subject = models.CharField(_("record"), max_length=100)
    subject_key = models.CharField(max_length=60)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("restricted read")
        verbose_name_plural = _("restricted reads")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_key}"


class RemovalRecord(models.Model):
    """Something was removed because its time was over. Written in the transaction that removes it.

    `subject_key` is empty where many rows of a kind went at once; `rows` says how many.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True)
    subject = models.CharField(_("record"), max_length=100)
    subject_key = models.CharField(max_length=60, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=1)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("removal after the time of keeping")
        verbose_name_plural = _("removals after the time of keeping")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_key}"


class AuditRewriting(models.Model):
    """While a transaction has a row here it may write sealed records anew; it is gone before the transaction ends."""

    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.reason
