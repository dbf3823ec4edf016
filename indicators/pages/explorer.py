"""The numbers of the explorer: a table of cells with their states, the lines of the chart, the rows of downloads."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages.breakdown import Part, part
from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.downloads import Value
from indicators.pages.explorer_form import Choice
from indicators.pages.formats import period_text
from indicators.pages.numbers import explanations, is_coverage, unit_name
from indicators.pages.states import NOT_COMPUTABLE, NOT_EXPECTED, State, state_of
from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading, readings
from indicators.values.models import Denominator

LINES = 6
"""As many places are drawn: more lines than colours cannot be told apart."""


@dataclass(frozen=True)
class Cell:
    """A number of the table, with what it is; `notes` are its flags in words."""

    period: str
    part: Part
    state: State
    notes: list[str]

    @property
    def sign(self) -> str:
        """How the table shows that there is no number: `÷` not computable, `·` not expected, else nothing special."""
        return "÷" if self.state in NOT_COMPUTABLE else "·" if self.state in NOT_EXPECTED else ""

    @property
    def words(self) -> str:
        return state_words(self.state)


@dataclass(frozen=True)
class Line:
    """A place of the table with its cells, one per period."""

    place: OrgUnit
    cells: list[Cell]
    drawn: bool

    @property
    def demonstration(self) -> bool:
        return any(cell.part.reading.demonstration for cell in self.cells)


def state_words(state: State) -> str:
    """What a state means, for people and for the column of the downloads."""
    match state:
        case State.REPORTED:
            return _("reported")
        case State.ZERO:
            return _("reported: zero")
        case State.INCOMPLETE:
            return _("incomplete: in at least one month nothing was reported")
        case State.MISSING:
            return _("missing: nothing was reported")
        case State.TERM_MISSING:
            return _("missing: a part of the formula was not reported")
        case State.NO_DENOMINATOR:
            return _("not computable: no denominator is known")
        case State.ZERO_DENOMINATOR:
            return _("not computable: the denominator is zero")
        case State.NOT_OPEN:
            return _("not expected: the place was not open")
        case State.NOT_BEGUN:
            return _("not expected: the period has not begun")


def table(choice: Choice, places: Sequence[OrgUnit], today: date) -> list[Line]:
    """One line per place, in the order given. At most three queries."""
    found = readings(choice.measure.code, places, choice.periods)
    drawn = _drawn(choice, places)
    return [
        Line(place, [_cell(choice.measure, found, place, when, today) for when in choice.periods], place.pk in drawn)
        for place in places
    ]


def _cell(
    measure: Definition, found: Mapping[tuple[int, Period], Reading], place: OrgUnit, when: Period, today: date
) -> Cell:
    reading = found[place.pk, when]
    state = state_of(reading, when, opened=place.opening_date, closed=place.closed_date, today=today)
    label = period_text(when)
    return Cell(label, part(measure, label, reading, place.pk, when), state, explanations(reading, measure))


def _drawn(choice: Choice, places: Sequence[OrgUnit]) -> set[int]:
    """Who is drawn: those asked for, else the first. Sums of all places would flatten the lines of each, so the place
    above is drawn beside those below it for ratios only."""
    wanted = [place.pk for place in places if place.pk in choice.drawn]
    usual = [place.pk for place in places if place.pk != choice.place.pk or choice.measure.is_ratio or len(places) == 1]
    return set((wanted or usual)[:LINES])


def chart(choice: Choice, lines: Iterable[Line], csv_url: str) -> Chart:
    """The drawn lines; at 100 % a reference for coverages."""
    measure = choice.measure
    title = {
        "month": _("%(indicator)s by month, %(place)s"),
        "quarter": _("%(indicator)s by quarter, %(place)s"),
        "year": _("%(indicator)s by year, %(place)s"),
    }[choice.frequency] % {"indicator": measure.short, "place": choice.place.name}
    coverage = is_coverage(measure)
    return line_chart(
        [
            Series(line.place.name, [(cell.period, cell.part.reading.value) for cell in line.cells], "line",
                   line.demonstration)
            for line in lines if line.drawn
        ],
        title=title,
        unit=unit_name(measure.unit),
        source=measure.source,
        reference=100 if coverage else None,
        reference_label="100 %" if coverage else "",
        csv_url=csv_url,
        key="explorer-chart",
    )  # fmt: skip


def denominator_sources(
    measure: Definition, places: Collection[OrgUnit], years: Collection[int]
) -> dict[tuple[int, int], str]:
    """(unit id, year) → who gave the preferred figure of the place itself. One query, none without a population.

    Without an entry the target, if there is one, is the sum of those of the places below.
    """
    if not measure.populations:
        return {}
    found: dict[tuple[int, int], str] = {}
    rows = Denominator.objects.filter(
        kind__in=measure.populations, unit__in=[place.pk for place in places], year__in=years, preferred=True
    ).select_related("source")
    for row in rows.order_by("kind"):
        key, title = (row.unit_id, row.year), row.source.title
        found[key] = f"{found[key]}; {title}" if key in found and title not in found[key] else title
    return found


def headers() -> list[str]:
    """The columns of the downloads, in the order of `rows`."""
    return [
        _("Code"), _("Indicator"), _("Unit"), _("Place"), _("DHIS2 uid"), _("Period"), _("Period in words"),
        _("Value"), _("Numerator"), _("Denominator"), _("State (code)"), _("State"), _("Notes"),
        _("Unit-months reported"), _("Months counted"), _("Demonstration"), _("Source of the denominator"),
    ]  # fmt: skip


def rows(choice: Choice, places: Sequence[OrgUnit], today: date) -> Iterator[list[Value]]:
    """One row per place and period of everything chosen. At most four queries."""
    measure, name, unit = choice.measure, choice.measure.name, unit_name(choice.measure.unit)
    sources = denominator_sources(measure, places, {when.year for when in choice.periods})
    found = readings(measure.code, places, choice.periods)
    yes, no, summed = _("yes"), _("no"), _("sum of the places below")
    labels = {when: period_text(when) for when in choice.periods}
    words = {state: state_words(state) for state in State}
    notes: dict[tuple[str, ...], str] = {}  # a file has a few combinations of flags, and very many rows
    for place in places:
        for when in choice.periods:
            reading = found[place.pk, when]
            state = state_of(reading, when, opened=place.opening_date, closed=place.closed_date, today=today)
            if reading.flags not in notes:
                notes[reading.flags] = " ".join(explanations(reading, measure))
            known = measure.populations and "no_denominator" not in reading.flags and reading.numerator is not None
            yield [
                measure.code, name, unit, place.name, place.uid, when.id, labels[when],
                reading.value, reading.numerator, reading.denominator, state.value, words[state],
                notes[reading.flags], reading.reported, reading.expected_months,
                yes if reading.demonstration else no,
                sources.get((place.pk, when.year), summed) if known else "",
            ]  # fmt: skip
