"""Which sites a round of visits goes to, and in which order. Pure.

Every rule is this system's own and is said on the page; what the choice rested on is kept with the plan.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

FIRST, LAST, OUT = UNSCORED = ("first", "last", "out")
"""Where sites stand whose visits never gave a score: before all others, after them, or not in the round."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that could be chosen. `share` is points by possible points of its last scored visit (0–1); None where no
    visit was scored. `visits` are done visits, `last` the day of the latest; `made_up` where one is."""

    site: int
    uid: str
    name: str
    share: float | None = None
    visits: int = 0
    last: date | None = None
    made_up: bool = False

    @property
    def percent(self) -> float | None:
        return None if self.share is None else self.share * 100


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in the order of the choice."""

    candidate: Candidate
    chosen: bool


def by_performance(candidates: Collection[Candidate], number: int, unscored: str = FIRST) -> list[Ranked]:
    """The `number` sites with the lowest last score come first; of equals the one visited longest ago.

    Sites without a score stand where `unscored` says, the never visited before the others; with `out` they are no
    candidates. Fewer are chosen where there are fewer. The uid decides between sites that are alike in all.
    """
    scored = sorted((one for one in candidates if one.share is not None), key=_weakest)
    without = sorted((one for one in candidates if one.share is None), key=_longest_ago)
    order = {FIRST: [*without, *scored], LAST: [*scored, *without], OUT: scored}[unscored]
    return [Ranked(one, place < number) for place, one in enumerate(order)]


def at_random(candidates: Collection[Candidate], number: int, seed: int) -> list[Ranked]:
    """`random.Random(seed).sample` of the sites in the order of their uids: the same seed and sites give the same draw.

    The drawn stand first, in the order drawn; then the others by uid.
    """
    every = sorted(candidates, key=lambda one: one.uid)
    drawn = Random(seed).sample(every, min(number, len(every)))
    keys = {one.site for one in drawn}
    return [Ranked(one, True) for one in drawn] + [Ranked(one, False) for one in every if one.site not in keys]


def directly(candidates: Sequence[Candidate], sites: Collection[int]) -> list[Ranked]:
    """The ticked sites first, both in the order given."""
    ticked = [Ranked(one, True) for one in candidates if one.site in sites]
    return ticked + [Ranked(one, False) for one in candidates if one.site not in sites]


def as_rows(ranked: Sequence[Ranked]) -> list[dict[str, Any]]:
    """What a plan keeps (`VisitPlan.ranking`)."""
    return [
        {
            "site": one.candidate.site,
            "name": one.candidate.name,
            "share": one.candidate.share,
            "visits": one.candidate.visits,
            "last": one.candidate.last.isoformat() if one.candidate.last else None,
            "chosen": one.chosen,
            **({"demonstration": True} if one.candidate.made_up else {}),
        }
        for one in ranked
    ]


def fingerprint(rows: Sequence[dict[str, Any]]) -> str:
    """Tells one ranking from another. Scores that differ by less than a millionth are the same."""
    plain = [{**row, "share": None if row["share"] is None else round(row["share"], 6)} for row in rows]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _weakest(one: Candidate) -> tuple[float, date, str]:
    return one.share or 0.0, one.last or date.min, one.uid


def _longest_ago(one: Candidate) -> tuple[date, str]:
    return one.last or date.min, one.uid
