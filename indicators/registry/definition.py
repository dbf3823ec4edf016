"""What an indicator is: what is counted over what, in concepts. No database: rows say which elements carry them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from indicators.bilingual import Bilingual

POPULATIONS = frozenset({"surviving_infants", "live_births"})


@dataclass(frozen=True)
class Band:
    """Values from `start` up to the next band's start, and what such a value is called. None: from below everything."""

    start: float | None
    name_fr: str
    name_en: str

    name = Bilingual("name")


@dataclass(frozen=True, slots=False)
class Definition:
    """An indicator: `factor × Σ(sign × numerator) ÷ Σ(sign × denominator)`, or the numerator alone.

    `numerator` and `denominator` map a concept (`DTP1`) or a kind of population (`surviving_infants`) to its sign.
    `denominator` is empty for counts. `annualisation` says how a yearly population becomes a month's or a quarter's
    target: see `annualisation`. `direction`: whether more is better. `author`, `checked_by` and `reviewed` are blank
    where nobody has put their name to the definition yet. `bands` go from low to high. `rival_of` is the code of the
    definition that this one is another usage of; blank for a definition in its own right.
    """

    code: str
    name_fr: str
    name_en: str
    short_fr: str
    short_en: str
    numerator: Mapping[str, int]
    denominator: Mapping[str, int]
    factor: float
    unit: str
    direction: str
    annualisation: str
    source_fr: str
    source_en: str
    note_fr: str
    note_en: str
    author: str = ""
    checked_by: str = ""
    reviewed: date | None = None
    bands: tuple[Band, ...] = ()
    rival_of: str = ""

    name = Bilingual("name")
    short = Bilingual("short")
    note = Bilingual("note")
    source = Bilingual("source")

    @property
    def concepts(self) -> tuple[str, ...]:
        """Concepts of data elements, each once, in order of appearance."""
        return tuple(term for term in dict.fromkeys([*self.numerator, *self.denominator]) if term not in POPULATIONS)

    @property
    def populations(self) -> tuple[str, ...]:
        """Kinds of denominators that it needs."""
        return tuple(term for term in dict.fromkeys([*self.numerator, *self.denominator]) if term in POPULATIONS)

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)

    def band_of(self, value: float) -> Band | None:
        """The band that the value lies in; None where the definition has none or the value lies below the first."""
        reached = [band for band in self.bands if band.start is None or value >= band.start]
        return reached[-1] if reached else None
