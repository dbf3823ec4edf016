"""Rival definitions side by side for a place: each number, and by how much it lies from the first definition's."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages.breakdown import Part, part
from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.downloads import Value
from indicators.pages.formats import number_text, period_text
from indicators.pages.numbers import is_coverage, unit_name
from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import readings


class Difference(NamedTuple):
    """A rival's number, and by how much it lies above the first definition's, in the unit of both. `by` is None for the
    first itself, and where either is missing."""

    part: Part
    by: float | None


class Row(NamedTuple):
    """A period, with one entry per definition in the order of the family."""

    period: Period
    label: str
    cells: list[Difference]


def rival_rows(family: Sequence[Definition], place: OrgUnit, periods: Sequence[Period]) -> list[Row]:
    """One row per period. The number of queries grows with the definitions only."""
    columns = []
    for rule in family:
        found = readings(rule.code, [place], periods)
        columns.append([part(rule, period_text(when), found[place.pk, when], place.pk, when) for when in periods])
    return [
        Row(when, period_text(when), [_difference(column[i], columns[0][i]) for column in columns])
        for i, when in enumerate(periods)
    ]


def _difference(own: Part, first: Part) -> Difference:
    here, there = own.reading.value, first.reading.value
    return Difference(own, None if own is first or here is None or there is None else here - there)


def rival_chart(family: Sequence[Definition], place: OrgUnit, rows: Sequence[Row], csv_url: str) -> Chart:
    """One line per definition; the title says how far they lie apart at most."""
    first = family[0]
    largest = max((abs(cell.by) for row in rows for cell in row.cells if cell.by is not None), default=None)
    words = {"indicator": first.short, "place": place.name, "most": number_text(largest, 2)}
    if largest is None:
        title = _("%(indicator)s, %(place)s: nothing to compare yet")
    elif first.unit == "percent":
        title = _("%(indicator)s, %(place)s: up to %(most)s points apart by definition")
    else:
        title = _("%(indicator)s, %(place)s: up to %(most)s apart by definition")
    coverage = is_coverage(first)
    return line_chart(
        [
            Series(
                rule.short,
                [(row.label, row.cells[i].part.reading.value) for row in rows],
                demonstration=any(row.cells[i].part.reading.demonstration for row in rows),
            )
            for i, rule in enumerate(family)
        ],
        title=title % words,
        unit=unit_name(first.unit),
        source=first.source,
        reference=100 if coverage else None,
        reference_label="100 %" if coverage else "",
        csv_url=csv_url,
        key="rivals-chart",
    )


def headers() -> list[str]:
    """The columns of the downloads, in the order of `file_rows`."""
    return [
        _("Code"), _("Indicator"), _("Unit"), _("Place"), _("DHIS2 uid"), _("Period"), _("Period in words"),
        _("Value"), _("Numerator"), _("Denominator"), _("Difference from the first definition"),
        _("Unit-months reported"), _("Months counted"), _("Flags (codes)"), _("Demonstration"),
    ]  # fmt: skip


def file_rows(family: Sequence[Definition], place: OrgUnit, rows: Sequence[Row]) -> Iterator[list[Value]]:
    """One row per period and definition."""
    yes, no = _("yes"), _("no")
    for row in rows:
        for rule, (number, by) in zip(family, row.cells, strict=True):
            reading = number.reading
            yield [
                rule.code, rule.name, unit_name(rule.unit), place.name, place.uid, row.period.id, row.label,
                reading.value, reading.numerator, reading.denominator, by,
                reading.reported, reading.expected_months, " ".join(reading.flags),
                yes if reading.demonstration else no,
            ]  # fmt: skip
