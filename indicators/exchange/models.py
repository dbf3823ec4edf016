"""Files that came in: what they are, what they would do, what they did, and what of them waits for a person."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

COUNTS = ("created", "updated", "unchanged", "deleted", "rejected", "waiting")


def _kept_as(run: "ImportRun", name: str) -> str:
    """A name of our own making: what the sender called the file is text to show, never a path."""
    return f"imports/{run.key}"


class ColumnMapping(models.Model):
    """How the columns of somebody's spreadsheet are to be read; made once on screen, see `exchange.mapping`."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    spec = models.JSONField(_("columns and formats"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file on its way in: which bytes, by whom, how to read them, what they would do or did.

    A preview writes no value; its counts stand here until the file is committed or dropped. `read` is the sum of the
    other counts in every state. A file with rejected records is committed only where `valid_only` was chosen; records
    of unknown units wait (`WaitingRecord`) either way and block nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waits to be read")
        READING = "reading", _("is being read")
        PREVIEWED = "previewed", _("previewed")
        REFUSED = "refused", _("refused")
        COMMIT_QUEUED = "commit_queued", _("waits to be taken in")
        COMMITTING = "committing", _("is being taken in")
        COMMITTED = "committed", _("taken in")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")
        FAILED = "failed", _("failed")

    WORKING = (State.QUEUED, State.READING, State.COMMIT_QUEUED, State.COMMITTING)

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.COMMITTED, db_index=True)
    kind = models.CharField(_("format"), max_length=30, blank=True, help_text=_("Empty until the file is recognised."))
    options = models.JSONField(_("how to read it"), default=dict, blank=True)
    mapping = models.ForeignKey(ColumnMapping, models.PROTECT, null=True, blank=True, verbose_name=_("column mapping"))
    content = models.FileField(_("file"), upload_to=_kept_as, max_length=200, blank=True)
    file_name = models.CharField(_("file name"), max_length=300)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, db_index=True)
    valid_only = models.BooleanField(_("only the valid records"), default=False)
    batch = models.ForeignKey(
        "indicators.Batch", models.SET_NULL, null=True, blank=True, verbose_name=_("batch of values")
    )
    undo_batch = models.ForeignKey(
        "indicators.Batch",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("batch of the undo"),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    deleted = models.PositiveIntegerField(_("deleted"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    waiting = models.PositiveIntegerField(_("waiting"), default=0)
    report = models.JSONField(
        _("report"), default=dict, blank=True, help_text=_("Problems, notes and effects, as shown to people.")
    )
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("deleted")
                    + models.F("rejected")
                    + models.F("waiting")
                ),
                name="import_counts_add_up",
            ),
            # Two people, one file, one moment: the database lets one of them in.
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state="committing"), name="one_import_is_taken_in_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class WaitingRecord(models.Model):
    """A record of a committed file whose unit nobody knows yet. It goes in once a person says which unit is meant.

    `record` holds the fields as written (`exchange.records.Row` without its number). `taken_by`: the run's later batch
    that took it in.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="waiting_records", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    name = models.CharField(_("name"), max_length=230)
    normalised = models.CharField(_("normalised name"), max_length=230, db_index=True, editable=False)
    record = models.JSONField(_("record"))
    problem = models.CharField(
        _("problem"), max_length=40, blank=True, help_text=_("Why it could not go in when its unit was known.")
    )
    batch = models.ForeignKey(
        "indicators.Batch", models.SET_NULL, null=True, blank=True, verbose_name=_("taken in with")
    )

    class Meta:
        verbose_name = _("waiting record")
        verbose_name_plural = _("waiting records")
        ordering = ["run", "number"]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Dhis2Server(models.Model):
    """A DHIS2 server to pull from. Its token or password is never stored here: the environment holds it.

    The variable's name is made of the key: `DHIS2_<KEY>_TOKEN`, or `DHIS2_<KEY>_USERNAME` and `DHIS2_<KEY>_PASSWORD`.
    """

    key = models.SlugField(_("key"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), help_text=_("Without /api, for example https://dhis2.example.org/dhis."))
    data_sets = models.JSONField(_("data sets"), default=list, blank=True, help_text=_("Uids whose values are pulled."))
    root = models.CharField(
        _("organisation unit"), max_length=11, blank=True, help_text=_("Uid; its whole subtree is pulled.")
    )
    months_back = models.PositiveSmallIntegerField(
        _("months pulled again"), default=3, help_text=_("Late reports change past months.")
    )
    every_hours = models.PositiveSmallIntegerField(
        _("hours between pulls"), default=0, help_text=_("0: only when somebody asks.")
    )
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("DHIS2 server")
        verbose_name_plural = _("DHIS2 servers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Dhis2Pull(models.Model):
    """One pull from a server: what was asked for, which pieces have arrived, and the imports they became."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        RUNNING = "running", _("is running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class What(models.TextChoices):
        VALUES = "values", _("values")
        METADATA = "metadata", _("metadata")
        UNITS = "units", _("organisation units")

    server = models.ForeignKey(Dhis2Server, models.CASCADE, related_name="pulls", verbose_name=_("DHIS2 server"))
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    first = models.IntegerField(_("first month"), null=True, blank=True)
    last = models.IntegerField(_("last month"), null=True, blank=True)
    pieces = models.JSONField(
        _("pieces"), default=list, blank=True, help_text=_("What has arrived; a pull goes on after the last one.")
    )
    total = models.PositiveIntegerField(_("pieces in all"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    runs = models.ManyToManyField(ImportRun, blank=True, related_name="pulls", verbose_name=_("imports"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pull from DHIS2")
        verbose_name_plural = _("pulls from DHIS2")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["server"], condition=models.Q(state="running"), name="one_pull_of_a_server_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.server} · {self.get_what_display()}"
