"""Theories of change: what is to lead to what, under which assumptions, and what speaks for and against each link."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.entries import Entry
from research.evaluations.models import Evaluation
from research.evidence.models import EvidenceLink, Finding


def new_key() -> str:
    return uuid.uuid4().hex


class Proposable(Entry):
    """`proposed`: written by somebody, or shipped, and not adopted by an evaluation lead: a draft, never a fact.
    `withdrawn_because`: why it does not count any more; blank while it does. `source`: where it was read, if it was."""

    key = models.SlugField(_("key"), default=new_key, max_length=60)
    proposed = models.BooleanField(pgettext_lazy("theory of change", "proposed"), default=True)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=1000, blank=True, editable=False)
    source = models.ForeignKey(
        "indicators.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    class Meta:
        abstract = True


class TheoryOfChange(Proposable):
    """How an innovation is meant to work; one for each evaluation."""

    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, related_name="theory", verbose_name=_("evaluation")
    )  # fmt: skip
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    claim_fr = models.TextField(_("contribution claim (French)"), blank=True, max_length=2000)
    claim_en = models.TextField(_("contribution claim (English)"), blank=True, max_length=2000)
    title = Bilingual("title")
    claim = Bilingual("claim")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theory of change")
        verbose_name_plural = _("theories of change")
        ordering = ["evaluation__order"]
        constraints = [models.CheckConstraint(condition=~Q(title_fr="", title_en=""), name="theory_has_a_title")]

    def __str__(self) -> str:
        return str(self.title)


class Step(Proposable):
    """Something that is done or comes about on the way."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", pgettext_lazy("theory of change", "activity")
        OUTPUT = "output", pgettext_lazy("theory of change", "output")
        INTERMEDIATE = "intermediate", _("intermediate outcome")
        OUTCOME = "outcome", pgettext_lazy("theory of change", "outcome")
        IMPACT = "impact", pgettext_lazy("theory of change", "impact")

    theory = models.ForeignKey(TheoryOfChange, models.CASCADE, related_name="steps", verbose_name=_("theory of change"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    label_fr = models.CharField(_("in short (French)"), max_length=150, blank=True)
    label_en = models.CharField(_("in short (English)"), max_length=150, blank=True)
    note_fr = models.TextField(_("more (French)"), blank=True, max_length=1000)
    note_en = models.TextField(_("more (English)"), blank=True, max_length=1000)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    label = Bilingual("label")
    note = Bilingual("note")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["theory", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["theory", "key"], name="theory_step_key_once"),
            models.CheckConstraint(condition=~Q(label_fr="", label_en=""), name="theory_step_has_words"),
        ]

    def __str__(self) -> str:
        return str(self.label)


class StepLink(Proposable):
    """One step is meant to lead to another. No link leads back (`rules.py`)."""

    theory = models.ForeignKey(TheoryOfChange, models.CASCADE, related_name="links", verbose_name=_("theory of change"))
    start = models.ForeignKey(Step, models.CASCADE, related_name="leads_to", verbose_name=_("step that leads"))
    end = models.ForeignKey(Step, models.CASCADE, related_name="follows_from", verbose_name=_("step that it leads to"))
    statement_fr = models.TextField(_("claim (French)"), blank=True, max_length=1000)
    statement_en = models.TextField(_("claim (English)"), blank=True, max_length=1000)
    statement = Bilingual("statement")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("link between steps")
        verbose_name_plural = _("links between steps")
        ordering = ["theory", "start__order", "end__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["theory", "key"], name="theory_link_key_once"),
            models.UniqueConstraint(fields=["start", "end"], name="theory_link_once"),
            models.CheckConstraint(condition=~Q(start=F("end")), name="theory_link_joins_two"),
            models.CheckConstraint(condition=~Q(statement_fr="", statement_en=""), name="theory_link_has_words"),
        ]

    def __str__(self) -> str:
        return str(self.statement)[:120]


class LinkAssumption(Proposable):
    """Something that must hold for the link to work. `judged` blank: what its evidence says (`strength.standing`)."""

    class Judged(models.TextChoices):
        FROM_EVIDENCE = "", _("as its evidence says")
        HOLDS = "holds", _("holds")
        BROKEN = "broken", _("does not hold")

    link = models.ForeignKey(StepLink, models.CASCADE, related_name="assumptions", verbose_name=_("link"))
    text_fr = models.TextField(_("assumption (French)"), blank=True, max_length=1000)
    text_en = models.TextField(_("assumption (English)"), blank=True, max_length=1000)
    judged = models.CharField(_("does it hold"), max_length=10, choices=Judged.choices, blank=True)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assumption of a link")
        verbose_name_plural = _("assumptions of links")
        ordering = ["link", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["link", "key"], name="link_assumption_key_once"),
            models.CheckConstraint(condition=~Q(text_fr="", text_en=""), name="link_assumption_has_words"),
            models.CheckConstraint(condition=Q(judged="") | ~Q(reason=""), name="link_assumption_is_reasoned"),
        ]

    def __str__(self) -> str:
        return str(self.text)[:120]


