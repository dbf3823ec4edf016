"""A contribution story as one person may read it: every link with what speaks for and against it, its assumptions and
rival explanations, its strength and what it lacks. The number of queries does not grow with the theory."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django.db.models import Prefetch, QuerySet

from research.evidence.models import EvidenceLink, Finding
from research.evidence.policies import what_is_readable
from research.evidence.queries import Shown, show
from research.linkage.contribution import missing, shape, strength
from research.linkage.contribution.missing import Missing
from research.linkage.contribution.models import LinkAssumption, LinkEvidence, LinkRival, Step, StepLink, TheoryOfChange
from research.linkage.contribution.strength import Confidence, Piece, Standing, Strength

_CONFIDENCE = {
    "high": Confidence.HIGH, "moderate": Confidence.MODERATE, "low": Confidence.LOW, "very_low": Confidence.VERY_LOW,
}  # fmt: skip


class Tied(NamedTuple):
    """A row with what it leads to: `finding`, or `shown` (its `item` None where it is gone). `piece`: how it counts,
    None where it does not. `readable`: whether the person may read what it leads to."""

    row: LinkEvidence
    finding: Finding | None
    shown: Shown | None
    piece: Piece | None
    readable: bool

    @property
    def unapproved(self) -> bool:
        return self.finding is not None and self.finding.state not in {Finding.State.APPROVED, Finding.State.WITHDRAWN}

    @property
    def gone(self) -> bool:
        return self.piece is None and not self.unapproved


class Sides(NamedTuple):
    """What is tied to one thing; `hidden`: how much of it the person may not read."""

    speaks_for: list[Tied]
    speaks_against: list[Tied]
    hidden: int


class Part(NamedTuple):
    """An assumption or a rival explanation. `standing`: of an assumption, derived or judged."""

    row: Any
    sides: Sides
    standing: Standing | None = None


class Told(NamedTuple):
    """One link. `number`: as it stands on the drawing and in the table."""

    link: StepLink
    number: int
    sides: Sides
    assumptions: list[Part]
    rivals: list[Part]
    strength: Strength
    missing: list[Missing]
    demonstration: bool


class Story(NamedTuple):
    """`withdrawn`: steps, links, assumptions and rivals that count no more."""

    theory: TheoryOfChange
    steps: list[Step]
    links: list[Told]
    columns: list[tuple[str, list[Step]]]
    missing: list[Missing]
    loose: list[Step]
    withdrawn: list[Any]


def theories() -> QuerySet[TheoryOfChange]:
    return TheoryOfChange.objects.select_related("evaluation__learning_question", "source", "created_by")


def story_of(theory: TheoryOfChange, user: Any) -> Story:
    """The whole story."""
    all_steps = list(Step.objects.filter(theory=theory).select_related("source"))
    steps = [step for step in all_steps if not step.withdrawn_because]
    there = {step.pk: step for step in steps}
    links = _links(StepLink.objects.filter(theory=theory))
    standing = [
        link for link in links if not link.withdrawn_because and link.start_id in there and link.end_id in there
    ]
    kinds = {step.pk: step.kind for step in steps}
    edges = [(link.start_id, link.end_id) for link in standing]
    columns = [(kind, [there[pk] for pk in pks]) for kind, pks in shape.columns(kinds, edges)]
    place = {step.pk: number for number, step in enumerate(step for _kind, rows in columns for step in rows)}
    standing.sort(key=lambda link: (place[link.start_id], place[link.end_id]))
    tied = _tied(standing, user)
    told = [_told(link, number, tied) for number, link in enumerate(standing, 1)]
    parts = [part.row for one in told for part in (*one.assumptions, *one.rivals)]
    proposed = sum(row.proposed for row in (theory, *steps, *standing, *parts))
    loose = [there[pk] for pk in shape.loose(kinds, edges)]
    lacks = missing.of_theory(loose=len(loose), reaches=shape.reaches(kinds, edges), proposed=proposed)
    gone: list[Any] = [step for step in all_steps if step.withdrawn_because]
    gone += [link for link in links if link.withdrawn_because]
    gone += [part for link in standing for part in _parts(link) if part.withdrawn_because]
    return Story(theory, steps, told, columns, lacks, loose, gone)


def told_link(link: StepLink, user: Any) -> Told:
    """One link alone, withdrawn or not; its number is 0."""
    row = _links(StepLink.objects.filter(pk=link.pk))[0]
    return _told(row, 0, _tied([row], user))


def links_of_finding(finding: Finding) -> QuerySet[StepLink]:
    """The links that a finding is tied to, and that count."""
    rows = StepLink.objects.filter(evidence__finding=finding, withdrawn_because="").distinct()
    return rows.select_related("theory__evaluation", "start", "end")


def _links(rows: QuerySet[StepLink]) -> list[StepLink]:
    assumptions = Prefetch("assumptions", LinkAssumption.objects.select_related("source"))
    rivals = Prefetch("rivals", LinkRival.objects.select_related("source"))
    joined = rows.select_related("theory__evaluation", "start", "end", "source")
    return list(joined.prefetch_related(assumptions, rivals))


def _parts(link: StepLink) -> list[Any]:
    return [*link.assumptions.all(), *link.rivals.all()]


def _tied(links: Sequence[StepLink], user: Any) -> dict[int, list[Tied]]:
    """What is tied to each link and to its parts, by primary key of the link."""
    rows = list(
        LinkEvidence.objects.filter(link__in=[link.pk for link in links]).select_related(
            "finding", "assumption", "rival"
        )
    )
    named = [row.finding_id for row in rows if row.finding_id]
    readable = Finding.objects.filter(what_is_readable(user)).filter(pk__in=named) if named else Finding.objects.none()
    open_to = set(readable.order_by().values_list("pk", flat=True))
    pieces = [row for row in rows if not row.finding_id]
    shown = dict(zip(pieces, show(cast(list[EvidenceLink], pieces), user), strict=True))
    found: dict[int, list[Tied]] = defaultdict(list)
    for row in rows:
        found[row.link_id].append(_of_finding(row, open_to) if row.finding else _of_piece(row, shown[row]))
    return found


def _of_finding(row: LinkEvidence, open_to: set[int]) -> Tied:
    finding = cast(Finding, row.finding)
    piece = None
    if finding.state == Finding.State.APPROVED:
        piece = Piece(_is_for(row), _CONFIDENCE[finding.confidence], finding.stale_since is not None)
    return Tied(row, finding, None, piece, finding.pk in open_to)


def _of_piece(row: LinkEvidence, shown: Shown) -> Tied:
    counts = shown.item is not None and not shown.item.withdrawn
    piece = Piece(_is_for(row), Confidence.UNASSESSED) if counts else None
    return Tied(row, None, shown, piece, shown.item is None or shown.item.readable)


def _is_for(row: LinkEvidence) -> bool:
    return row.side == EvidenceLink.Side.FOR


def _told(link: StepLink, number: int, tied: dict[int, list[Tied]]) -> Told:
    rows = tied.get(link.pk, [])
    own = [one for one in rows if not one.row.assumption_id and not one.row.rival_id]
    assumptions = [
        Part(part, _sides(of), strength.standing(part.judged, _pieces(of)))
        for part in link.assumptions.all()
        if not part.withdrawn_because
        for of in [[one for one in rows if one.row.assumption_id == part.pk]]
    ]
    rivals = [
        Part(part, _sides([one for one in rows if one.row.rival_id == part.pk]))
        for part in link.rivals.all()
        if not part.withdrawn_because
    ]
    verdicts = [part.row.verdict for part in rivals]
    standings = [part.standing for part in assumptions if part.standing]
    pieces = _pieces(own)
    standing_parts = {part.row for part in (*assumptions, *rivals)} | {None}
    counted = [one for one in rows if one.row.assumption in standing_parts and one.row.rival in standing_parts]
    lacks = missing.of_link(
        pieces,
        unapproved=sum(one.unapproved for one in counted),
        gone=sum(one.gone for one in counted),
        verdicts=verdicts,
        standings=standings,
    )
    made_up = any(one.row.demonstration for one in rows)
    level = strength.strength(pieces, verdicts=verdicts, standings=standings)
    return Told(link, number, _sides(own), assumptions, rivals, level, lacks, made_up)


def _pieces(tied: list[Tied]) -> list[Piece]:
    return [one.piece for one in tied if one.piece is not None]


def _sides(tied: list[Tied]) -> Sides:
    readable = [one for one in tied if one.readable]
    return Sides(
        [one for one in readable if _is_for(one.row)],
        [one for one in readable if not _is_for(one.row)],
        len(tied) - len(readable),
    )
