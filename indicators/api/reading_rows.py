"""Readings of indicators as rows: every definition, unit and period asked for has one, also without a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.api import parameters
from indicators.api.errors import Refused
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.explorer import denominator_sources
from indicators.pages.states import NOT_COMPUTABLE, NOT_EXPECTED, State, state_of, state_words
from indicators.periods import MONTHS_IN, Period, between
from indicators.registry.definitions import Definition, definition, definitions
from indicators.rollup.readings import readings

PARAMETERS = ("indicator", "org_unit", "level", "period", "from", "to")
MOST_PERIODS = 240
_AT_ONCE = 5_000  # readings computed together
_MISSING = frozenset({State.MISSING, State.EXPECTATION_UNKNOWN, State.TERM_MISSING})


class ReadingRow(NamedTuple):
    """`answers.ReadingAnswer` says what each field is."""

    indicator: str
    org_unit: str
    org_unit_name: str
    period: str
    value: float | None
    numerator: float | None
    denominator: float | None
    denominator_source: str | None
    state: str
    reason: str
    reason_text: str
    flags: tuple[str, ...]
    band: str | None
    reported: int | None
    expected: int | None
    expected_months: int
    demonstration: bool


@dataclass(frozen=True)
class Asked:
    """What a request asks for: rows are ordered by definition, path of the unit, period."""

    rules: Sequence[Definition]
    units: QuerySet[OrgUnit]
    periods: Sequence[Period]

    @cached_property
    def places(self) -> int:
        return self.units.count()

    def __len__(self) -> int:
        return len(self.rules) * self.places * len(self.periods)

    def __getitem__(self, part: slice) -> list[ReadingRow]:
        """The rows of a page. Eight queries at most for each definition in it; memory as large as the page."""
        width, places = len(self.periods), self.places
        first, after = part.start // width, -(-part.stop // width)  # pairs of definition and unit
        found: list[ReadingRow] = []
        for number, rule in enumerate(self.rules):
            start, stop = max(first - number * places, 0), min(after - number * places, places)
            if start < stop:
                found += rows_of(rule, list(self.units[start:stop]), self.periods)
        skipped = part.start - first * width
        return found[skipped : skipped + part.stop - part.start]

    def blocks(self) -> Iterator[list[ReadingRow]]:
        """All rows, a few thousand at a time."""
        places = max(_AT_ONCE // len(self.periods), 1)
        for rule in self.rules:
            units = list(self.units[:places])
            while units:
                yield rows_of(rule, units, self.periods)
                units = list(self.units.filter(path__gt=units[-1].path)[:places])


def asked(given: QueryDict, user: Any) -> Asked:
    """Raises Refused for what cannot be read."""
    units = limit_to_scope(OrgUnit.objects.order_by("path"), user)
    if uid := given.get("org_unit"):
        units = units.below(parameters.unit_for(user, uid))  # type: ignore[attr-defined]
    if level := given.get("level"):
        units = units.filter(level=parameters.whole_number(level, "level", least=1, most=32_000))
    return Asked(_rules(given.get("indicator", "")), units, _periods(given))


def rows_of(rule: Definition, units: Sequence[OrgUnit], periods: Sequence[Period]) -> list[ReadingRow]:
    """One row per unit and period, in that order. At most seven queries."""
    found = readings(rule.code, units, periods)
    sources = denominator_sources(rule, units, {when.year for when in periods})
    today = timezone.localdate()
    words = {state: state_words(state) for state in State}
    rows = []
    for unit in units:
        for when in periods:
            one = found[unit.pk, when]
            reason = state_of(one, when, opened=unit.opening_date, closed=unit.closed_date, today=today)
            band = rule.band_of(one.value) if one.value is not None else None
            rows.append(
                ReadingRow(
                    rule.code,
                    unit.uid,
                    unit.name,
                    when.id,
                    one.value,
                    one.numerator,
                    one.denominator,
                    sources.get((unit.pk, when.year)),
                    _kind(reason),
                    reason.value,
                    words[reason],
                    one.flags,
                    band.name if band else None,
                    one.reported,
                    one.expected,
                    one.expected_months,
                    one.demonstration,
                )
            )
    return rows


def _kind(state: State) -> str:
    if state in _MISSING:
        return "missing"
    if state in NOT_EXPECTED:
        return "not_expected"
    if state in NOT_COMPUTABLE:
        return "not_computable"
    return "not_applicable" if state is State.NOT_APPLICABLE else "value"


def _rules(codes: str) -> list[Definition]:
    if not codes:
        return list(definitions().values())
    found = []
    for code in parameters.listed(codes, "indicator"):
        try:
            found.append(definition(code))
        except KeyError:
            raise parameters.unknown("indicator", code, "indicator") from None
    return found


def _periods(given: QueryDict) -> list[Period]:
    """`period` as a list, or everything from `from` to `to`."""
    if "period" in given:
        for name in ("from", "to"):
            if name in given:
                raise Refused("bad_period", _("Either “period” or “from” and “to”."), field=name)
        found = [_added_up(text, "period") for text in parameters.listed(given.get("period", ""), "period")]
    else:
        for name in ("from", "to"):
            if name not in given:
                raise Refused("required", _("Say which periods: “period”, or “from” and “to”."), field=name)
        first, last = _added_up(given.get("from", ""), "from"), _added_up(given.get("to", ""), "to")
        if first.frequency is not last.frequency or last < first:
            message = _("The last period must be as long as the first and not come before it.")
            raise Refused("bad_period", message, field="to")
        found = [when for when, _n in zip(between(first, last), range(MOST_PERIODS + 1), strict=False)]
    if not found:
        raise Refused("required", _("Say which periods: “period”, or “from” and “to”."), field="period")
    if len(found) > MOST_PERIODS:
        message = _("At most %(most)s can be asked for at once.") % {"most": MOST_PERIODS}
        raise Refused("too_many", message, field="period")
    return found


def _added_up(text: str, field: str) -> Period:
    """A month, quarter or year: values of other periods are kept, and not added up."""
    found = parameters.period(text, field)
    if found.frequency not in MONTHS_IN:
        raise Refused("bad_period", _("Indicators are read by month, quarter or year."), field=field)
    return found
