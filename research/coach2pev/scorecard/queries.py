"""Reads for the scorecard of a site: a constant number of queries, however many visits it had."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Q

from indicators.geography.models import OrgUnit
from research.coach2pev.competency.progress import Gained, courses, gained
from research.coach2pev.competency.queries import rated, ratings_for
from research.coach2pev.measures.dose import Dose, dose_and_reach
from research.coach2pev.measures.outcomes import judged, outcomes
from research.coach2pev.models import (
    ChecklistAnswer,
    ChecklistItem,
    ChecklistSection,
    ImprovementAction,
    SectionScore,
    SupervisionVisit,
)
from research.coach2pev.scorecard.failures import Run, repeated
from research.coach2pev.visits.queries import score_of
from research.coach2pev.visits.scores import Score
from research.evaluations.models import Evaluation, EvaluationSite

VISITS = 6
"""So many of the latest visits stand side by side."""
LOOKED_AT = 8
"""So many of the latest visits are searched whole for what keeps failing: most items succeeded on one of them."""


class SectionRow(NamedTuple):
    """A section over the visits: None where the visit's checklist has no such section."""

    checklist: str
    name: str
    scores: list[Score | None]


class Failure(NamedTuple):
    run: Run
    text: str


def latest_visits(site: OrgUnit, many: int) -> list[SupervisionVisit]:
    """The last done visits of the site, oldest first, with their checklist. One query."""
    visits = SupervisionVisit.objects.filter(site=site, state=SupervisionVisit.State.DONE)
    visits = visits.select_related("checklist", "coach").defer("goal", "reality", "options", "agreed")
    return list(visits.order_by("-done_on", "-pk")[:many])[::-1]


def totals(visits: Sequence[SupervisionVisit]) -> dict[int, Score]:
    """The score of each visit's whole checklist, by primary key; a visit without a checklist has none. One query."""
    rows = SectionScore.objects.filter(visit__in=[visit.pk for visit in visits], section=None)
    return {row.visit_id: score_of(row) for row in rows}


def section_rows(visits: Sequence[SupervisionVisit]) -> list[SectionRow]:
    """Sections of these visits' checklists, a section being the same in all versions of a checklist. Two queries."""
    rows = SectionScore.objects.filter(visit__in=[visit.pk for visit in visits], section__isnull=False)
    found: dict[tuple[str, str], dict[int, Score]] = defaultdict(dict)
    for row in rows.select_related("section__checklist"):
        assert row.section is not None
        found[row.section.checklist.key, row.section.code][row.visit_id] = score_of(row)
    latest: dict[tuple[str, str], ChecklistSection] = {}
    sections = ChecklistSection.objects.filter(checklist__in={visit.checklist_id for visit in visits})
    for section in sections.select_related("checklist").order_by("checklist__version", "order", "pk"):
        latest[section.checklist.key, section.code] = section
    order = sorted(latest, key=lambda key: (key[0], -latest[key].checklist.version, latest[key].order))
    return [
        SectionRow(latest[key].checklist.name, latest[key].name, [found[key].get(visit.pk) for visit in visits])
        for key in order
        if key in found
    ]


def repeated_failures(site: OrgUnit, until: date) -> list[Failure]:
    """What failed on at least two visits in a row, with the item's text in its latest version. Seven queries at most.

    Whole sheets are read of the last visits only: what succeeded on one of them has its run there. Of items that did
    not, or that were not scored there, all earlier answers are read besides.
    """
    done = SupervisionVisit.objects.filter(site=site, state=SupervisionVisit.State.DONE, done_on__lte=until)
    visits = list(done.order_by("-done_on", "-pk").values_list("pk", "done_on", "checklist"))
    latest = [pk for pk, _day, _checklist in visits[:LOOKED_AT]]
    used = {checklist for _pk, _day, checklist in visits if checklist}
    items = judged(ChecklistItem.objects.filter(checklist__in=used, weight__gt=0))
    found = list(outcomes(ChecklistAnswer.objects.filter(visit__in=latest), items))
    settled = {one.item for one in found if not one.failed}
    unsettled = [pk for pk, one in items.items() if one.name not in settled]
    earlier = ChecklistAnswer.objects.filter(visit__in=done, item__in=unsettled).exclude(visit__in=latest)
    by_visit: dict[int, dict[Hashable, bool]] = defaultdict(dict)
    for one in chain(found, outcomes(earlier, items)):
        by_visit[one.visit][one.item] = one.failed
    runs = repeated((day, by_visit[pk]) for pk, day, _checklist in reversed(visits) if day and pk in by_visit)
    return _with_texts(runs)


def _with_texts(runs: Sequence[Run]) -> list[Failure]:
    wanted = Q(pk__in=[])
    keys: list[Any] = [run.item for run in runs]
    for checklist, code in keys:
        wanted |= Q(checklist__key=checklist, code=code)
    texts = {
        (item.checklist.key, item.code): item.text
        for item in ChecklistItem.objects.filter(wanted).select_related("checklist").order_by("checklist__version")
    }
    return [Failure(run, texts[key]) for run, key in zip(runs, keys, strict=True) if key in texts]


def open_actions(site: OrgUnit) -> list[ImprovementAction]:
    """Actions that are neither closed nor dropped: by due date, those without one last. One query."""
    State = ImprovementAction.State
    rows = ImprovementAction.objects.filter(site=site, state__in=[State.PROPOSED, State.OPEN, State.CLAIMED])
    return sorted(rows.select_related("owner", "item"), key=lambda action: (action.due_on or date.max, action.pk))


def followed(site: OrgUnit) -> EvaluationSite | None:
    """The site in the Coach2PEV evaluation, with its exposure and stages; None where it is not followed."""
    sites = EvaluationSite.objects.with_exposure().filter(unit=site, evaluation__code=Evaluation.COACH2PEV)
    return sites.prefetch_related("stages").first()


def dose(site: OrgUnit, until: date) -> Dose:
    return dose_and_reach([site], until)[site.pk]


def levels_gained(user: Any, site: OrgUnit) -> Gained:
    """What the people coached at the site gained, over all persons and domains. One query."""
    return gained(courses(rated(ratings_for(user).filter(visit__site=site))).values())
