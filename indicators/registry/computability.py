"""Whether an indicator of another system can be computed here, and why not. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from indicators.registry.evaluation import DATA, NotComputable, check
from indicators.registry.expressions import BadExpression, Node, Operand, operands, parse

ANY_OPTION = "*"
CONSTANT, GROUP, REPORTS, INDICATOR = "C", "OUG", "R", "N"
LONGEST_CHAIN = 20
"""Indicators that rest on each other. Keeps judging and computing within Python's own limit."""


class Refusal(NamedTuple):
    """Why an indicator is not computed: `code`, and the part of its expression that is at fault.

    Codes: those of NotComputable (`function`, `arguments`, `text`, `operand`), `unreadable` (`what` says code and
    place), `unknown_element`, `not_summed` (a text, a date, a minimum: only sums and averages are kept),
    `unknown_option`, `not_kept` (the option combination became known after the indicator), `unknown_constant`,
    `unknown_data_set`, `not_monthly` (reports of such a data set are not counted), `unknown_group`,
    `unknown_indicator`, `indicator` (one that cannot be computed itself), `circle` (it rests on itself), `chain` (on
    more than so many indicators, each resting on the next).
    """

    code: str
    what: str


class DataPart(NamedTuple):
    """What `#{element.option.attribute}` asks for; None stands for all of them together."""

    element: str
    option: str | None
    attribute: str | None

    @property
    def uid(self) -> str:
        """Of the data element that has these numbers: the element itself, or a derived one."""
        if self.attribute:
            return f"{self.element}.{self.option or ANY_OPTION}.{self.attribute}"
        return f"{self.element}.{self.option}" if self.option else self.element


@dataclass(frozen=True)
class Known:
    """What is known here, by uid. `elements` also holds the derived ones; a false one has no sums. `data_sets`: whether
    their reports are counted. `indicators`: numerator and denominator."""

    elements: Mapping[str, bool] = field(default_factory=dict)
    options: Collection[str] = ()
    constants: Collection[str] = ()
    data_sets: Mapping[str, bool] = field(default_factory=dict)
    groups: Collection[str] = ()
    indicators: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def refusal(numerator: str, denominator: str, known: Known, *, uid: str = "") -> Refusal | None:
    """None where both expressions can be computed; `uid` is the indicator's own."""
    return _Judge(known).judged(uid, (numerator, denominator))


def refusals(indicators: Iterable[tuple[str, str, str]], known: Known) -> dict[str, Refusal]:
    """Uid → why not, of those (uid, numerator, denominator) that cannot be computed."""
    judge = _Judge(known)
    found = {uid: judge.judged(uid, (numerator, denominator)) for uid, numerator, denominator in indicators}
    return {uid: why for uid, why in found.items() if why}


def data_part(operand: Operand) -> DataPart | None:
    """What a data operand asks for; None for other kinds, and for groups of elements or options."""
    element, *options = operand.parts
    if operand.kind != DATA or not element.isalnum():
        return None
    asked = [None if option == ANY_OPTION else option for option in options]
    if any(option and not option.isalnum() for option in asked):
        return None
    option, attribute, *_ = [*asked, None, None]
    return DataPart(element, option, attribute)


class _Judge:
    """Judges indicators and, once each, those that they name."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.found: dict[str, Refusal | None] = {}
        self.around: list[str] = []

    def judged(self, uid: str, sides: tuple[str, str]) -> Refusal | None:
        self.around.append(uid)
        found = next(filter(None, map(self._side, sides)), None)
        self.around.pop()
        return found

    def _side(self, text: str) -> Refusal | None:
        try:
            tree = parse(text)
            check(tree)
        except BadExpression as error:
            return Refusal("unreadable", str(error))
        except NotComputable as error:
            return Refusal(error.code, error.what)
        return next(filter(None, map(self._operand, _each(tree))), None)

    def _operand(self, operand: Operand) -> Refusal | None:
        uid = operand.parts[0]
        if operand.kind == DATA:
            return self._data(operand)
        if operand.kind == INDICATOR:
            return self._indicator(uid)
        if operand.kind == REPORTS:
            if uid not in self.known.data_sets:
                return Refusal("unknown_data_set", uid)
            return None if self.known.data_sets[uid] else Refusal("not_monthly", uid)
        if operand.kind == CONSTANT:
            return None if uid in self.known.constants else Refusal("unknown_constant", uid)
        if operand.kind == GROUP:
            return None if uid in self.known.groups else Refusal("unknown_group", uid)
        return Refusal("operand", str(operand))

    def _data(self, operand: Operand) -> Refusal | None:
        asked = data_part(operand)
        if asked is None:
            return Refusal("operand", str(operand))
        if asked.element not in self.known.elements:
            return Refusal("unknown_element", asked.element)
        if not self.known.elements[asked.element]:
            return Refusal("not_summed", asked.element)
        for option in (asked.option, asked.attribute):
            if option and option not in self.known.options:
                return Refusal("unknown_option", option)
        return None if asked.uid in self.known.elements else Refusal("not_kept", str(operand))

    def _indicator(self, uid: str) -> Refusal | None:
        if uid not in self.known.indicators:
            return Refusal("unknown_indicator", uid)
        if uid in self.around:
            return Refusal("circle", uid)
        if len(self.around) > LONGEST_CHAIN:
            return Refusal("chain", str(LONGEST_CHAIN))
        if uid not in self.found:
            self.found[uid] = self.judged(uid, self.known.indicators[uid])
        why = self.found[uid]
        if why is None:
            return None
        return why if why.code in ("circle", "chain") else Refusal("indicator", uid)


def _each(tree: Node) -> Iterable[Operand]:
    return dict.fromkeys(operands(tree))
