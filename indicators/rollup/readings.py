"""Indicator values, computed at read from stored sums. Rates are never averaged: sums are divided by sums."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from types import MappingProxyType

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import Definition, definition
from indicators.rollup import seen
from indicators.rollup.contributions import Behind, Contribution
from indicators.rollup.kept import kept
from indicators.rollup.queries import (
    Cell,
    Population,
    cells,
    members_of_groups,
    populations,
    unit_ids,
    units_without_figures,
)
from indicators.rollup.reporting import expected_reports
from indicators.rollup.seen import Seen
from indicators.rollup.targets import group_target, target

__all__ = [
    "Behind",
    "Contribution",
    "Reading",
    "readings",
    "readings_of_groups",
]


Members = Mapping[int, Mapping[Period, set[int]]]
"""Group id → month → its members then, as `members_of_groups` gives them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator, unit and period. `value` None means missing, and `flags` say why.

    `numerator` and `denominator` are the signed sums behind the value; `denominator` is None for counts. `reported`
    counts the unit-months behind the scarcest concept, None where nothing was reported. `expected` counts those in
    which the data sets asked for it: 0 is not expected, None not known. `expected_months` is the number of months
    counted: those of the period, or twelve where the indicator rolls. Flags: `over_100` (a percentage above 100),
    `negative`, `zero_denominator`, `no_denominator` (no population figure), `not_applicable` (beside one of these two:
    0 of 0, or no place of this kind has such a figure), `incomplete` (in some month in which something was or may have
    been expected nothing was reported), `reports_missing` (fewer unit-months reported than expected),
    `elsewhere` (months are left out, `expected_months` says how many count).
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    reported: int | None
    expected_months: int
    demonstration: bool
    flags: tuple[str, ...]
    expected: int | None = None


def readings(
    code: str,
    units: Collection[OrgUnit | int],
    periods: Collection[Period],
    only: Mapping[int, Collection[Period]] = MappingProxyType({}),
) -> dict[tuple[int, Period], Reading]:
    """(unit id, period) → reading, one for every pair, kept until the next refresh. At most seven queries, one where
    it was kept. KeyError for an unknown code.

    Of a unit named in `only` no other months count, neither for the sums nor for the target: what it gave to the unit
    that it stood below in those months.
    """
    rule, identities = definition(code), unit_ids(units)
    asked = code, sorted(identities), _codes(periods), {unit: _codes(only[unit]) for unit in sorted(only)}
    return kept("readings", asked, lambda: _computed(rule, identities, periods, only))


def _computed(
    rule: Definition, identities: set[int], periods: Collection[Period], only: Mapping[int, Collection[Period]]
) -> dict[tuple[int, Period], Reading]:
    counted = {*periods, *chain.from_iterable(months_counted(rule.annualisation, period) for period in periods)}
    found = cells(rule.concepts, identities, counted)
    asked = expected_reports(rule.concepts, identities, counted)
    people = populations(rule.populations, identities, {period.year for period in periods})
    beyond = units_without_figures(rule.populations, identities - {unit for _, unit, _ in people})
    return formed(rule, identities, periods, found, people, asked, beyond, only)


def formed(
    rule: Definition,
    units: Collection[int],
    periods: Collection[Period],
    found: Mapping[tuple[str, int, Period], Cell],
    people: Mapping[tuple[str, int, int], Population],
    asked: Mapping[tuple[str, int, Period], int] = MappingProxyType({}),
    beyond: Collection[int] = (),
    only: Mapping[int, Collection[Period]] = MappingProxyType({}),
) -> dict[tuple[int, Period], Reading]:
    """As `readings`, from sums at hand: cells of the periods and of every month that they count. No query."""
    windows = {period: months_counted(rule.annualisation, period) for period in periods}
    return {
        (unit, period): _read(
            rule,
            len(window),
            {concept: seen.of_unit(found, asked, concept, unit, period, window) for concept in rule.concepts},
            {
                kind: target(
                    rule.annualisation,
                    people.get((kind, unit, period.year)),
                    period,
                    window,
                    partial(_reported, rule, found, unit),
                )
                for kind in rule.populations
            },
            applicable=unit not in beyond,
            partly=len(window) < len(months),
        )
        for unit in units
        for period, months in windows.items()
        for window in [[month for month in months if month in only[unit]] if unit in only else months]
    }


def term_cells(rule: Definition, unit: OrgUnit | int, period: Period) -> dict[str, Cell]:
    """Concept → what the numerator and denominator of that reading were summed from; missing concepts are absent."""
    window = months_counted(rule.annualisation, period)
    (identity,) = unit_ids([unit])
    found = cells(rule.concepts, [identity], {period, *window})
    came = {concept: seen.of_unit(found, {}, concept, identity, period, window) for concept in rule.concepts}
    return {concept: one.cell for concept, one in came.items() if one.cell}


def term_targets(rule: Definition, unit: OrgUnit | int, period: Period) -> dict[str, Population]:
    """Kind of population → the period's target of that reading; kinds without a figure are absent. One query."""
    (identity,) = unit_ids([unit])
    window = months_counted(rule.annualisation, period)
    people = populations(rule.populations, [identity], [period.year])
    found = {
        kind: target(rule.annualisation, people.get((kind, identity, period.year)), period, window)
        for kind in rule.populations
    }
    return {kind: share for kind, share in found.items() if share}


