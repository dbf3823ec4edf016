"""The readings of one group, by period."""

from collections.abc import Collection

from indicators.geography.models import OrgUnitGroup
from indicators.periods import Period
from indicators.rollup.readings import Reading, readings_of_groups


def group_readings(code: str, group: OrgUnitGroup, periods: Collection[Period]) -> dict[Period, Reading]:
    found = readings_of_groups(code, [group], periods)
    return {period: found[group.pk, period] for period in periods}
