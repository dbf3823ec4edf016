import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.entries import Entry


class Codebook(Entry):
    """One version of a set of codes. A published version is never changed: a change is a new version.

    `edition` counts the versions of one `key` from 1. What was coded keeps the version that it was coded with.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", pgettext_lazy("codebook", "published")
        RETIRED = "retired", _("retired")

    key = models.SlugField(_("key"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    name_fr = models.CharField(_("name (French)"), max_length=200, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    description_fr = models.TextField(_("description (French)"), blank=True, max_length=2000)
    description_en = models.TextField(_("description (English)"), blank=True, max_length=2000)
    citation = models.CharField(_("source"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    shipped = models.BooleanField(_("comes with the system"), default=False, editable=False)
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = Bilingual("name")
    description = Bilingual("description")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("codebook")
        verbose_name_plural = _("codebooks")
        ordering = ["key", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["key", "edition"], name="codebook_edition_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(state="draft"), name="codebook_one_draft"),
            models.CheckConstraint(condition=~Q(name_fr="", name_en=""), name="codebook_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.edition}"


class Code(models.Model):
    """A code of a version of a codebook: what it means, when it is used and when not. `guid` is that of REFI-QDA.

    A code that only groups others (a domain) is not applied to passages.
    """

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="codes", verbose_name=_("codebook"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("under")
    )
    key = models.SlugField(_("key"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name_fr = models.CharField(_("name (French)"), max_length=200, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    definition_fr = models.TextField(_("definition (French)"), blank=True, max_length=4000)
    definition_en = models.TextField(_("definition (English)"), blank=True, max_length=4000)
    use_fr = models.TextField(_("when to use it (French)"), blank=True, max_length=2000)
    use_en = models.TextField(_("when to use it (English)"), blank=True, max_length=2000)
    avoid_fr = models.TextField(_("when not to use it (French)"), blank=True, max_length=2000)
    avoid_en = models.TextField(_("when not to use it (English)"), blank=True, max_length=2000)
    colour = models.CharField(_("colour"), max_length=7, blank=True)
    groups_only = models.BooleanField(_("only groups other codes"), default=False)
    guid = models.UUIDField(default=uuid.uuid4, editable=False)
    name = Bilingual("name")
    definition = Bilingual("definition")
    use = Bilingual("use")
    avoid = Bilingual("avoid")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["codebook", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "key"], name="code_once_per_codebook"),
            models.UniqueConstraint(fields=["codebook", "guid"], name="code_guid_once_per_codebook"),
            models.CheckConstraint(condition=~Q(name_fr="", name_en=""), name="code_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.name)
