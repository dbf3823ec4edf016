"""The tables of an export: header and rows, one function for each, read in batches."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Q

from research.agenda.models import StudyDistrict
from research.coach2pev.models import ImprovementAction, SupervisionVisit
from research.coding.models import CodedPassage
from research.evidence.models import EvidenceLink, Finding, FindingUse
from research.exports.deidentified import how_many, when, where
from research.observations.models import Observation, Quote
from research.observations.personal_data import traces
from research.observations.queries import AS_EVIDENCE, counted, readable_by

Row = list[Any]
BATCH = 1000


class Scope(NamedTuple):
    """What an export holds. `whole`: as it is, what the person may read; else de-identified, whoever may read it.

    `left_out` counts what was kept back, by reason. `numbers`: a number for each observation that says nothing of it.
    """

    user: Any
    whole: bool
    with_quotes: bool
    left_out: Counter[str]
    numbers: dict[int, int]
    districts: dict[int, tuple[str, bool]]

    @classmethod
    def of(cls, user: Any, *, whole: bool, with_quotes: bool) -> "Scope":
        rows = readable_by(user) if whole else counted()
        # In an order that tells neither day nor place: by the fingerprint-like form's number.
        keys = rows.order_by("client_uuid").values_list("pk", flat=True)
        numbers = {key: number for number, key in enumerate(keys, start=1)}
        districts = {
            row.unit_id: (row.typology.name_fr, row.typology.is_conflict)
            for row in StudyDistrict.objects.select_related("typology")
        }
        return cls(user, whole, with_quotes, Counter(), numbers, districts)

    def place(self, site: Any, *, restricted: bool) -> str:
        if self.whole:
            return str(site.name)
        typology, conflict = next((self.districts[pk] for pk in site.ancestor_ids if pk in self.districts), ("", False))
        return where(site.name, typology, conflict=conflict, restricted=restricted)

    def day(self, day: Any, *, restricted: bool = False) -> str:
        if day is None:
            return ""
        return day.isoformat() if self.whole else when(day, restricted=restricted)


def observations(scope: Scope) -> Iterator[Row]:
    plain = [
        "number", "when", "place", "kind", "language", "evaluation", "evaluation_question", "learning_question",
        "sensitivity", "state", "consent", "consent_terms", "informants", "quotes",
    ]  # fmt: skip
    yield [*plain, "author", "text"] if scope.whole else plain
    rows = Observation.objects.filter(pk__in=_batchable(scope)).select_related(
        "site", "evaluation_question__evaluation", "learning_question", "created_by"
    )
    for row in rows.annotate(said=Count("quotes")).order_by("client_uuid").iterator(BATCH):
        restricted = row.sensitivity == Observation.Sensitivity.RESTRICTED
        asked = row.evaluation_question
        found = [
            scope.numbers[row.pk], scope.day(row.observed_on, restricted=restricted),
            scope.place(row.site, restricted=restricted), row.kind, row.language, asked.evaluation.code, asked.number,
            row.learning_question.number, row.sensitivity, row.state, row.consent, row.consent_terms,
            row.informants if scope.whole else how_many(row.informants), row.said,
        ]  # fmt: skip
        yield [*found, row.created_by.get_username() if row.created_by else "", row.seen] if scope.whole else found


def quotes(scope: Scope) -> Iterator[Row]:
    """Whole: all that the person reads. Else only where they were asked for: those whose speakers agreed to be quoted,
    approved, of unrestricted records, and in which nothing looks like personal data."""
    header = ["observation", "language", "text", "translation_fr", "translation_en"]
    yield [*header, "role"] if scope.whole else header
    if not (scope.whole or scope.with_quotes):
        return
    rows = Quote.objects.filter(observation__in=_batchable(scope)).select_related("observation")
    for row in rows.order_by("observation__client_uuid", "order").iterator(BATCH):
        found = [scope.numbers[row.observation_id], row.language, row.text, row.translation_fr, row.translation_en]
        if scope.whole:
            yield [*found, row.informant_role]
        elif reason := kept_back(row):
            scope.left_out[reason] += 1
        else:
            yield found


def kept_back(row: Quote) -> str:
    """Why a quote does not leave without its speaker's place; blank where it may."""
    observation = row.observation
    if not observation.quotable:
        return "quotes: no consent to be quoted"
    if observation.sensitivity == Observation.Sensitivity.RESTRICTED:
        return "quotes: restricted"
    if observation.state != Observation.State.APPROVED or observation.changed_since_approval:
        return "quotes: not approved as they are"
    return "quotes: possible personal data" if traces(row.text, row.translation_fr, row.translation_en) else ""


