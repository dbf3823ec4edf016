"""The only writer of ratings of competence."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coach2pev.competency.queries import domains_in_use, people_to_rate
from research.coach2pev.competency.raters import check_rate
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of
from research.coach2pev.models import CompetencyLevel, CompetencyRating, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.revisions import Conflict

Cell = tuple[int, int]
"""Primary keys of the coachee and of the domain."""

Levels = Mapping[Cell, int | None]
"""The level of each cell; None where it is not rated."""


@transaction.atomic
def rate_visit(visit: SupervisionVisit, *, by: User, assessor: int, was: Levels, levels: Levels) -> int:
    """Stores the levels that changed from what the form began with (`was`), and returns how many were written.

    Cells that somebody else changed meanwhile stay as they are, unless this form changed them too: then, if the two
    differ, Conflict is raised and nothing is written. Sent twice, it is stored once. None takes a rating away.
    Where the visit does not say who was coached, the people rated are put down as coached.
    Raises ValidationError for people, domains and levels that are not offered, PermissionDenied.
    """
    visit = SupervisionVisit.objects.select_for_update(of=("self",)).select_related("site").get(pk=visit.pk)
    check_rate(by, visit, assessor)
    changed = {cell: level for cell, level in levels.items() if level != was.get(cell)}
    rows = CompetencyRating.objects.filter(visit=visit, assessor=assessor)
    stored = {(row.coachee_id, row.domain_id): row for row in rows}
    now = {cell: stored[cell].level_id if cell in stored else None for cell in changed}
    if any(now[cell] not in (was.get(cell), level) for cell, level in changed.items()):
        raise Conflict(visit)
    wanted = {cell: level for cell, level in changed.items() if level != now[cell]}
    _check(visit, wanted, set(stored))
    for cell, level in wanted.items():
        _write(visit, cell, level, stored.get(cell), assessor, by)
    if wanted:
        _put_down_as_coached(visit, {coachee for (coachee, _domain), level in wanted.items() if level is not None}, by)
        if visit.state == SupervisionVisit.State.DONE:
            publish_measures(months_of(visit), by=by)
    return len(wanted)


def _check(visit: SupervisionVisit, wanted: Levels, stored: Collection[Cell]) -> None:
    people = {person.pk for person in people_to_rate(visit)} | {coachee for coachee, _domain in stored}
    domains = {domain.pk for domain in domains_in_use(visit)}
    scale = set(CompetencyLevel.objects.values_list("value", flat=True))
    for (coachee, domain), level in wanted.items():
        if coachee not in people or domain not in domains:
            raise ValidationError(_("A person or a domain does not belong to this visit. Open the form again."))
        if level is not None and level not in scale:
            raise ValidationError(_("A level is not on the scale. Open the form again."))


def _write(
    visit: SupervisionVisit, cell: Cell, level: int | None, row: CompetencyRating | None, assessor: int, by: User
) -> None:
    if row is None:
        row = CompetencyRating(
            visit=visit, coachee_id=cell[0], domain_id=cell[1], assessor=assessor, created_by=by,
        )  # fmt: skip
    else:
        row.version += 1
    row.coach_id = visit.coach_id if assessor == Assessor.FIRST else visit.second_coach_id
    row._history_user = by  # type: ignore[attr-defined]
    if level is None:
        row.delete()
    else:
        row.level_id = level
        row.save()


def _put_down_as_coached(visit: SupervisionVisit, people: Collection[int], by: User) -> None:
    """One version higher: a form of the visit that is still open would take them out again unseen."""
    if not people or visit.people.exists():
        return
    visit.version += 1
    visit._history_user = by  # type: ignore[attr-defined]
    visit._change_reason = f"version {visit.version}"  # type: ignore[attr-defined]
    visit.save()
    visit.people.add(*people)
