from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.periods import Period
from research.agenda.models import Hub
from research.editions.order import ORDER
from research.entries import Entry, Reviewed
from research.linkage.jobs import Job


class Edition(Reviewed):
    """What the hub tells of one or more half-years. Its parts: `sections`.

    `first`, `last`: codes of half-years. Approved means frozen: `content` is then the canonical text of everything
    that was told, `sha256` its fingerprint, and neither it nor a section changes any more. `published_at`: since when
    anybody may read it. What was found to be wrong later is listed as a restatement, never mended here.
    """

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="editions", verbose_name=_("learning hub"))
    title_fr = models.CharField(_("title (French)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    first = models.IntegerField(_("first half-year"))
    last = models.IntegerField(_("last half-year"))
    drawn_at = models.DateTimeField(_("drawn from the data at"), editable=False)
    content = models.TextField(_("frozen content"), blank=True, editable=False)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip
    title = Bilingual("title")
    history = HistoricalRecords(excluded_fields=["content"])

    class Meta(Reviewed.Meta):
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-last", "-first", "-pk"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="edition_ends_after_start"),
            models.CheckConstraint(condition=~Q(title_fr="") & ~Q(title_en=""), name="edition_has_both_titles"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (~Q(content="") & ~Q(sha256="")),
                name="edition_frozen_with_its_content",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_version=F("version")), name="edition_frozen_as_approved"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(sha256=""), name="edition_published_is_frozen"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def frozen(self) -> bool:
        """Whether its content is fixed for good; it stays so when it is withdrawn."""
        return bool(self.sha256)

    @property
    def span(self) -> tuple[Period, Period]:
        """The first and the last half-year."""
        return Period.from_code(self.first), Period.from_code(self.last)


class Section(Entry):
    """One part of an edition: what people say (`words`), and what was drawn from the data (`drawn`, as `drawing` gives
    it: blocks, and the values that they show by key)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections", verbose_name=_("edition"))
    kind = models.CharField(_("part"), max_length=20, choices=[(kind, kind) for kind in ORDER])
    order = models.PositiveSmallIntegerField(_("order"))
    words_fr = models.TextField(_("words (French)"), blank=True, max_length=8000)
    words_en = models.TextField(_("words (English)"), blank=True, max_length=8000)
    drawn = models.JSONField(_("drawn from the data"), default=dict, editable=False)
    words = Bilingual("words")
    history = HistoricalRecords(excluded_fields=["drawn"])

    class Meta:
        verbose_name = _("section of an edition")
        verbose_name_plural = _("sections of editions")
        ordering = ["edition", "order"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind"], name="edition_section_once")]

    def __str__(self) -> str:
        return f"{self.edition}: {self.kind}"


class EditionFile(Job):
    """A frozen edition as a file, made by a worker. `sha256`: the file's own; `content_sha256`: the content's."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    class Language(models.TextChoices):
        FRENCH = "fr", "français"
        ENGLISH = "en", "English"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files", verbose_name=_("edition"))
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file = models.FileField(_("file"), upload_to="editions/%Y/", blank=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of editions")
        ordering = ["edition", "format", "-language"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "format", "language"], name="edition_file_once"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(sha256=""), name="edition_file_done_with_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} ({self.format}, {self.language})"
