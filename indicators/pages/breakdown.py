"""A number taken apart: the figures in its formula, the periods inside and around it, the places below it."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages.formats import period_text
from indicators.pages.move_words import months_text
from indicators.pages.numbers import misses_months, value_text
from indicators.periods import MONTHS_IN, BadPeriod, Frequency, Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading, readings, term_cells, term_targets


class Term(NamedTuple):
    """A term of the formula with its figure. `value` None: nothing is known; `part` is the side it is on."""

    name: str
    part: str  # "numerator" or "denominator"
    sign: int
    value: float | None
    reported: int | None  # unit-months; None for populations
    demonstration: bool


class Part(NamedTuple):
    """A reading of a place or period that belongs to the number, and the page that takes it apart in turn."""

    label: str
    text: str
    reading: Reading
    url: str
    incomplete: bool = False
    note: str = ""


def number_url(code: str, unit: int, period: Period) -> str:
    """The address of the page behind one number."""
    return reverse("number-detail", args=[code, unit, period.id])


def part(measure: Definition, label: str, reading: Reading, unit: int, when: Period, *, link: bool = True) -> Part:
    """A reading as a table cell; without an address where the reader may not follow it."""
    url = number_url(measure.code, unit, when) if link else ""
    return Part(label, value_text(reading.value, measure.unit), reading, url, misses_months(reading, measure))


def terms(measure: Definition, names: Mapping[str, str], place: OrgUnit, when: Period) -> list[Term]:
    """Each term of numerator and denominator. A population is given in the period's share of its year. Two queries."""
    found = term_cells(measure, place, when)
    targets = term_targets(measure, place, when)
    rows = []
    for part, side in (("numerator", measure.numerator), ("denominator", measure.denominator)):
        for name, sign in side.items():
            if name in measure.populations:
                target = targets.get(name)
                rows.append(
                    Term(
                        names[name], part, sign, target.sum if target else None, None,
                        bool(target and target.demonstration),
                    )
                )  # fmt: skip
                continue
            cell = found.get(name)
            value, reported = (cell.sum, cell.reported) if cell else (None, 0)
            rows.append(Term(names[name], part, sign, value, reported, bool(cell and cell.demonstration)))
    return rows


def sub_periods(measure: Definition, place: OrgUnit, when: Period) -> list[Part]:
    """The quarters of a year, the months of a quarter; empty for a month."""
    if when.frequency is Frequency.MONTH:
        return []
    if when.frequency is Frequency.QUARTER:
        inside = when.months()
    else:
        inside = [Period(Frequency.QUARTER, when.year, number) for number in range(1, 5)]
    found = readings(measure.code, [place], inside)
    return [part(measure, period_text(one), found[place.pk, one], place.pk, one) for one in inside]


def longer_periods(measure: Definition, place: OrgUnit, when: Period) -> list[tuple[str, str]]:
    """(label, address) of the period before, the one after, and the longer ones that hold it."""
    around = [neighbour for by in (-1, 1) if (neighbour := _neighbour(when, by))]
    longer = [when.within(frequency) for frequency in MONTHS_IN if frequency > when.frequency]
    return [(period_text(one), number_url(measure.code, place.pk, one)) for one in around + longer]


def children(
    measure: Definition, places: Sequence[OrgUnit], when: Period, only: Mapping[int, Collection[Period]]
) -> list[Part]:
    """The readings of these places, in the order given. At most three queries, none for no place.

    Of those in `only` no other months count: they lay elsewhere in the rest of the time, and a note says so.
    """
    if not places:
        return []
    found = readings(measure.code, places, [when], only)
    parts = []
    for place in places:
        months = only.get(place.pk)
        note = _("only %(months)s") % {"months": months_text(months)} if months else ""
        parts.append(part(measure, place.name, found[place.pk, when], place.pk, when)._replace(note=note))
    return parts


def _neighbour(when: Period, by: int) -> Period | None:
    """The period before or after; None beyond the years that periods know."""
    try:
        return when.shift(by)
    except BadPeriod:
        return None
