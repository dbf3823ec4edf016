"""Series as a page has them, and the sentences told of them."""

from collections.abc import Mapping, Sequence

from indicators.pages.breakdown import Part, part
from indicators.pages.formats import period_text
from indicators.pages.told_alone import told
from indicators.pages.told_together import told_together
from indicators.periods import Frequency, Period
from indicators.registry.definitions import definition
from indicators.rollup.readings import Reading

FIRST = Period(Frequency.QUARTER, 2022, 4)


def a_reading(value: float | None, *flags: str, doses: float | None = None, demonstration: bool = False) -> Reading:
    """Of a coverage where every quarter has a thousand expected children, unless `doses` says otherwise."""
    counted = doses if doses is not None or value is None else value * 10
    return Reading(value, counted, 1000, 3, 3, demonstration, flags)


def parts_of(
    readings: Sequence[Reading | float | None], code: str = "dtp1_coverage", *, first: Period = FIRST, link: bool = True
) -> list[Part]:
    """Consecutive periods of unit 7 as cells."""
    measure = definition(code)
    made = []
    for place, one in enumerate(readings):
        reading, when = one if isinstance(one, Reading) else a_reading(one), first.shift(place)
        made.append(part(measure, period_text(when), reading, 7, when, link=link))
    return made


def texts_of(values: Sequence[Reading | float | None], code: str = "dtp1_coverage", first: Period = FIRST) -> list[str]:
    """The sentences about one series, in the language of the moment."""
    frequency = first.frequency.name.lower()
    return [one.text for one in told(parts_of(values, code, first=first), definition(code), frequency).sentences]


def texts_together(
    series: Mapping[str, Sequence[Reading | float | None]], code: str = "dtp1_coverage"
) -> list[tuple[str, str]]:
    """(place, sentence) of several series of quarters."""
    lines = [(name, parts_of(values, code)) for name, values in series.items()]
    return [(one.place, one.text) for one in told_together(lines, definition(code), "quarter").sentences]
