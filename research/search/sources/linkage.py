"""Analyses, theories of change and what happened at a place."""

from django.urls import reverse

from research.linkage.annotations.models import DatedAnnotation
from research.linkage.contribution.models import LinkAssumption, LinkRival, Step, StepLink, TheoryOfChange
from research.linkage.plans.models import AnalysisPlan, PlanVersion
from research.search.found import Found, Kind, Level, Source, texts


def _analysis(row: AnalysisPlan) -> Found:
    """By the rules of `plans.queries.plans_for`, never looser: a plan is read by all who read every district once a
    version of it is locked, until then by the team that writes."""
    versions = list(row.versions.all())
    locked = [one for one in versions if one.locked]
    body = texts(*(text for one in locked or versions for text in (one.why, one.threshold_why)))
    fr, en = row.title_fr or row.title_en, row.title_en or row.title_fr
    return Found(
        fr, en, reverse("analysis-detail", args=[row.pk]), body, Level.STUDY if locked else Level.TEAM,
        question=row.learning_question_id, demonstration=row.demonstration,
    )  # fmt: skip


def _theory(row: TheoryOfChange) -> Found | None:
    if row.withdrawn_because:
        return None
    said = [row.claim_fr, row.claim_en]
    for step in row.steps.all():
        said += [] if step.withdrawn_because else [step.label_fr, step.label_en, step.note_fr, step.note_en]
    for link in row.links.all():
        if link.withdrawn_because:
            continue
        said += [link.statement_fr, link.statement_en]
        parts: list[LinkAssumption | LinkRival] = [*link.assumptions.all(), *link.rivals.all()]
        for part in parts:
            said += [] if part.withdrawn_because else [part.text_fr, part.text_en, part.reason]
    fr, en = row.title_fr or row.title_en, row.title_en or row.title_fr
    return Found(fr, en, reverse("theory-detail", args=[row.pk]), texts(*said), demonstration=row.demonstration)


def _annotation(row: DatedAnnotation) -> Found | None:
    if row.withdrawn_because:
        return None
    fr, en = row.title_fr or row.title_en, row.title_en or row.title_fr
    return Found(
        fr, en, reverse("annotation-detail", args=[row.pk]), texts(fr, en, row.text),
        Level.RESTRICTED if row.restricted else Level.OPEN, row.unit_id, row.created_by_id, None, row.starts_on,
        row.demonstration,
    )  # fmt: skip


SOURCES = (
    Source(
        AnalysisPlan, Kind.ANALYSIS, lambda: AnalysisPlan.objects.prefetch_related("versions"), _analysis,
        parts=((PlanVersion, "plan_id"),),
    ),
    Source(
        TheoryOfChange, Kind.THEORY,
        lambda: TheoryOfChange.objects.prefetch_related("steps", "links__assumptions", "links__rivals"), _theory,
        parts=(
            (Step, "theory_id"), (StepLink, "theory_id"), (LinkAssumption, "link.theory_id"),
            (LinkRival, "link.theory_id"),
        ),
    ),
    Source(DatedAnnotation, Kind.EVENT, lambda: DatedAnnotation.objects.select_related("unit"), _annotation),
)  # fmt: skip
