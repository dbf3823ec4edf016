"""Relative periods as DHIS2 names them: `LAST_12_MONTHS`, `THIS_YEAR` … The current one is in no `LAST_…`. Pure."""

from datetime import date

from indicators.periods import Frequency, Period, between

_KINDS = {"MONTH": Frequency.MONTH, "QUARTER": Frequency.QUARTER, "YEAR": Frequency.YEAR}
_COUNTS = {
    "LAST_2_MONTHS": 2, "LAST_3_MONTHS": 3, "LAST_6_MONTHS": 6, "LAST_12_MONTHS": 12, "LAST_4_QUARTERS": 4,
    "LAST_5_YEARS": 5, "LAST_10_YEARS": 10,
}  # fmt: skip
_WITHIN = {
    "MONTHS_THIS_YEAR": 0, "MONTHS_LAST_YEAR": -1, "QUARTERS_THIS_YEAR": 0, "QUARTERS_LAST_YEAR": -1,
}  # fmt: skip
NAMES = frozenset({*(f"{which}_{kind}" for which in ("THIS", "LAST") for kind in _KINDS), *_COUNTS, *_WITHIN})


def relative(name: str, today: date) -> list[Period]:
    """The periods meant, in order of time. KeyError for a name that is not in `NAMES`."""
    if name in _COUNTS:
        now = _now(_KINDS[name.rpartition("_")[2].removesuffix("S")], today)
        return [now.shift(-back) for back in range(_COUNTS[name], 0, -1)]
    if name in _WITHIN:
        year, kind = _now(Frequency.YEAR, today).shift(_WITHIN[name]), _KINDS[name.partition("S_")[0]]
        return list(between(year.months()[0].within(kind), year.months()[-1].within(kind)))
    which, _, kind_name = name.partition("_")
    return [_now(_KINDS[kind_name], today).shift({"THIS": 0, "LAST": -1}[which])]


def _now(kind: Frequency, today: date) -> Period:
    return Period.month_of(today).within(kind)
