"""A map in words: what it finds, what a place shows, what its shades and patterns mean. No queries."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.pages.breakdown import Part
from indicators.pages.explorer import Cell, Line
from indicators.pages.formats import percent_text, period_text
from indicators.pages.map_classes import MapClass
from indicators.pages.numbers import value_text
from indicators.periods import Period
from indicators.registry.definition import Definition

PATTERNS = {
    "missing": gettext_lazy("missing: no number"),
    "uncomputable": gettext_lazy("not computable or not applicable"),
    "unexpected": gettext_lazy("not expected"),
}


class Swatch(NamedTuple):
    """A line of the legend: a shade (`m3`) or a pattern, what it means, how many places have it, and a shorter name."""

    fill: str
    name: str
    places: int
    short: str

    @property
    def shaded(self) -> bool:
        return self.fill not in PATTERNS


def finding(measure: Definition, when: Period, lines: Sequence[Line]) -> str:
    """The map's heading: where the number is lowest and where highest."""
    words = {"indicator": measure.short, "period": period_text(when)}
    known = [(value, line) for line in lines if (value := line.cells[0].part.reading.value) is not None]
    if not known:
        return _("%(indicator)s, %(period)s: no number for any place") % words
    (low, first), (high, last) = min(known, key=_value), max(known, key=_value)
    words |= {"low": value_text(low, measure.unit), "high": value_text(high, measure.unit)}
    if len(known) == 1:
        return _("%(indicator)s, %(period)s: %(low)s in %(first)s") % {**words, "first": first.name}
    if low == high:
        return _("%(indicator)s, %(period)s: %(low)s in every place with a number") % words
    return _("%(indicator)s, %(period)s: from %(low)s in %(first)s to %(high)s in %(last)s") % {
        **words, "first": first.name, "last": last.name
    }  # fmt: skip


def place_words(name: str, cell: Cell) -> str:
    """A place and its number in one line: `Ségou: 82.7% (reported)`, with what its flags mean."""
    if cell.part.reading.value is None:
        return f"{name}: {cell.words}"
    return f"{name}: {cell.part.text} ({'; '.join([cell.words, *cell.notes])})"


def mark(part: Part) -> str:
    """What stands on the place: ▲ above 100 %, ▼ negative, * incomplete; blank where nothing has to be said."""
    flags = part.reading.flags
    high_or_low = "▲" if "over_100" in flags else "▼" if "negative" in flags else ""
    return high_or_low + ("*" if part.incomplete else "")


def legend(classes: Sequence[MapClass], fills: Sequence[str], unit: str) -> list[Swatch]:
    """Every class with its bounds, and the patterns that occur, each with its number of places."""
    count = Counter(fills)
    shades = [(f"m{one.shade}", one.name, _class_text(one, unit)) for one in classes]
    return [Swatch(fill, text, count[fill], name or text) for fill, name, text in shades] + [
        Swatch(fill, str(name), count[fill], str(name)) for fill, name in PATTERNS.items() if count[fill]
    ]


def _class_text(one: MapClass, unit: str) -> str:
    low, high = _bound(one.low, unit), _bound(one.high, unit)
    if one.closed:
        return low if one.low == one.high else _("%(low)s to %(high)s") % {"low": low, "high": high}
    if one.low is None:
        return _("%(name)s: below %(high)s") % {"name": one.name, "high": high}
    if one.high is None:
        return _("%(name)s: %(low)s and more") % {"name": one.name, "low": low}
    return _("%(name)s: %(low)s to below %(high)s") % {"name": one.name, "low": low, "high": high}


def _bound(value: float | None, unit: str) -> str:
    """`70 %` for a bound that is whole: nobody measured its decimals."""
    whole = value is not None and unit == "percent" and float(value).is_integer()
    return percent_text(value, 0) if whole else value_text(value, unit)


def _value(known: tuple[float, Line]) -> float:
    return known[0]
