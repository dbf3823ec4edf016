"""Measures of all sites together, added up in the database: a row comes back for each period, however many sites."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.registry.models import DataElement
from indicators.rollup.stored import monthly_numbers


class Sides(NamedTuple):
    """Sums of numerator and denominator over the sites that have every term in the period.

    `whole` counts these sites, `some` those with any term, `full` those that have every term in each of its months.
    """

    above: float = 0
    below: float = 0
    whole: int = 0
    some: int = 0
    full: int = 0

    @property
    def known(self) -> bool:
        return bool(self.whole)


class Summed(NamedTuple):
    """`by_measure`: code → period → its sums. Periods in which no site has any number are absent from `periods`."""

    by_measure: Mapping[str, Mapping[Period, Sides]]
    periods: Sequence[Period]
    demonstration: bool


def summed(measures: Sequence[Definition], units: Collection[int], periods: Sequence[Period]) -> Summed:
    """The measures of all these units together in each of the periods (months or quarters). Two queries.

    For measures without targets that count the months of the period itself.
    """
    found: dict[str, dict[Period, Sides]] = {one.code: dict.fromkeys(periods, Sides()) for one in measures}
    concepts = sorted({concept for measure in measures for concept in measure.concepts})
    elements: dict[str, list[int]] = defaultdict(list)
    carried = DataElement.objects.filter(concept__in=concepts, aggregation="SUM").order_by("pk")
    for element, concept in carried.values_list("pk", "concept"):
        elements[concept].append(element)
    months = {month: place for place, period in enumerate(periods) for month in period.months()}
    if not elements or not units or not months:
        return Summed(found, [], False)
    inner, parameters = (
        monthly_numbers([one for ones in elements.values() for one in ones], units, months)
        .query.get_compiler(connection=connection)
        .as_sql()
    )
    cells = ", ".join(_cells(concepts, elements, months, counted=len(months) > len(periods)))
    sides = [", ".join(_sides(measure, concepts, months, len(periods))) for measure in measures]
    sql = (
        f"WITH numbers (element, unit, month, number, made_up) AS ({inner}), cells AS (SELECT unit, {cells}"
        f" FROM numbers GROUP BY unit, place) SELECT place, MAX(made_up), {', '.join(sides)} FROM cells GROUP BY place"
    )
    demonstration, there = False, []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for place, made_up, *sums in cursor.fetchall():
            there.append(periods[place])
            demonstration |= bool(made_up)
            width = len(Sides._fields)
            for start, measure in zip(range(0, len(sums), width), measures, strict=True):
                found[measure.code][periods[place]] = Sides(*(one or 0 for one in sums[start : start + width]))
    return Summed(found, sorted(there), demonstration)


def _cells(
    concepts: Sequence[str], elements: Mapping[str, Iterable[int]], months: Mapping[Period, int], *, counted: bool
) -> Iterator[str]:
    """Columns by unit and period: the sum of each concept and, where `counted`, of how many months it is."""
    whens = " ".join(f"WHEN {month.code} THEN {place}" for month, place in months.items())
    yield f"CASE month {whens} END AS place"
    yield "MAX(CASE WHEN made_up THEN 1 ELSE 0 END) AS made_up"
    for number, concept in enumerate(concepts):
        ours = f"element IN ({', '.join(map(str, elements.get(concept, ()))) or 'NULL'})"
        yield f"SUM(CASE WHEN {ours} THEN number END) AS c{number}"
        if counted:
            yield f"COUNT(DISTINCT CASE WHEN {ours} THEN month END) AS n{number}"


def _sides(measure: Definition, concepts: Sequence[str], months: Mapping[Period, int], periods: int) -> Iterator[str]:
    """Columns by period, in the order of `Sides`."""
    column = {concept: concepts.index(concept) for concept in measure.concepts}
    whole = " AND ".join(f"c{number} IS NOT NULL" for number in column.values())
    some = " OR ".join(f"c{number} IS NOT NULL" for number in column.values())
    for signs in (measure.numerator, measure.denominator):
        terms = " + ".join(f"({sign} * c{column[concept]})" for concept, sign in signs.items()) or "0"
        yield f"SUM(CASE WHEN {whole} THEN {terms} END)"
    yield f"COUNT(CASE WHEN {whole} THEN 1 END)"
    yield f"COUNT(CASE WHEN {some} THEN 1 END)"
    length = len(months) // periods
    full = whole if length == 1 else " AND ".join(f"n{number} = {length}" for number in column.values())
    yield f"COUNT(CASE WHEN {full} THEN 1 END)"
