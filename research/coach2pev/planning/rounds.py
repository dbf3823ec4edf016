"""What a round of visits would be: which sites, in which order, on which days."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from research.coach2pev.models import Coach
from research.coach2pev.models.visits import Selection
from research.coach2pev.planning import queries
from research.coach2pev.planning.days import spread, working_days
from research.coach2pev.planning.ranking import (
    FIRST,
    Candidate,
    Ranked,
    as_rows,
    at_random,
    by_performance,
    directly,
    fingerprint,
)
from research.coach2pev.visits.queries import sites_for
from research.coach2pev.visits.states import FARTHEST

MOST = 100
"""Visits of one round: each publishes the measures of its site anew, a tenth of a second where much is on record."""
LONGEST = 366
"""Days from the first to the last."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a person asks for. `number` of sites for the ranked and the drawn choice, `sites` for the direct one.

    `comparison` lets sites in for which no stage of exposure is recorded (ranked and drawn choice only).
    """

    method: str
    first: date
    last: date
    number: int = 0
    sites: frozenset[int] = frozenset()
    district: OrgUnit | None = None
    seed: int | None = None
    unscored: str = FIRST
    comparison: bool = False
    coach: Coach | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """The outcome. `days` by primary key of each chosen site. `busy` and `comparison` were left out: a visit is
    planned there for these days already; no exposure is recorded."""

    ranked: list[Ranked]
    days: dict[int, date]
    busy: list[Candidate] = field(default_factory=list)
    comparison: list[Candidate] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return as_rows(self.ranked)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rows)


def draw(asked: Round, user: Any) -> Draw:
    """The round as it would be planned now, among the sites that the person may meet. Four queries.

    Raises ValidationError by field where nothing can be planned so.
    """
    check(asked)
    sites = sites_for(user)
    if asked.district:
        sites = sites.filter(path__startswith=asked.district.path)
    every = queries.candidates(sites)
    left: Collection[Candidate] = every
    busy: list[Candidate] = []
    comparison: list[Candidate] = []
    if asked.method != Selection.DIRECT:
        taken, untouched = queries.busy_sites(asked.first, asked.last), queries.comparison_sites()
        comparison = [one for one in every if one.site in untouched] if not asked.comparison else []
        aside = {one.site for one in comparison}
        busy = [one for one in every if one.site in taken - aside]
        left = [one for one in every if one.site not in taken | aside]
    ranked = _chosen(asked, left, every)
    chosen = [one.candidate.site for one in ranked if one.chosen]
    if not chosen:
        raise ValidationError(_("No site is left to choose from. Take a larger area, or other days."))
    if len(chosen) > MOST:
        raise ValidationError(_("A round has at most %(most)s visits. Plan several.") % {"most": MOST})
    days = spread(len(chosen), working_days(asked.first, asked.last))
    return Draw(ranked, dict(zip(chosen, days, strict=True)), busy, comparison)


def check(asked: Round) -> None:
    """Raises ValidationError by field for days that cannot be."""
    wrong: dict[str, str] = {}
    if asked.first < timezone.localdate():
        wrong["first"] = _("This day has passed. A round is planned from today on.")
    elif asked.last < asked.first:
        wrong["last"] = _("The last day lies before the first.")
    elif (asked.last - asked.first).days >= LONGEST:
        wrong["last"] = _("A round lasts a year at most.")
    elif asked.last > timezone.localdate() + FARTHEST:
        wrong["last"] = _("This is more than two years away. Check the year.")
    elif not working_days(asked.first, asked.last):
        wrong["last"] = _("There is no working day (Monday to Friday) in between.")
    if asked.method == Selection.RANDOM and asked.seed is None:
        wrong["seed"] = _("Give the seed of the draw.")
    if asked.method != Selection.DIRECT and not 1 <= asked.number <= MOST:
        wrong["number"] = _("Give a number of sites from 1 to %(most)s.") % {"most": MOST}
    if wrong:
        raise ValidationError({name: [sentence] for name, sentence in wrong.items()})


def _chosen(asked: Round, left: Collection[Candidate], every: list[Candidate]) -> list[Ranked]:
    if asked.method == Selection.PERFORMANCE:
        return by_performance(left, asked.number, asked.unscored)
    if asked.method == Selection.RANDOM:
        return at_random(left, asked.number, asked.seed or 0)
    if asked.sites - {one.site for one in every}:
        raise ValidationError(_("A site that is ticked is not one of yours, or not in the district."))
    return directly(every, asked.sites)
