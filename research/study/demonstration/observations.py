"""Made-up observations and quotes, read from a file so that they can be read and mended."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.evaluations.models import EvaluationQuestion
from research.observations.models import Observation, Quote
from research.study.demonstration.visits import demonstration_uuid
from research.study.files import DIRECTORY, read_records
from research.study.problems import StudyFileError

FILE = DIRECTORY / "demonstration_observations.yaml"


def ensure_observations(units: dict[str, OrgUnit]) -> int:
    """How many observations were made now."""
    records = {demonstration_uuid(f"observation:{record['key']}"): record for record in read_records(FILE)}
    there = set(Observation.objects.filter(client_uuid__in=records).values_list("client_uuid", flat=True))
    questions = {q.evaluation.code: q for q in EvaluationQuestion.objects.select_related("evaluation").filter(number=1)}
    learning = {question.number: question for question in LearningQuestion.objects.filter(hub__key="capev")}
    missing = []
    for uuid, record in records.items():
        if uuid in there:
            continue
        missing.append(_observation(record, units, questions, learning))
        missing[-1].client_uuid = uuid
    bulk_create_with_history(missing, Observation)
    _ensure_quotes(records)
    return len(missing)


def _ensure_quotes(records: dict[UUID, dict[str, Any]]) -> None:
    """What was said there, for those that have no quote yet."""
    quotes = []
    for row in Observation.objects.filter(client_uuid__in=records, quotes=None):
        record = records[row.client_uuid]
        if record.get("quote"):
            translated = {"translation_fr": record.get("translation", ""), "informant_role": record.get("role", "")}
            words = {"text": record["quote"], "language": record["language"]}
            quotes.append(Quote(observation=row, demonstration=True, **words, **translated))
    bulk_create_with_history(quotes, Quote)


def _observation(
    record: dict[str, Any],
    units: dict[str, OrgUnit],
    questions: dict[str, EvaluationQuestion],
    learning: dict[int, LearningQuestion],
) -> Observation:
    now = timezone.now()
    try:
        return Observation(
            site=units[record["site"]],
            observed_on=date.fromisoformat(record["date"]),
            evaluation_question=questions[record["evaluation"]],
            learning_question=learning[record["question"]],
            kind=record.get("kind") or ("interview" if record.get("quote") else "observation"),
            seen=record["seen"],
            consent="oral" if record.get("quote") else "not_needed",
            consent_terms="quote" if record.get("quote") else "",
            state=Observation.State.APPROVED,
            approved_version=1,
            submitted_at=now,
            reviewed_at=now,
            sensitivity="restricted" if record.get("restricted") else "normal",
            demonstration=True,
        )
    except KeyError as error:
        raise StudyFileError(FILE.name, record["key"], str(error).strip("'"), "missing or unknown") from error
