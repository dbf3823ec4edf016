"""What a part of an edition is drawn from: blocks that name values by key, every text in both languages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import Reading
from research.evaluations.sums import Sides

LANGUAGES = ("fr", "en")
Text = dict[str, str]
Cell = dict[str, Any]


def both(make: Callable[..., Any], *given: Any) -> Text:
    """What `make` says of what is given, in each language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(make(*given))
    return found


def text(make: Callable[..., Any], *given: Any) -> Cell:
    """A cell with words, as `both`."""
    return {"text": both(make, *given)}


def paired(row: Any, stem: str) -> Text:
    """The two columns of a row's text, the other language where one is blank."""
    first, second = getattr(row, f"{stem}_fr"), getattr(row, f"{stem}_en")
    return {"fr": first or second, "en": second or first}


def numbered(question: Any) -> Text:
    """A learning question by its number and short name."""
    return {language: f"{question.number}. {short}" for language, short in paired(question, "short").items()}


@dataclass
class Drawn:
    """The blocks of one part, the values that they name, and the indicators whose definitions go with them.

    A value's key is `<indicator>/<where>/<period>`; where is a unit's primary key, `group:<key>` or
    `evaluation:<code>`.
    """

    blocks: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, measure: Definition, where: int | str, period: Period, reading: Reading) -> str:
        """Keeps the reading; returns its key."""
        return self._keep(
            measure, where, period, reading.value, reading.numerator, reading.denominator, reading.flags,
            reading.demonstration,
        )  # fmt: skip

    def summed(
        self, measure: Definition, where: str, period: Period, value: float | None, sides: Sides, made_up: bool
    ) -> str:
        """Keeps the sums of several places; returns their key."""
        below = sides.below if measure.is_ratio else None
        above = sides.above if sides.known else None
        return self._keep(measure, where, period, value, above, below if sides.known else None, (), made_up)

    def _keep(
        self, measure: Definition, where: int | str, period: Period, value: float | None, above: float | None,
        below: float | None, flags: Iterable[str], made_up: bool,
    ) -> str:  # fmt: skip
        key = f"{measure.code}/{where}/{period.id}"
        self.values[key] = {
            "value": _kept(value), "numerator": _kept(above), "denominator": _kept(below), "flags": sorted(flags),
            "demonstration": made_up,
        }  # fmt: skip
        return key

    def say(self, make: Callable[[], Any], *, demonstration: bool = False) -> None:
        """A paragraph; nothing where there is nothing to say."""
        words = both(make)
        if any(words.values()):
            self.blocks.append({"kind": "text", "text": words, "demonstration": demonstration})

    def table(
        self, title: Callable[[], Any], columns: Sequence[Callable[[], Any]], rows: Sequence[Sequence[Cell]],
        *, source: Callable[[], Any] | None = None, demonstration: bool = False, numbers: bool = True,
    ) -> None:  # fmt: skip
        """A table whose first cells are headings of their rows; none without rows. `numbers`: all other cells are."""
        if rows:
            self.blocks.append({
                "kind": "table", "title": both(title), "columns": [both(one) for one in columns],
                "rows": [list(row) for row in rows], "source": both(source) if source else {},
                "demonstration": demonstration, "numbers": numbers,
            })  # fmt: skip

    def multiples(
        self, measure: Definition, title: Callable[[], Any], unit: Callable[[], Any], periods: Sequence[Period],
        lines: Sequence[tuple[Text, Sequence[str]]], *, shared: bool, reference: int | None = None,
    ) -> None:  # fmt: skip
        """Small charts side by side, one for each line (its name, a key of a value for each period)."""
        if lines and periods:
            self.blocks.append({
                "kind": "chart", "title": both(title), "unit": both(unit), "source": both(lambda: measure.source),
                "periods": [period.id for period in periods], "shared": shared, "reference": reference,
                "series": [{"name": name, "keys": list(keys)} for name, keys in lines],
            })  # fmt: skip

    def entries(self, rows: Sequence[dict[str, Any]]) -> None:
        """Records with a title and facts below: `title`, `facts` (label, text), `demonstration`."""
        if rows:
            self.blocks.append({"kind": "entries", "rows": list(rows)})

    def as_json(self) -> dict[str, Any]:
        return {"blocks": self.blocks, "values": self.values}


def _kept(value: float | None) -> float | None:
    """To the twelve digits that survive any database's sums."""
    return None if value is None else float(f"{value:.12g}")