def codes(scope: Scope) -> Iterator[Row]:
    header = ["observation", "codebook", "version", "code", "passages"]
    yield [*header, "coder", "excerpt"] if scope.whole else header
    rows = CodedPassage.objects.filter(observation__in=_batchable(scope)).select_related("code__codebook", "coder")
    if scope.whole:
        for row in rows.order_by("observation__client_uuid", "pk").iterator(BATCH):
            coder = row.coder.get_username() if row.coder else ""
            book = row.code.codebook
            yield [scope.numbers[row.observation_id], book.key, book.edition, row.code.key, 1, coder, row.excerpt]
        return
    counts = rows.order_by("observation__client_uuid", "code__codebook__key", "code__key").values_list(
        "observation", "code__codebook__key", "code__codebook__edition", "code__key"
    )
    for observation, *rest, passages in counts.annotate(passages=Count("pk")).iterator(BATCH):
        yield [scope.numbers[observation], *rest, passages]


def findings(scope: Scope) -> Iterator[Row]:
    yield [
        "finding", "learning_question", "evaluation", "statement_fr", "statement_en", "state", "methods", "coherence",
        "adequacy", "relevance", "confidence", "to_be_looked_at_again", "evidence_for", "evidence_against", "uses",
    ]  # fmt: skip
    rows = Finding.objects.filter(state=Finding.State.APPROVED).select_related("learning_question", "evaluation")
    side = EvidenceLink.Side
    counted_rows = rows.annotate(
        pieces_for=Count("links", filter=Q(links__side=side.FOR), distinct=True),
        pieces_against=Count("links", filter=Q(links__side=side.AGAINST), distinct=True),
        used=Count("uses", distinct=True),
    )
    for row in counted_rows.order_by("pk").iterator(BATCH):
        yield [
            row.pk, row.learning_question.number, row.evaluation.code if row.evaluation else "", row.statement_fr,
            row.statement_en, row.state, row.methods, row.coherence, row.adequacy, row.relevance, row.confidence,
            int(row.stale_since is not None), row.pieces_for, row.pieces_against, row.used,
        ]  # fmt: skip


def uses(scope: Scope) -> Iterator[Row]:
    yield ["finding", "used_by", "when", "decision_fr", "decision_en", "result_fr", "result_en"]
    rows = FindingUse.objects.filter(finding__state=Finding.State.APPROVED).order_by("pk")
    for row in rows.iterator(BATCH):
        told = [row.decision_fr, row.decision_en, row.result_fr, row.result_en]
        yield [row.finding_id, row.used_by, scope.day(row.used_on), *told]


def visits(scope: Scope) -> Iterator[Row]:
    header = ["when", "place", "state", "staff_coached", "minutes", "actions"]
    words = ["goal", "reality", "options", "agreed"]
    yield [*header, *words] if scope.whole else header
    rows = SupervisionVisit.objects.select_related("site").annotate(actions_count=Count("actions", distinct=True))
    for row in rows.order_by("client_uuid").iterator(BATCH):
        day = scope.day(row.done_on or row.planned_on)
        found = [day, scope.place(row.site, restricted=False), row.state, row.coachees, row.minutes, row.actions_count]
        yield [*found, *(getattr(row, name) for name in words)] if scope.whole else found


def actions(scope: Scope) -> Iterator[Row]:
    header = ["place", "state", "due", "closed", "failed_again"]
    yield [*header, "text"] if scope.whole else header
    for row in ImprovementAction.objects.select_related("site").order_by("client_uuid").iterator(BATCH):
        place = scope.place(row.site, restricted=False)
        found = [place, row.state, scope.day(row.due_on), scope.day(row.closed_on), row.failed_again]
        yield [*found, row.text] if scope.whole else found


TABLES = {
    "observations": observations, "quotes": quotes, "codes": codes, "findings": findings, "uses": uses,
    "visits": visits, "actions": actions,
}  # fmt: skip


def _batchable(scope: Scope) -> Any:
    """The observations of the export, as a subquery."""
    if scope.whole:
        return readable_by(scope.user).order_by().values("pk")
    return Observation.objects.filter(state__in=AS_EVIDENCE).order_by().values("pk")
