"""What a locked version is computed from: one panel of numbers, each with where it was read. One named read each."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.definitions import definition
from indicators.rollup.readings import Reading, readings
from research.evaluations.models import EvaluationSite
from research.linkage.methods.inputs import Panel, UnitSeries
from research.linkage.plans.content import fingerprint
from research.linkage.plans.models import PlanVersion
from research.linkage.plans.rules import periods_of

Exposure = PlanVersion.Exposure
STUDIED, COMPARED = "studied", "comparison"


class Exposed(NamedTuple):
    """The first and the last day of use at a place; None: not (yet), or not stopped."""

    first: date | None
    last: date | None = None


class Row(NamedTuple):
    """One value of the panel as it is kept with the run and written to its file. `dose` is blank without one."""

    unit: str
    name: str
    arm: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    flags: tuple[str, ...]
    exposed: bool
    dose: float | None


class Inputs(NamedTuple):
    """`change`: index of the first period after the change, where all studied places share one; None else.
    `starts`: how many different first periods of exposure the studied places have. `demonstration`: whether any value
    is made up."""

    panel: Panel
    rows: tuple[Row, ...]
    change: int | None
    starts: int
    demonstration: bool

    @property
    def fingerprint(self) -> str:
        """The same as long as every value, flag, exposure and dose is the same."""
        return fingerprint([list(row) for row in self.rows])


def inputs_of(version: PlanVersion, *, code: str = "") -> Inputs:
    """Reads the panel of the version, or with `code` the same panel of another definition of its outcome.

    Numerators and denominators are the sums behind each value (of a count the denominator is 1, so that the numerator
    is the value). A place whose use stopped for good has no values from the period of that day on: it is neither
    exposed nor unexposed then. Raises KeyError for a definition that is no longer there. About a dozen queries, the
    same for any number of places.
    """
    rule = definition(code or version.outcome)
    periods = periods_of(version.first, version.last)
    places = [(unit, STUDIED) for unit in version.units.all()] + [(unit, COMPARED) for unit in version.comparison.all()]
    units = [unit for unit, _arm in places]
    read = readings(rule.code, units, periods)
    exposed = exposure_of(version, [unit for unit, arm in places if arm == STUDIED])
    doses = doses_of(version, units, periods)
    series, rows = [], []
    for unit, arm in sorted(places, key=lambda place: (place[1] == COMPARED, place[0].path)):
        since = exposed.get(unit.pk, Exposed(None))
        found = [_kept(read[unit.pk, period], period, since) for period in periods]
        numerators = tuple(None if one is None else one.numerator for one in found)
        denominators = tuple(1.0 if not rule.is_ratio else None if one is None else one.denominator for one in found)
        flagged = tuple(one is not None and bool(one.flags) for one in found)
        dose = tuple(doses[unit.pk, period] for period in periods) if doses else ()
        first = index_of(since.first, periods)
        series.append(UnitSeries(unit.uid, numerators, denominators, flagged, first, dose))
        rows += [
            Row(
                unit.uid, unit.name, arm, period.id, numerators[at], denominators[at], one.value if one else None,
                one.flags if one else (), first is not None and at >= first, dose[at] if dose else None,
            )
            for at, (period, one) in enumerate(zip(periods, found, strict=True))
        ]  # fmt: skip
    panel = Panel(
        tuple(period.id for period in periods), tuple(period.number for period in periods),
        12 if periods[0].frequency == Frequency.MONTH else 4, rule.factor, tuple(series),
    )  # fmt: skip
    starts = {one.exposed_from for one in series[: len(exposed) or len(series)]} if exposed else set()
    change = starts.copy().pop() if len(starts) == 1 else None
    return Inputs(panel, tuple(rows), change, len(starts), any(one.demonstration for one in read.values()))


def exposure_of(version: PlanVersion, studied: Collection[OrgUnit]) -> dict[int, Exposed]:
    """Primary key → since when each studied place is exposed; empty where the exposure is a dose.

    By the evaluation's stages, a place is exposed from its first use on; one that the evaluation does not follow, or
    that has no stage of use, never in this time. One query at most.
    """
    if version.exposure == Exposure.DATE:
        return {unit.pk: Exposed(version.changed_on) for unit in studied}
    if version.exposure != Exposure.STAGES:
        return {}
    sites = EvaluationSite.objects.filter(evaluation=version.plan.evaluation_id, unit__in=studied).with_exposure()
    known = {site.unit_id: Exposed(site.exposed_from, site.exposed_to) for site in sites}
    return {unit.pk: known.get(unit.pk, Exposed(None)) for unit in studied}


def doses_of(
    version: PlanVersion, units: Collection[OrgUnit], periods: Collection[Period]
) -> Mapping[tuple[int, Period], float | None]:
    """(primary key, period) → the dose's value; empty where the exposure is no dose. As many queries as `readings`."""
    if version.exposure != Exposure.INDICATOR:
        return {}
    return {key: one.value for key, one in readings(version.dose, units, periods).items()}


def index_of(day: date | None, periods: Collection[Period]) -> int | None:
    """The period in which the day lies counts as the first exposed one, whole or in part; 0 where the day lies before
    the first period, None where it lies after the last or is not known."""
    if day is None:
        return None
    return next((at for at, period in enumerate(periods) if period.end >= day), None)


def _kept(reading: Reading, period: Period, exposed: Exposed) -> Reading | None:
    """None where nothing was reported, or once the use had stopped."""
    if reading.value is None or (exposed.last is not None and period.end >= exposed.last):
        return None
    return reading


def as_json(inputs: Inputs) -> list[list[Any]]:
    """The rows for the run's manifest, in the order of `Row`'s fields."""
    return [list(row._replace(flags=list(row.flags))) for row in inputs.rows]  # type: ignore[arg-type]
