"""A sentence whose numbers lead to what is behind them, and the phrases that sentences about a series share."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.breakdown import Part
from indicators.pages.formats import number_text, percent_text
from indicators.pages.numbers import is_coverage, misses_months
from indicators.pages.trend_words import complete_values
from indicators.registry.definitions import Definition
from indicators.trends.reading_facts import Course

NAMED = 3
"""So many places are named in a sentence; the others are counted."""

COUNTED_UNITS = frozenset({"doses", "visits", "reports"})


class Shown(NamedTuple):
    """Words of a sentence that may lead somewhere."""

    text: str
    url: str = ""

    @property
    def html(self) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url, self.text) if self.url else conditional_escape(self.text)


class Sentence(NamedTuple):
    """`text` without, `html` with the links to the values it rests on; `place` is the one it is about among several."""

    kind: str
    text: str
    html: SafeString
    place: str = ""

    def and_then(self, other: "Sentence") -> "Sentence":
        return self._replace(text=f"{self.text} {other.text}", html=format_html("{} {}", self.html, other.html))


class Told(NamedTuple):
    """A reading in words, the most important first; `demonstration` where any value read is made up, `left_out` how
    many of several places have too few complete values to be read."""

    sentences: list[Sentence]
    demonstration: bool = False
    left_out: int = 0


Words = str | Shown | Sequence[Shown]


def sentence(kind: str, message: str, **words: Words) -> Sentence:
    """The translated message with its placeholders filled; several words are joined by commas."""
    filled = {name: [Shown(given)] if isinstance(given, str) else _several(given) for name, given in words.items()}
    text = message % {name: ", ".join(one.text for one in given) for name, given in filled.items()}
    linked = {name: ", ".join(one.html for one in given) for name, given in filled.items()}
    return Sentence(kind, text, mark_safe(conditional_escape(message) % linked))


def _several(given: Shown | Sequence[Shown]) -> Sequence[Shown]:
    return [given] if isinstance(given, Shown) else given


def course(parts: Sequence[Part], measure: Definition) -> Course:
    """The series to be read: incomplete periods are gaps, and what lacks reports is doubtful where that lowers it."""
    readings = [part.reading for part in parts]
    values = complete_values(readings)
    return Course(
        values,
        scale=_scale(measure),
        limit=100 if measure.unit == "percent" else None,
        signed=measure.unit != "levels",  # lost levels are no doubtful data
        doubtful=[
            place
            for place, reading in enumerate(readings)
            if "reports_missing" in reading.flags and misses_months(reading, measure)
        ],
        counts=[reading.numerator for reading in readings] if _counts_events(measure) else (),
    )


def _scale(measure: Definition) -> str:
    if measure.unit == "percent":
        return "percent"
    return "rest" if len(measure.numerator) > 1 and not measure.is_ratio else "count"


def independence() -> str:
    """What a claimed trend rests on."""
    return _("The test takes the periods as independent of each other.")


def _counts_events(measure: Definition) -> bool:
    """Whether the numerator counts what came in one by one, so that chance alone moves it by its root."""
    return is_coverage(measure) or measure.unit in COUNTED_UNITS


def at(part: Part, place: str = "") -> Shown:
    """`48.0% (Q4 2023)`, or `48.0% (Boura, Q4 2023)`, leading to the number."""
    where = f"{place}, {part.label}" if place else part.label
    return Shown(f"{part.text} ({where})", part.url)


def about(part: Part, measure: Definition) -> str:
    """The value without decimals: `100%`."""
    value = part.reading.value
    return percent_text(value, 0) if measure.unit == "percent" else number_text(value, 0)


def distance(moved: float, measure: Definition) -> str:
    """`39.0 points` of a percentage; of anything else the number alone, in the unit of the series."""
    if measure.unit != "percent":
        return number_text(moved)
    return _("%(number)s points") % {"number": number_text(moved, 1)}


def limit_text(measure: Definition) -> str:
    """Why a value above 100 % is doubtful, to follow a colon."""
    if measure.populations:
        return _("doses or target are doubtful, or the target population is too small")
    return _("more was counted above the line than below it")


def of_periods(counts: Sequence[int], frequency: str) -> str:
    """`2 of 6 quarters`, from the two counts."""
    count, among = counts
    words = {
        "month": ngettext("%(count)s of %(all)s months", "%(count)s of %(all)s months", count),
        "quarter": ngettext("%(count)s of %(all)s quarters", "%(count)s of %(all)s quarters", count),
        "year": ngettext("%(count)s of %(all)s years", "%(count)s of %(all)s years", count),
    }
    return words[frequency] % {"count": number_text(count), "all": number_text(among)}


def of_places(count: int, among: int) -> str:
    """`2 of 6 places`."""
    found = ngettext("%(count)s of %(all)s places", "%(count)s of %(all)s places", count)
    return found % {"count": number_text(count), "all": number_text(among)}


def to_the_next(frequency: str) -> str:
    """`from one quarter to the next`."""
    return {
        "month": _("from one month to the next"),
        "quarter": _("from one quarter to the next"),
        "year": _("from one year to the next"),
    }[frequency]


def following(frequency: str) -> str:
    """`in the following quarter`."""
    return {
        "month": _("in the following month"),
        "quarter": _("in the following quarter"),
        "year": _("in the following year"),
    }[frequency]


def named(places: Sequence[Shown]) -> list[Shown]:
    """The first few, and how many others there are."""
    rest = len(places) - NAMED
    if rest <= 1:  # one more name is shorter than «1 other»
        return [*places]
    others = ngettext("%(count)s other", "%(count)s others", rest) % {"count": number_text(rest)}
    return [*places[:NAMED], Shown(others)]