def readings_of_groups(
    code: str,
    groups: Collection[OrgUnitGroup],
    periods: Collection[Period],
    within: OrgUnit | None = None,
    members: Members | None = None,
) -> dict[tuple[int, Period], Reading]:
    """(group id, period) → reading of the whole group: members' sums divided by members' sums; kept until the next
    refresh or another membership. At most eight queries, three where it was kept; two less where `members` are known.

    Members are those of each month; with `within`, those at or below that unit. Where one of them reported but has no
    population figure, the ratio is missing.
    """
    rule = definition(code)
    windows = {period: months_counted(rule.annualisation, period) for period in periods}
    months = {*chain.from_iterable(windows.values())}
    known = members_of_groups(groups, months, within) if members is None else members
    by_group = {group: {month: of_it[month] for month in months} for group, of_it in known.items()}
    asked = code, _codes(periods), [(group, _changes(months)) for group, months in by_group.items()]
    return kept("readings-of-groups", asked, lambda: _of_groups(rule, windows, by_group))


def _of_groups(
    rule: Definition, windows: Mapping[Period, list[Period]], by_group: Members
) -> dict[tuple[int, Period], Reading]:
    units = {unit for months in by_group.values() for members in months.values() for unit in members}
    months = {*chain.from_iterable(windows.values())}
    found = cells(rule.concepts, units, months)
    asked = expected_reports(rule.concepts, units, months)
    people = populations(rule.populations, units, {period.year for period in windows})
    result = {}
    for group, members in by_group.items():
        for period, window in windows.items():
            pairs = [(unit, month) for month in window for unit in sorted(members[month])]
            came = {concept: seen.of_members(found, asked, concept, members, window) for concept in rule.concepts}
            targets = {
                kind: group_target(
                    rule.annualisation,
                    pairs,
                    partial(_figure, people, kind, period.year),
                    partial(_reported, rule, found),
                )
                for kind in rule.populations
            }
            result[group, period] = _read(rule, len(window), came, targets)
    return result


def _read(
    rule: Definition,
    length: int,
    came: Mapping[str, Seen],
    targets: Mapping[str, Population | None],
    *,
    applicable: bool = True,
    partly: bool = False,
) -> Reading:
    """The one place where a definition becomes a number. A concept that nobody reported makes the value missing."""
    terms: dict[str, float | None] = {concept: one.cell.sum if one.cell else None for concept, one in came.items()}
    terms |= {kind: target.sum if target else None for kind, target in targets.items()}
    numerator = _signed_sum(rule.numerator, terms)
    denominator = _signed_sum(rule.denominator, terms) if rule.is_ratio else None
    value: float | None = None
    flags = []
    counted = [one.cell for one in came.values() if one.cell]
    if None in targets.values() and (counted or not applicable):
        flags += ["no_denominator"] if applicable else ["no_denominator", "not_applicable"]
    if rule.is_ratio and denominator == 0:
        flags += ["zero_denominator"] if numerator else ["zero_denominator", "not_applicable"]
    elif numerator is not None and (denominator is not None or not rule.is_ratio):
        value = rule.factor * numerator / (denominator if denominator is not None else 1)
    if value is not None and rule.unit == "percent" and value > 100:
        flags.append("over_100")
    if value is not None and value < 0:
        flags.append("negative")
    if counted and any(one.gap for one in came.values()):
        flags.append("incomplete")
    if counted and any(one.lacks for one in came.values()):
        flags.append("reports_missing")
    if partly:
        flags.append("elsewhere")
    return Reading(
        value=value,
        numerator=numerator,
        denominator=denominator,
        reported=min(cell.reported for cell in counted) if len(counted) == len(came) and counted else None,
        expected_months=length,
        demonstration=any(cell.demonstration for cell in counted)
        or any(target.demonstration for target in targets.values() if target),
        flags=tuple(flags),
        expected=min(came.values(), key=_scarcity).expected if came else None,
    )


def _scarcity(one: Seen) -> tuple[int, bool, int]:
    """The concept with the fewest reports first; of two, the one of which it is known that less was expected."""
    return one.reported, one.expected is None, one.expected or 0


def _signed_sum(signs: Mapping[str, int], terms: Mapping[str, float | None]) -> float | None:
    parts = [terms[term] for term in signs]
    if any(part is None for part in parts):
        return None
    return sum(sign * part for sign, part in zip(signs.values(), parts, strict=True) if part is not None)


def _reported(rule: Definition, found: Mapping[tuple[str, int, Period], Cell], unit: int, month: Period) -> bool:
    """Whether the unit reported any concept of the definition in that month."""
    return any((concept, unit, month) in found for concept in rule.concepts)


def _codes(periods: Iterable[Period]) -> list[int]:
    return [period.code for period in periods]


def _changes(members: Mapping[Period, set[int]]) -> list[tuple[int, list[int]]]:
    """The members of each month that begins with others than the month before."""
    months = sorted(members)
    return [
        (month.code, sorted(members[month]))
        for before, month in pairwise([None, *months])
        if month and (before is None or members[month] != members[before])
    ]


def _figure(people: Mapping[tuple[str, int, int], Population], kind: str, year: int, unit: int) -> Population | None:
    return people.get((kind, unit, year))
