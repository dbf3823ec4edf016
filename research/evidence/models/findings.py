from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from research.agenda.models import Dissemination, LearningQuestion, SubQuestion, UseCase
from research.entries import Entry, Reviewed
from research.evaluations.models import Evaluation, EvaluationQuestion


class Concern(models.TextChoices):
    """How serious the concerns about one component are (GRADE-CERQual)."""

    NONE = "none", _("no or very minor concerns")
    MINOR = "minor", _("minor concerns")
    MODERATE = "moderate", _("moderate concerns")
    SERIOUS = "serious", _("serious concerns")


class Confidence(models.TextChoices):
    """Overall confidence in a finding (GRADE-CERQual)."""

    HIGH = "high", _("high confidence")
    MODERATE = "moderate", _("moderate confidence")
    LOW = "low", _("low confidence")
    VERY_LOW = "very_low", _("very low confidence")


COMPONENTS = ("methods", "coherence", "adequacy", "relevance")


def _reasoned(component: str) -> models.CheckConstraint:
    """An assessed component says why: no level without its reason."""
    return models.CheckConstraint(
        condition=Q(**{component: ""}) | ~Q(**{f"{component}_reason": ""}), name=f"finding_{component}_is_reasoned"
    )


class Finding(Reviewed):
    """A statement that answers a learning question, how sure it is and why. Its evidence: `links`.

    The four components and the overall confidence are those of GRADE-CERQual; the overall one is a judgement, not a sum
    of the four. `stale_since`: since when something that it rests on has changed and nobody has looked at it again
    (`doubts` say what).
    """

    learning_question = models.ForeignKey(
        LearningQuestion, models.PROTECT, related_name="findings", verbose_name=_("learning question")
    )
    part = models.ForeignKey(
        SubQuestion, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("sub-question")
    )
    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("evaluation")
    )
    evaluation_question = models.ForeignKey(
        EvaluationQuestion, models.PROTECT, null=True, blank=True, related_name="findings",
        verbose_name=_("evaluation question"),
    )  # fmt: skip
    statement_fr = models.TextField(_("statement (French)"), blank=True, max_length=1000)
    statement_en = models.TextField(_("statement (English)"), blank=True, max_length=1000)
    explanation_fr = models.TextField(_("explanation (French)"), blank=True, max_length=5000)
    explanation_en = models.TextField(_("explanation (English)"), blank=True, max_length=5000)
    methods = models.CharField(_("methodological limitations"), max_length=10, choices=Concern.choices, blank=True)
    methods_reason = models.TextField(_("why"), blank=True, max_length=2000)
    coherence = models.CharField(_("coherence"), max_length=10, choices=Concern.choices, blank=True)
    coherence_reason = models.TextField(_("why"), blank=True, max_length=2000)
    adequacy = models.CharField(_("adequacy of data"), max_length=10, choices=Concern.choices, blank=True)
    adequacy_reason = models.TextField(_("why"), blank=True, max_length=2000)
    relevance = models.CharField(_("relevance"), max_length=10, choices=Concern.choices, blank=True)
    relevance_reason = models.TextField(_("why"), blank=True, max_length=2000)
    confidence = models.CharField(_("overall confidence"), max_length=10, choices=Confidence.choices, blank=True)
    confidence_reason = models.TextField(_("why"), blank=True, max_length=2000)
    disseminations = models.ManyToManyField(
        Dissemination, blank=True, related_name="findings", verbose_name=_("disseminations")
    )
    stale_since = models.DateTimeField(_("to be looked at again since"), null=True, blank=True, editable=False)
    statement = Bilingual("statement")
    explanation = Bilingual("explanation")
    history = HistoricalRecords(m2m_fields=[disseminations])

    class Meta(Reviewed.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["learning_question__number", "pk"]
        constraints = [
            *Reviewed.Meta.constraints,
            *(_reasoned(component) for component in (*COMPONENTS, "confidence")),
            models.CheckConstraint(condition=~Q(statement_fr="", statement_en=""), name="finding_has_a_statement"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | ~(
                    Q(methods="") | Q(coherence="") | Q(adequacy="") | Q(relevance="") | Q(confidence="")
                    | Q(statement_fr="") | Q(statement_en="")
                ),
                name="finding_approved_is_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.statement)[:120]


class RivalExplanation(Entry):
    """Another explanation of what was seen, and what speaks of it: a finding that names none has not looked."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("not examined yet")
        UNLIKELY = "unlikely", _("unlikely")
        POSSIBLE = "possible", _("possible beside it")
        LIKELY = "likely", _("more likely than the finding")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="rivals", verbose_name=_("finding"))
    text_fr = models.TextField(_("rival explanation (French)"), blank=True, max_length=1000)
    text_en = models.TextField(_("rival explanation (English)"), blank=True, max_length=1000)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rival explanation")
        verbose_name_plural = _("rival explanations")
        ordering = ["finding", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text_fr="", text_en=""), name="rival_has_words"),
            models.CheckConstraint(condition=Q(verdict="open") | ~Q(reason=""), name="rival_verdict_is_reasoned"),
        ]

    def __str__(self) -> str:
        return str(self.text)[:120]


class FindingAssumption(Entry):
    """Something that must hold for the finding to stand, and whether it does as far as is known."""

    class Standing(models.TextChoices):
        UNTESTED = "untested", _("not tested")
        HOLDS = "holds", _("holds")
        DOUBTFUL = "doubtful", _("doubtful")
        BROKEN = "broken", _("does not hold")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="assumptions", verbose_name=_("finding"))
    text_fr = models.TextField(_("assumption (French)"), blank=True, max_length=1000)
    text_en = models.TextField(_("assumption (English)"), blank=True, max_length=1000)
    standing = models.CharField(_("does it hold"), max_length=10, choices=Standing.choices, default=Standing.UNTESTED)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    text = Bilingual("text")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assumption of a finding")
        verbose_name_plural = _("assumptions of findings")
        ordering = ["finding", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text_fr="", text_en=""), name="finding_assumption_has_words"),
            models.CheckConstraint(
                condition=Q(standing="untested") | ~Q(reason=""), name="finding_assumption_is_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)[:120]


class FindingUse(Entry):
    """Who used the finding for which decision, when, and what came of it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="uses", verbose_name=_("finding"))
    use_case = models.ForeignKey(
        UseCase, models.PROTECT, null=True, blank=True, related_name="uses", verbose_name=_("use case")
    )
    used_by = models.CharField(_("who used it"), max_length=200, help_text=_("A body or a role, never a name."))
    used_on = models.DateField(_("on"))
    decision_fr = models.CharField(_("decision (French)"), max_length=500, blank=True)
    decision_en = models.CharField(_("decision (English)"), max_length=500, blank=True)
    result_fr = models.CharField(_("result (French)"), max_length=1000, blank=True)
    result_en = models.CharField(_("result (English)"), max_length=1000, blank=True)
    reference = models.CharField(_("where this is written"), max_length=300, blank=True)
    finding_version = models.PositiveIntegerField(_("version of the finding"), editable=False)
    decision = Bilingual("decision")
    result = Bilingual("result")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("use of a finding")
        verbose_name_plural = _("uses of findings")
        ordering = ["-used_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(decision_fr="", decision_en=""), name="finding_use_has_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.used_by}, {self.used_on}"
