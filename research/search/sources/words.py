"""What was seen and said, how it was coded, and what was concluded from it."""

from django.urls import reverse

from research.coding.models import Code, Memo
from research.coding.queries import coded_blind
from research.entries import Reviewed
from research.evidence.models import Finding, FindingAssumption, FindingUse, RivalExplanation
from research.observations.models import Observation, Quote
from research.search.found import Found, Kind, Level, Source, texts

State = Reviewed.State


def _level(row: Observation) -> str | None:
    """By the rules of `observations.queries.readable_by`, never looser; None: not to be found."""
    restricted = row.sensitivity == Observation.Sensitivity.RESTRICTED
    if row.state == State.DRAFT:
        return Level.OWN
    if row.state == State.WITHDRAWN:
        return None if restricted else Level.LEADS
    return Level.RESTRICTED if restricted else Level.TEAM


def _observation(row: Observation) -> Found | None:
    level = _level(row)
    if level is None:
        return None
    quotes = [text for one in row.quotes.all() for text in (one.text, one.translation_fr, one.translation_en)]
    return Found(
        row.site.name, row.site.name, reverse("observation-detail", args=[row.pk]), texts(row.seen, *quotes), level,
        row.site_id, row.created_by_id, row.learning_question_id, row.observed_on, row.demonstration,
    )  # fmt: skip


def _is_blind(row: Memo) -> bool:
    """Whether it hangs on a passage that two people are still coding blind to each other."""
    passage = row.passage
    return (
        passage is not None
        and coded_blind().filter(observation=passage.observation_id, codebook=passage.code.codebook_id).exists()
    )


def _memo(row: Memo) -> Found | None:
    observation = row.observation or (row.passage.observation if row.passage else None)
    level: str | None = Level.TEAM if observation is None else _level(observation)
    if level is None:
        return None
    if not row.shared or _is_blind(row):
        level = Level.OWN
    elif level == Level.OWN and observation and observation.created_by_id != row.created_by_id:
        return None
    site = observation.site_id if observation else None
    return Found(
        row.text[:120], row.text[:120], reverse("memo-list") + f"?memo={row.pk}", row.text, level, site,
        row.created_by_id, row.question_id, row.created_at.date(), row.demonstration,
    )  # fmt: skip


def _code(row: Code) -> Found:
    body = texts(row.definition_fr, row.definition_en, row.use_fr, row.use_en, row.avoid_fr, row.avoid_en)
    address = reverse("codebook-detail", args=[row.codebook_id]) + f"#{row.key}"
    level, made_up = Level.TEAM, row.codebook.demonstration
    return Found(row.name_fr or row.name_en, row.name_en or row.name_fr, address, body, level, demonstration=made_up)


def _finding(row: Finding) -> Found:
    rivals = [text for one in row.rivals.all() for text in (one.text_fr, one.text_en, one.reason)]
    assumed = [text for one in row.assumptions.all() for text in (one.text_fr, one.text_en, one.reason)]
    body = texts(row.explanation_fr, row.explanation_en, *rivals, *assumed)
    level = {State.APPROVED: Level.OPEN, State.DRAFT: Level.OWN}.get(State(row.state), Level.TEAM)
    fr, en = row.statement_fr or row.statement_en, row.statement_en or row.statement_fr
    return Found(
        fr[:400], en[:400], reverse("finding-detail", args=[row.pk]), texts(fr, en, body), level, None,
        row.created_by_id, row.learning_question_id, None, row.demonstration,
    )  # fmt: skip


def _use(row: FindingUse) -> Found:
    level = Level.OPEN if row.finding.state == State.APPROVED else Level.TEAM
    fr, en = row.decision_fr or row.decision_en, row.decision_en or row.decision_fr
    body = texts(fr, en, row.used_by, row.result_fr, row.result_en, row.reference)
    address, question = reverse("finding-detail", args=[row.finding_id]), row.finding.learning_question_id
    return Found(fr[:400], en[:400], address, body, level, None, None, question, row.used_on, row.demonstration)


SOURCES = (
    Source(
        Observation, Kind.OBSERVATION,
        lambda: Observation.objects.select_related("site").prefetch_related("quotes"), _observation,
        parts=((Quote, "observation_id"),),
    ),
    Source(
        Memo, Kind.MEMO, lambda: Memo.objects.select_related("observation", "passage__observation", "passage__code"),
        _memo,
    ),
    Source(Code, Kind.CODE, lambda: Code.objects.select_related("codebook").exclude(codebook__state="draft"), _code),
    Source(
        Finding, Kind.FINDING, lambda: Finding.objects.prefetch_related("rivals", "assumptions"), _finding,
        parts=((RivalExplanation, "finding_id"), (FindingAssumption, "finding_id")),
    ),
    Source(FindingUse, Kind.USE, lambda: FindingUse.objects.select_related("finding"), _use),
)  # fmt: skip
