"""Questions, their plan, the evaluations, and the places of the study."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from indicators.geography.models import OrgUnit
from research.agenda.models import (
    Dissemination,
    LearningActivity,
    LearningQuestion,
    LearningResource,
    StudyDistrict,
    StudySite,
    SubQuestion,
    UseCase,
)
from research.evaluations.models import Evaluation, EvaluationQuestion
from research.search.found import Found, Kind, Source, texts


def _question(row: LearningQuestion) -> Found:
    parts = [text for part in row.parts.all() for text in (part.text_fr, part.text_en)]
    body = texts(row.text_fr, row.text_en, *parts)
    return Found(row.short_fr, row.short_en, reverse("question-detail", args=[row.number]), body, question=row.pk)


def _planned(slug: str, stem: str, *more: str) -> Any:
    def read(row: Any) -> Found:
        fr, en = getattr(row, f"{stem}_fr"), getattr(row, f"{stem}_en")
        question = getattr(row, "question_id", None)
        body = texts(*(getattr(row, name) for name in more))
        address = reverse("plan-detail", args=[slug, row.pk])
        return Found(fr or en, en or fr, address, body, question=question, demonstration=row.demonstration)

    return read


def _evaluation(row: Evaluation) -> Found:
    asked = [text for one in row.questions.all() for text in (one.text_fr, one.text_en)]
    body = texts(row.innovation_fr, row.innovation_en, row.caveat_fr, row.caveat_en, *asked)
    address = reverse("evaluation-detail", args=[row.code])
    return Found(row.name, row.name, address, body, question=row.learning_question_id)


def _places() -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(study_site__isnull=False).select_related("parent")


def _place(row: OrgUnit) -> Found:
    body = str(row.parent or "")
    return Found(row.name, row.name, reverse("site-detail", args=[row.pk]), body, site=row.pk)


def _plan(model: Any, slug: str, stem: str, *more: str) -> Source:
    return Source(model, Kind.PLAN, model.objects.all, _planned(slug, stem, *more), f"{slug}/")


SOURCES = (
    Source(
        LearningQuestion, Kind.QUESTION, lambda: LearningQuestion.objects.prefetch_related("parts"), _question,
        parts=((SubQuestion, "question_id"),),
    ),
    Source(
        Evaluation, Kind.EVALUATION, lambda: Evaluation.objects.prefetch_related("questions"), _evaluation,
        parts=((EvaluationQuestion, "evaluation_id"),),
    ),
    Source(
        OrgUnit, Kind.SITE, _places, _place, parts=((StudySite, "unit_id"), (StudyDistrict, "unit_id")),
    ),
    _plan(LearningActivity, "activites", "title", "title_fr", "title_en", "responsible", "cancelled_reason"),
    _plan(UseCase, "decisions", "decision", "decision_fr", "decision_en", "decided_by"),
    _plan(LearningResource, "ressources", "title", "title_fr", "title_en", "reference", "file_name"),
    _plan(
        Dissemination, "diffusions", "event", "event_fr", "event_en", "audience_fr", "audience_en", "place"
    ),
)  # fmt: skip
