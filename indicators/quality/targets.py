"""The rules about target populations: from year to year, parts against the whole, kinds and sources. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from indicators.periods import Frequency, Period
from indicators.quality.findings import Figure, Flag, Outcome, Untested
from indicators.quality.thresholds import (
    IMPLIED_RATE_PERCENT,
    ROUNDING_PER_PART,
    SOURCE_DIFFERENCE_PERCENT,
    YEAR_CHANGE_PERCENT,
)

_DUST = 1e-9
"""Rates are quotients: two that are exactly 20 % apart may come out a hair nearer."""

Targets = Mapping[tuple[str, int, int], Figure]
"""(kind of population, unit id, year) → children."""


class SourceTarget(NamedTuple):
    """What one source says of a unit's children of a kind in a year."""

    kind: str
    unit: int
    year: int
    figure: Figure
    preferred: bool
    source: int = 0


def year_changes(preferred: Targets, years: Iterable[int]) -> Outcome:
    """A target that is 10 % or more above or below the year before. Score: the change in %, signed.

    `no_year_before` without a figure for the year before; `zero_before` where that figure is 0.
    """
    outcome, wanted = Outcome("target_change"), set(years)
    for (kind, unit, year), figure in preferred.items():
        if year not in wanted:
            continue
        before = preferred.get((kind, unit, year - 1))
        if before is None or before.value == 0:
            reason = "no_year_before" if before is None else "zero_before"
            outcome.untested.append(Untested(unit, kind, reason, 1))
            continue
        outcome.tested[unit] += 1
        if _apart(figure.value, before.value, YEAR_CHANGE_PERCENT):
            outcome.flags.append(_flag(kind, unit, year, figure, before))
    return outcome


def parts_differ(
    preferred: Targets,
    totals: Targets,
    children: Mapping[int, Sequence[int]],
    years: Iterable[int],
    moved: Mapping[int, int] = MappingProxyType({}),
) -> Outcome:
    """A unit's own target that is not the sum of its children's, beyond half a child for each of them.

    `totals` are the children's figures (their own or the sum of what is below them); `part_missing` where one of the
    children has none. `moved`: unit → the last year in which other units stood below it than `children` says; up to
    then the answer is `parts_moved`. Score: own − sum. A unit without children is not tested.
    """
    outcome, wanted = Outcome("target_parts"), set(years)
    for (kind, unit, year), figure in preferred.items():
        below = children.get(unit, ())
        if year not in wanted or not below:
            continue
        if year <= moved.get(unit, 0):
            outcome.untested.append(Untested(unit, kind, "parts_moved", 1))
            continue
        parts = [totals.get((kind, child, year)) for child in below]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            outcome.untested.append(Untested(unit, kind, "part_missing", 1))
            continue
        outcome.tested[unit] += 1
        whole = sum(part.value for part in known)
        if abs(figure.value - whole) > ROUNDING_PER_PART * len(known):
            made_up = figure.demonstration or any(part.demonstration for part in known)
            when = Period(Frequency.YEAR, year)
            outcome.flags.append(Flag(unit, kind, when, figure.value, whole, figure.value - whole, made_up))
    return outcome


def more_survivors_than_births(preferred: Targets, years: Iterable[int]) -> Outcome:
    """More surviving infants than live births: infant mortality would be negative. Score: the implied mortality in %.

    `one_kind` where only one of the two is known.
    """
    outcome, wanted = Outcome("target_kinds"), set(years)
    for unit, year in dict.fromkeys((unit, year) for _, unit, year in preferred if year in wanted):
        survivors = preferred.get(("surviving_infants", unit, year))
        births = preferred.get(("live_births", unit, year))
        if survivors is None or births is None:
            outcome.untested.append(Untested(unit, "surviving_infants", "one_kind", 1))
            continue
        outcome.tested[unit] += 1
        if survivors.value > births.value:
            mortality = _mortality(survivors, births) if births.value else None
            made_up = survivors.demonstration or births.demonstration
            when = Period(Frequency.YEAR, year)
            outcome.flags.append(
                Flag(unit, "surviving_infants", when, survivors.value, births.value, mortality, made_up)
            )
    return outcome


