"""The numbers of the explorer: a table of cells with their states, the lines of the chart, the rows of downloads."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.pages.breakdown import Part, part
from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.downloads import Value
from indicators.pages.explorer_choice import GROUPS, Choice
from indicators.pages.explorer_subjects import Subject, key_of, read
from indicators.pages.formats import period_text
from indicators.pages.numbers import explanations, is_coverage, unit_name
from indicators.pages.states import State, sign, state_of, state_words
from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading
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
        return sign(self.state)

    @property
    def words(self) -> str:
        return state_words(self.state)


@dataclass(frozen=True)
class Line:
    """A place or a group of the table with its cells, one per period; `url` shows it alone, or the group's members."""

    subject: Subject
    cells: list[Cell]
    drawn: bool
    url: str

    @property
    def place(self) -> OrgUnit | None:
        """The place that it is about; None for a group."""
        return self.subject if isinstance(self.subject, OrgUnit) else None

    @property
    def key(self) -> str:
        return key_of(self.subject)

    @property
    def name(self) -> str:
        return self.subject.name

    @property
    def demonstration(self) -> bool:
        return any(cell.part.reading.demonstration for cell in self.cells)


def table(choice: Choice, subjects: Sequence[Subject], today: date) -> list[Line]:
    """One line per place or group, in the order given. At most three queries for places, three for groups."""
    found = read(choice, subjects)
    drawn = _drawn(choice, subjects)
    return [
        Line(
            subject,
            [_cell(choice, found[key_of(subject), when], subject, when, today) for when in choice.periods],
            key_of(subject) in drawn,
            (choice.of(subject) if isinstance(subject, OrgUnit) else choice.of_group(subject)).url,
        )
        for subject in subjects
    ]


def _cell(choice: Choice, reading: Reading, subject: Subject, when: Period, today: date) -> Cell:
    measure, label = choice.measure, period_text(when)
    state = _state(reading, subject, when, today)
    number = part(measure, label, reading, subject.pk, when, link=isinstance(subject, OrgUnit))
    if isinstance(subject, OrgUnitGroup) and choice.show == GROUPS:
        number = number._replace(url=choice.of_group(subject, when).url)
    return Cell(label, number, state, explanations(reading, measure))


def _state(reading: Reading, subject: Subject, when: Period, today: date) -> State:
    opened, closed = (subject.opening_date, subject.closed_date) if isinstance(subject, OrgUnit) else (None, None)
    return state_of(reading, when, opened=opened, closed=closed, today=today)


def _drawn(choice: Choice, subjects: Sequence[Subject]) -> set[str]:
    """Who is drawn: those asked for, else the first. Sums of all would flatten the lines of each, so the whole is drawn
    beside its parts for ratios only; a group is no part, and one of them may be the whole by another name."""
    keys = [key_of(subject) for subject in subjects]
    wanted = [key for key in keys if key in choice.drawn]
    with_whole = choice.measure.is_ratio and choice.show != GROUPS
    usual = keys if with_whole or len(keys) == 1 else keys[1:]
    return set((wanted or usual)[:LINES])


def chart(choice: Choice, lines: Iterable[Line], csv_url: str) -> Chart:
    """The drawn lines; at 100 % a reference for coverages."""
    measure = choice.measure
    title = {
        "month": _("%(indicator)s by month, %(place)s"),
        "quarter": _("%(indicator)s by quarter, %(place)s"),
        "year": _("%(indicator)s by year, %(place)s"),
    }[choice.frequency] % {"indicator": measure.short, "place": (choice.group or choice.place).name}
    coverage = is_coverage(measure)
    return line_chart(
        [drawn_line(line) for line in lines if line.drawn],
        title=title,
        unit=unit_name(measure.unit),
        source=measure.source,
        reference=100 if coverage else None,
        reference_label="100 %" if coverage else "",
        csv_url=csv_url,
        key="explorer-chart",
    )


def drawn_line(line: Line, signals: Collection[int] = ()) -> Series:
    """The line for a chart; `signals` are the places of values that stand out."""
    points = [(cell.period, cell.part.reading.value) for cell in line.cells]
    return Series(line.name, points, demonstration=line.demonstration, signals=frozenset(signals))


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
        _("Unit-months reported"), _("Unit-months expected"), _("Months counted"), _("Demonstration"),
        _("Source of the denominator"),
    ]  # fmt: skip


def rows(choice: Choice, subjects: Sequence[Subject], today: date) -> Iterator[list[Value]]:
    """One row per place or group and period of everything chosen. At most seven queries."""
    measure, name, unit = choice.measure, choice.measure.name, unit_name(choice.measure.unit)
    places = [subject for subject in subjects if isinstance(subject, OrgUnit)]
    sources = denominator_sources(measure, places, {when.year for when in choice.periods})
    found = read(choice, subjects)
    yes, no = _("yes"), _("no")
    labels = {when: period_text(when) for when in choice.periods}
    words = {state: state_words(state) for state in State}
    notes: dict[tuple[str, ...], str] = {}  # a file has a few combinations of flags, and very many rows
    for subject in subjects:
        place = subject if isinstance(subject, OrgUnit) else None
        uid, summed = (place.uid, _("sum of the places below")) if place else ("", _("sum of the members"))
        for when in choice.periods:
            reading = found[key_of(subject), when]
            state = _state(reading, subject, when, today)
            if reading.flags not in notes:
                notes[reading.flags] = " ".join(explanations(reading, measure))
            known = measure.populations and "no_denominator" not in reading.flags and reading.numerator is not None
            source = sources.get((place.pk, when.year), summed) if place else summed
            yield [
                measure.code, name, unit, subject.name, uid, when.id, labels[when],
                reading.value, reading.numerator, reading.denominator, state.value, words[state],
                notes[reading.flags], reading.reported, reading.expected, reading.expected_months,
                yes if reading.demonstration else no,
                source if known else "",
            ]  # fmt: skip