class LinkRival(Proposable):
    """What else could have brought about the end of the link."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("another programme")
        CAMPAIGN = "campaign", _("a campaign")
        TREND = "trend", _("a trend that was there already")
        ARTEFACT = "artefact", _("an artefact of the data")
        CONTEXT = "context", _("a change of the context")
        OTHER = "other", _("something else")

    class Verdict(models.TextChoices):
        OPEN = "open", _("not examined yet")
        UNLIKELY = "unlikely", _("unlikely")
        POSSIBLE = "possible", _("possible beside it")
        LIKELY = "likely", _("more likely than the link")

    link = models.ForeignKey(StepLink, models.CASCADE, related_name="rivals", verbose_name=_("link"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text_fr = models.TextField(_("rival explanation (French)"), blank=True, max_length=1000)
    text_en = models.TextField(_("rival explanation (English)"), blank=True, max_length=1000)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rival explanation of a link")
        verbose_name_plural = _("rival explanations of links")
        ordering = ["link", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["link", "key"], name="link_rival_key_once"),
            models.CheckConstraint(condition=~Q(text_fr="", text_en=""), name="link_rival_has_words"),
            models.CheckConstraint(condition=Q(verdict="open") | ~Q(reason=""), name="link_rival_is_reasoned"),
        ]

    def __str__(self) -> str:
        return str(self.text)[:120]


class LinkEvidence(Entry):
    """A finding, or a piece of evidence of its own (`kind`, `key` as in `EvidenceLink`), for or against a link or one
    of its assumptions or rival explanations. `seen`: what the piece was when it was tied."""

    link = models.ForeignKey(StepLink, models.CASCADE, related_name="evidence", verbose_name=_("link"))
    assumption = models.ForeignKey(
        LinkAssumption, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("assumption")
    )
    rival = models.ForeignKey(
        LinkRival, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("rival explanation")
    )
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="theory_links", verbose_name=_("finding")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EvidenceLink.Kind.choices, blank=True)
    key = models.CharField(_("which"), max_length=200, blank=True)
    side = models.CharField(_("side"), max_length=7, choices=EvidenceLink.Side.choices)
    note = models.TextField(_("why"), max_length=2000)
    seen = models.JSONField(_("as it was"), default=dict, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evidence of a link")
        verbose_name_plural = _("evidence of links")
        ordering = ["link", "side", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__isnull=False, kind="", key="") | Q(finding=None) & ~Q(kind="") & ~Q(key=""),
                name="link_evidence_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(assumption=None) | Q(rival=None), name="link_evidence_of_one_part"),
            models.CheckConstraint(condition=~Q(note=""), name="link_evidence_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.finding) if self.finding_id else f"{self.get_kind_display()} {self.key}"
