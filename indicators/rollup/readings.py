"""Indicator values, computed at read from stored sums. Rates are never averaged: sums are divided by sums."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.periods import Period
from indicators.registry.annualisation import DAYS_IN_YEAR, months_counted, share_of_year
from indicators.registry.definitions import Definition, definition
from indicators.rollup.contributions import Contribution, contribution_count, contributions
from indicators.rollup.queries import Cell, Population, cells, members_by_month, populations, unit_ids

__all__ = ["Contribution", "Reading", "contribution_count", "contributions", "group_readings", "readings"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator, unit and period. `value` None means missing, and `flags` say why.

    `numerator` and `denominator` are the signed sums behind the value; `denominator` is None for counts. `reported`
    counts the unit-months behind the scarcest concept, None where nothing was reported. `expected_months` is the number
    of months counted: those of the period, or twelve where the indicator rolls. Flags: `over_100` (a percentage above
    100), `negative`, `zero_denominator`, `no_denominator` (no population figure), `incomplete` (in some month of the
    period nothing was reported).
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    reported: int | None
    expected_months: int
    demonstration: bool
    flags: tuple[str, ...]


def readings(
    code: str, units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[int, Period], Reading]:
    """(unit id, period) → reading, one for every pair asked for. Two queries. KeyError for an unknown code."""
    rule = definition(code)
    identities = unit_ids(units)
    windows = {period: months_counted(rule.annualisation, period) for period in periods}
    found = cells(rule.concepts, identities, {*periods, *chain.from_iterable(windows.values())})
    people = populations(rule.populations, identities, {period.year for period in periods})
    return {
        (unit, period): _read(
            rule,
            len(window),
            {concept: _sum_over(found, concept, unit, period, window) for concept in rule.concepts},
            {concept: _months_reported(found, concept, unit, window) for concept in rule.concepts},
            {kind: _target(rule, people.get((kind, unit, period.year)), period) for kind in rule.populations},
        )
        for unit in identities
        for period, window in windows.items()
    }


def term_cells(rule: Definition, unit: OrgUnit | int, period: Period) -> dict[str, Cell]:
    """Concept → what the numerator and denominator of that reading were summed from; missing concepts are absent."""
    window = months_counted(rule.annualisation, period)
    (identity,) = unit_ids([unit])
    found = cells(rule.concepts, [identity], {period, *window})
    sums = {concept: _sum_over(found, concept, identity, period, window) for concept in rule.concepts}
    return {concept: cell for concept, cell in sums.items() if cell}


def group_readings(code: str, group: OrgUnitGroup, periods: Collection[Period]) -> dict[Period, Reading]:
    """Period → reading of the whole group: members' sums divided by members' sums. Three queries.

    Members are those of each month. Where one of them reported but has no population figure, the ratio is missing.
    """
    rule = definition(code)
    windows = {period: months_counted(rule.annualisation, period) for period in periods}
    members = members_by_month(group, {*chain.from_iterable(windows.values())})
    units = set(chain.from_iterable(members.values()))
    found = cells(rule.concepts, units, list(members))
    people = populations(rule.populations, units, {period.year for period in periods})
    result = {}
    for period, window in windows.items():
        pairs = [(unit, month) for month in window for unit in sorted(members[month])]
        sums = {
            concept: _add([found[concept, unit, month] for unit, month in pairs if (concept, unit, month) in found])
            for concept in rule.concepts
        }
        seen = {
            concept: sum(any((concept, unit, month) in found for unit in members[month]) for month in window)
            for concept in rule.concepts
        }
        targets = {kind: _group_target(rule, kind, period.year, pairs, found, people) for kind in rule.populations}
        result[period] = _read(rule, len(window), sums, seen, targets)
    return result


def _read(
    rule: Definition,
    length: int,
    sums: Mapping[str, Cell | None],
    months: Mapping[str, int],
    targets: Mapping[str, Population | None],
) -> Reading:
    """The one place where a definition becomes a number. A concept that nobody reported makes the value missing."""
    terms: dict[str, float | None] = {concept: cell.sum if cell else None for concept, cell in sums.items()}
    terms |= {kind: target.sum if target else None for kind, target in targets.items()}
    numerator = _signed_sum(rule.numerator, terms)
    denominator = _signed_sum(rule.denominator, terms) if rule.is_ratio else None
    value: float | None = None
    flags = []
    if any(cell is not None for cell in sums.values()) and None in targets.values():
        flags.append("no_denominator")
    if rule.is_ratio and denominator == 0:
        flags.append("zero_denominator")
    elif numerator is not None and (denominator is not None or not rule.is_ratio):
        value = rule.factor * numerator / (denominator if denominator is not None else 1)
    if value is not None and rule.unit == "percent" and value > 100:
        flags.append("over_100")
    if value is not None and value < 0:
        flags.append("negative")
    counted = [cell for cell in sums.values() if cell]
    if counted and any(count < length for count in months.values()):
        flags.append("incomplete")
    return Reading(
        value=value,
        numerator=numerator,
        denominator=denominator,
        reported=min(cell.reported for cell in counted) if len(counted) == len(sums) and counted else None,
        expected_months=length,
        demonstration=any(cell.demonstration for cell in counted)
        or any(target.demonstration for target in targets.values() if target),
        flags=tuple(flags),
    )


def _signed_sum(signs: Mapping[str, int], terms: Mapping[str, float | None]) -> float | None:
    parts = [terms[term] for term in signs]
    if any(part is None for part in parts):
        return None
    return sum(sign * part for sign, part in zip(signs.values(), parts, strict=True) if part is not None)


def _target(rule: Definition, population: Population | None, period: Period) -> Population | None:
    """The share of the year's children that the definition's rule gives to the period."""
    if population is None:
        return None
    share = share_of_year(rule.annualisation, period)
    return population._replace(sum=population.sum * share.numerator / share.denominator)


def _group_target(
    rule: Definition,
    kind: str,
    year: int,
    pairs: list[tuple[int, Period]],
    found: Mapping[tuple[str, int, Period], Cell],
    people: Mapping[tuple[str, int, int], Population],
) -> Population | None:
    by_days = rule.annualisation == "days"
    total, demonstration, any_figure = 0.0, False, False
    for unit, month in pairs:
        population = people.get((kind, unit, year))
        if population is None:
            if any((concept, unit, month) in found for concept in rule.concepts):
                return None
            continue
        any_figure = True
        total += population.sum * (month.days if by_days else 1)
        demonstration = demonstration or population.demonstration
    # Divided once at the end: twelfths added one by one leave dust, and dust below zero would be flagged negative.
    return Population(total / (DAYS_IN_YEAR if by_days else 12), demonstration) if any_figure else None


def _months_reported(
    found: Mapping[tuple[str, int, Period], Cell], concept: str, unit: int, window: list[Period]
) -> int:
    return sum((concept, unit, month) in found for month in window)


def _sum_over(
    found: Mapping[tuple[str, int, Period], Cell], concept: str, unit: int, period: Period, window: list[Period]
) -> Cell | None:
    """The stored sum of the period where its own months are counted, else the months' sums added up."""
    if window == period.months():
        return found.get((concept, unit, period))
    return _add([found[concept, unit, month] for month in window if (concept, unit, month) in found])


def _add(parts: list[Cell]) -> Cell | None:
    total: Cell | None = None
    for part in parts:
        total = part if total is None else total.plus(part)
    return total
