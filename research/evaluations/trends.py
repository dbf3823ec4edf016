"""DTP1 of the evaluated sites and of the three levels that the study compares, as readings ready to draw."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import definition
from indicators.rollup.queries import members_of_groups
from indicators.rollup.readings import Members, Reading, readings, readings_of_groups

PRINTED_SINCE = Period(Frequency.QUARTER, 2022, 4)  # first quarter of the sub-district figures that the study prints
LEVELS_SINCE = Period(Frequency.QUARTER, 2019, 4)  # first quarter of the trends that the study prints
LEVEL_GROUPS = ("gavi-44", "hub-districts")


class Level(NamedTuple):
    """A level of comparison: the country (`unit` set), or a group of districts."""

    name: str
    readings: dict[Period, Reading]
    unit: int | None = None

    @property
    def demonstration(self) -> bool:
        return any(reading.demonstration for reading in self.readings.values())


class Trend(NamedTuple):
    """Readings of an indicator by unit and quarter."""

    code: str
    quarters: list[Period]
    found: dict[tuple[int, Period], Reading]


def quarters_with_data(units: Collection[int], since: Period) -> list[Period]:
    """The quarters from `since` to the latest with first doses of any unit; empty where there are none. Two queries."""
    last = last_period(["DTP1"], units, Frequency.QUARTER) if units else None
    return list(between(since, last)) if last else []


def site_trend(code: str, units: Sequence[int], quarters: Sequence[Period]) -> Trend:
    """The indicator of these units; no query without units or quarters."""
    return Trend(code, list(quarters), readings(code, units, quarters) if units and quarters else {})


def levels(
    code: str,
    country: OrgUnit,
    groups: Sequence[OrgUnitGroup],
    periods: Sequence[Period],
    members: Members | None = None,
) -> list[Level]:
    """The country, then the groups, each with its readings. As many queries for any number of groups.

    A group's rate is its members' sums divided by sums, see `readings_of_groups`.
    """
    national = readings(code, [country], periods)
    found = [Level(country.name, {period: national[country.pk, period] for period in periods}, country.pk)]
    of_groups = readings_of_groups(code, groups, periods, members=members)
    return found + [Level(group.name, {period: of_groups[group.pk, period] for period in periods}) for group in groups]


def members_of_levels(groups: Sequence[OrgUnitGroup], periods: Sequence[Period]) -> Members:
    """Who belongs to the groups in these periods, for the `levels` of several indicators that roll no months. Two
    queries."""
    return members_of_groups(groups, periods)


def level_groups() -> list[OrgUnitGroup]:
    """The groups of the comparison that exist, in the order national → Gavi → hub."""
    found = {group.key: group for group in OrgUnitGroup.objects.filter(key__in=LEVEL_GROUPS)}
    return [found[key] for key in LEVEL_GROUPS if key in found]


def last_full_year(country: OrgUnit) -> Period | None:
    """The latest year whose December has first doses; None where no December has."""
    month = last_period(definition("zero_dose").concepts, [country], Frequency.MONTH)
    if month is None:
        return None
    year = month.within(Frequency.YEAR)
    return year if month.number == 12 else year.shift(-1)
