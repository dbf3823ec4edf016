"""Made-up findings with what they rest on, read from a file so that they can be read and mended."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit
from research.agenda.models import LearningQuestion, UseCase
from research.coach2pev.models import ImprovementAction, SupervisionVisit
from research.evaluations.models import Evaluation
from research.evidence.kinds import find, fingerprint, parse
from research.evidence.models import (
    COMPONENTS,
    EvidenceLink,
    Finding,
    FindingAssumption,
    FindingUse,
    RivalExplanation,
)
from research.observations.models import Observation, Quote
from research.study.demonstration.visits import demonstration_uuid
from research.study.files import DIRECTORY, Record, read_records

FILE = DIRECTORY / "demonstration_findings.yaml"
Kind = EvidenceLink.Kind


class Wanted(NamedTuple):
    """A piece of evidence that the file names; `rival` is the explanation that it speaks of, if any."""

    name: str
    finding: Finding
    rival: RivalExplanation | None
    record: Record


def ensure_findings(units: dict[str, OrgUnit]) -> dict[type[Model], int]:
    """How many rows were made now, by model. Numbers are linked once they are calculated (`ensure_links`)."""
    records = read_records(FILE)
    questions = {one.number: one for one in LearningQuestion.objects.filter(hub__key="capev")}
    evaluations = {one.code: one for one in Evaluation.objects.prefetch_related("questions")}
    made: dict[type[Model], int] = {}
    rows = [_finding(record, questions, evaluations) for record in records]
    made[Finding] = _add(Finding, rows)
    findings = _stored(records)
    made[RivalExplanation] = _add(RivalExplanation, _parts(RivalExplanation, "rivals", records, findings))
    made[FindingAssumption] = _add(FindingAssumption, _parts(FindingAssumption, "assumptions", records, findings))
    made[UseCase] = _add(UseCase, [_use_case(record, questions) for record in records if "use_case" in record])
    made[FindingUse] = _add(FindingUse, list(_uses(records, findings)))
    made[EvidenceLink] = ensure_links(units)
    return made


def ensure_links(units: dict[str, OrgUnit]) -> int:
    """How many pieces of evidence were linked now. What is not there yet, or holds no value yet, is left for later."""
    wanted = list(_wanted(read_records(FILE)))
    there = set(EvidenceLink.objects.values_list("client_uuid", flat=True))
    keys = [(one, _key(one.record, units)) for one in wanted if demonstration_uuid(f"link:{one.name}") not in there]
    by_kind: dict[str, list[str]] = defaultdict(list)
    for one, key in keys:
        by_kind[one.record["kind"]] += [key] if key else []
    found = {(kind, key): item for kind, of in by_kind.items() for key, item in find(kind, of, None).items()}
    rows = []
    for one, key in keys:
        item = found.get((one.record["kind"], key))
        if item is not None and not item.withdrawn:
            rows.append(
                EvidenceLink(
                    finding=one.finding, rival=one.rival, side=one.record["side"], kind=item.kind, key=item.key,
                    note=one.record.get("note", ""), seen=item.seen, fingerprint=fingerprint(item.seen),
                    looked_at=timezone.now(), client_uuid=demonstration_uuid(f"link:{one.name}"), demonstration=True,
                )
            )  # fmt: skip
    bulk_create_with_history(rows, EvidenceLink)
    return len(rows)


def _finding(record: Record, questions: dict[int, LearningQuestion], evaluations: dict[str, Evaluation]) -> Finding:
    now, evaluation = timezone.now(), evaluations[record["evaluation"]]
    approved = record["state"] == Finding.State.APPROVED
    judged = {name: record[name] for name in (*COMPONENTS, "confidence") if name in record}
    return Finding(
        learning_question=questions[record["question"]],
        evaluation=evaluation,
        # Only where the evaluation answers the question of the finding; a third question is nobody's own.
        evaluation_question=_asked(evaluation, record["question"]),
        state=record["state"],
        submitted_at=now,
        reviewed_at=now if approved else None,
        approved_version=1 if approved else None,
        **{name: record.get(name, "") for name in ("statement_fr", "statement_en", "explanation_fr", "explanation_en")},
        **{name: level for name, (level, _reason) in judged.items()},
        **{f"{name}_reason": reason for name, (_level, reason) in judged.items()},
        client_uuid=demonstration_uuid(f"finding:{record['key']}"),
        demonstration=True,
    )


def _asked(evaluation: Evaluation, question: int) -> Any:
    own = evaluation.learning_question.number == question
    return next((one for one in evaluation.questions.all() if one.number == 1), None) if own else None


def _parts(model: Any, field: str, records: list[Record], findings: dict[str, Finding]) -> list[Any]:
    return [
        model(
            finding=findings[record["key"]], client_uuid=_part_uuid(record, field, number), demonstration=True,
            **{name: value for name, value in part.items() if name != "evidence"},
        )
        for record in records for number, part in enumerate(record[field])
    ]  # fmt: skip


def _part_uuid(record: Record, field: str, number: int) -> Any:
    return demonstration_uuid(f"finding:{record['key']}:{field}:{number}")


def _use_case(record: Record, questions: dict[int, LearningQuestion]) -> UseCase:
    uuid = demonstration_uuid(f"use-case:{record['key']}")
    return UseCase(
        question=questions[record["question"]], client_uuid=uuid, demonstration=True, **_dated(record["use_case"])
    )


def _uses(records: list[Record], findings: dict[str, Finding]) -> Iterator[FindingUse]:
    for record in records:
        case = UseCase.objects.filter(client_uuid=demonstration_uuid(f"use-case:{record['key']}")).first()
        for number, use in enumerate(record.get("uses", [])):
            yield FindingUse(
                finding=findings[record["key"]], finding_version=1, demonstration=True,
                client_uuid=_part_uuid(record, "uses", number), **_dated(use) | {"use_case": case},
            )  # fmt: skip


def _dated(values: Record) -> Record:
    """The same with its days as days."""
    return {name: date.fromisoformat(one) if name in {"used_on", "needed_by"} else one for name, one in values.items()}


def _add(model: Any, rows: list[Any]) -> int:
    uuids = [row.client_uuid for row in rows]
    there = set(model.objects.filter(client_uuid__in=uuids).values_list("client_uuid", flat=True))
    missing = [row for row in rows if row.client_uuid not in there]
    bulk_create_with_history(missing, model)
    return len(missing)


def _stored(records: list[Record]) -> dict[str, Finding]:
    names = {demonstration_uuid(f"finding:{record['key']}"): record["key"] for record in records}
    return {names[row.client_uuid]: row for row in Finding.objects.filter(client_uuid__in=names)}


def _wanted(records: list[Record]) -> Iterator[Wanted]:
    findings = _stored(records)
    rivals = {row.client_uuid: row for row in RivalExplanation.objects.filter(finding__in=findings.values())}
    for record in records:
        finding = findings.get(record["key"])
        if finding is None:
            continue
        for number, piece in enumerate(record["evidence"]):
            yield Wanted(f"{record['key']}:{number}", finding, None, piece)
        for place, part in enumerate(record["rivals"]):
            rival = rivals.get(_part_uuid(record, "rivals", place))
            for number, piece in enumerate(part.get("evidence", [])):
                yield Wanted(f"{record['key']}:rival:{place}:{number}", finding, rival, piece)


def _key(record: Record, units: dict[str, OrgUnit]) -> str:
    """The key of the record that the file names; empty where it is not there."""
    kind = record["kind"]
    site = units[record["site"]].pk if "site" in record else 0
    rows: Any
    if kind == Kind.OBSERVATION:
        rows = Observation.objects.filter(client_uuid=demonstration_uuid(f"observation:{record['record']}"))
    elif kind == Kind.QUOTE:
        rows = Quote.objects.filter(observation__client_uuid=demonstration_uuid(f"observation:{record['record']}"))
    elif kind == Kind.VISIT:
        rows = SupervisionVisit.objects.filter(site=site, done_on=record["day"], demonstration=True)
    elif kind == Kind.ACTION:
        closed = ImprovementAction.State.CLOSED
        rows = ImprovementAction.objects.filter(site=site, state=closed, demonstration=True).order_by("client_uuid")
    elif kind == Kind.STOCK_OUT:
        return parse(kind, f"{site}/{record['product']}/{record['day']}")
    else:
        span = record["first"] + (f"..{record['last']}" if "last" in record else "")
        return parse(kind, f"{record['indicator']}/{site}/{span}")
    return str(rows.values_list("pk", flat=True).first() or "")