def sources_differ(given: Iterable[SourceTarget], years: Iterable[int]) -> Outcome:
    """A source's target that is 10 % or more away from the preferred source's. Score: the difference in %, signed.

    `one_source` where nothing else is known; `no_preferred` where none is preferred; `zero_before` where that one is 0.
    """
    outcome, wanted = Outcome("target_sources"), set(years)
    groups: dict[tuple[str, int, int], list[SourceTarget]] = defaultdict(list)
    for row in given:
        if row.year in wanted:
            groups[row.kind, row.unit, row.year].append(row)
    for (kind, unit, year), rows in groups.items():
        chosen = next((row.figure for row in rows if row.preferred), None)
        others = [row.figure for row in rows if not row.preferred]
        if chosen is None or not others or chosen.value == 0:
            reason = "no_preferred" if chosen is None else "zero_before" if others else "one_source"
            outcome.untested.append(Untested(unit, kind, reason, max(len(others), 1)))
            continue
        outcome.tested[unit] += len(others)
        outcome.flags += [
            _flag(kind, unit, year, other, chosen)
            for other in others
            if _apart(other.value, chosen.value, SOURCE_DIFFERENCE_PERCENT)
        ]
    return outcome


def implied_rates_differ(preferred: Targets, given: Iterable[SourceTarget], years: Iterable[int]) -> Outcome:
    """The infant mortality that a unit's targets imply (1 − survivors ÷ births), 20 % or more away from what another
    source's pair implies. Figures in %. Score: the difference in %, signed.

    `one_kind` where the unit lacks one of the two; `one_source` where no other source has both; `zero_births` where
    births are 0 in either pair; `zero_before` where the other source implies a mortality of 0.
    """
    outcome, wanted = Outcome("target_rates"), set(years)
    pairs: dict[tuple[int, int, int], dict[str, SourceTarget]] = defaultdict(dict)
    for row in given:
        if row.year in wanted:
            pairs[row.unit, row.year, row.source][row.kind] = row
    others: dict[tuple[int, int], list[tuple[Figure, Figure]]] = defaultdict(list)
    for (unit, year, _source), pair in pairs.items():
        if len(pair) == 2 and not (pair["surviving_infants"].preferred and pair["live_births"].preferred):
            others[unit, year].append((pair["surviving_infants"].figure, pair["live_births"].figure))
    for unit, year in dict.fromkeys((unit, year) for _, unit, year in preferred if year in wanted):
        survivors, births = (preferred.get((kind, unit, year)) for kind in ("surviving_infants", "live_births"))
        if survivors is None or births is None or not others[unit, year]:
            reason = "one_kind" if survivors is None or births is None else "one_source"
            outcome.untested.append(Untested(unit, "surviving_infants", reason, 1))
            continue
        for other_survivors, other_births in others[unit, year]:
            if not births.value or not other_births.value or other_survivors.value == other_births.value:
                reason = "zero_before" if births.value and other_births.value else "zero_births"
                outcome.untested.append(Untested(unit, "surviving_infants", reason, 1))
                continue
            outcome.tested[unit] += 1
            rate, other = _mortality(survivors, births), _mortality(other_survivors, other_births)
            if abs(rate - other) * 100 >= IMPLIED_RATE_PERCENT * abs(other) - _DUST:
                made_up = any(it.demonstration for it in (survivors, births, other_survivors, other_births))
                when, change = Period(Frequency.YEAR, year), 100 * (rate - other) / abs(other)
                outcome.flags.append(Flag(unit, "surviving_infants", when, rate, other, change, made_up))
    return outcome


def _mortality(survivors: Figure, births: Figure) -> float:
    """Implied infant mortality in %."""
    return 100 * (births.value - survivors.value) / births.value


def _apart(value: float, against: float, percent: float) -> bool:
    """Multiplied out, so that 90 against 100 is exactly 10 % apart."""
    return abs(value - against) * 100 >= percent * against


def _flag(kind: str, unit: int, year: int, figure: Figure, against: Figure) -> Flag:
    change = 100 * (figure.value - against.value) / against.value
    made_up = figure.demonstration or against.demonstration
    return Flag(unit, kind, Period(Frequency.YEAR, year), figure.value, against.value, change, made_up)
