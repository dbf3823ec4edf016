"""The reading of several series of the same periods in words, side by side. No queries."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.breakdown import Part
from indicators.pages.formats import number_text, percent_text
from indicators.pages.told_alone import told, told_fact
from indicators.pages.told_words import (
    Sentence,
    Shown,
    Told,
    about,
    at,
    course,
    distance,
    independence,
    limit_text,
    named,
    of_places,
    sentence,
    to_the_next,
)
from indicators.pages.trend_words import TESTS
from indicators.registry.definitions import Definition
from indicators.trends.mann_kendall import ALPHA, FEW_POINTS
from indicators.trends.reading_rules import FEWEST
from indicators.trends.reading_several import At, Shared, together

Line = tuple[str, Sequence[Part]]
"""A place's name with its periods."""


def told_together(lines: Sequence[Line], measure: Definition, frequency: str) -> Told:
    """What the places do side by side; of a single one, what it does."""
    if len(lines) == 1:
        return told(lines[0][1], measure, frequency)
    courses = [course(parts, measure) for _name, parts in lines]
    found = together(courses)
    speaker = _Speaker(lines, measure, frequency)
    made_up = any(part.reading.demonstration for _name, parts in lines for part in parts)
    left_out = sum(len(one.known) < FEWEST for one in courses)
    return Told([speaker.told(shared) for shared in found], made_up, left_out)


class _Speaker:
    """The words for facts about these lines."""

    def __init__(self, lines: Sequence[Line], measure: Definition, frequency: str) -> None:
        self.lines, self.measure, self.frequency = lines, measure, frequency

    def told(self, shared: Shared) -> Sentence:
        match shared.kind:
            case "same_drop":
                return self._same_drop(shared)
            case "above":
                return self._above(shared)
            case "variable":
                return self._variable(shared)
            case "rising" | "falling" | "no_trends":
                return self._trends(shared)
            case "around":
                return self._around(shared)
            case "extremes":
                low, high = (self._at(value) for value in shared.values)
                return sentence(shared.kind, _("Lowest value %(low)s, highest %(high)s."), low=low, high=high)
            case "single" if shared.fact:
                name, parts = self.lines[shared.series[0]]
                return told_fact(shared.fact, parts, self.measure, self.frequency)._replace(place=name)
        raise ValueError(shared.kind)

    def _same_drop(self, shared: Shared) -> Sentence:
        values = [
            Shown(f"{self._name(value.series)} {self._part(value).text}", self._part(value).url)
            for value in shared.values
        ]
        return sentence(
            shared.kind,
            _("Sharp drop at %(places)s at the same time, %(when)s: %(values)s."),
            places=of_places(*shared.counts),
            when=self._part(shared.values[0]).label,
            values=named(values),
        )

    def _above(self, shared: Shared) -> Sentence:
        count, among, times = shared.counts
        message = ngettext(
            "Above %(limit)s at %(places)s (%(times)s value), as high as %(highest)s: %(why)s.",
            "Above %(limit)s at %(places)s (%(times)s values), as high as %(highest)s: %(why)s.",
            times,
        )
        words = {"limit": percent_text(100, 0), "places": of_places(count, among), "times": number_text(times)}
        return sentence(shared.kind, message, **words, highest=self._at(shared.values[0]), why=limit_text(self.measure))

    def _variable(self, shared: Shared) -> Sentence:
        first, last = (at(self._part(value)) for value in shared.values)
        found = sentence(
            shared.kind,
            _(
                "Substantial variability: %(names)s. Largest movement (%(place)s): %(moved)s %(step)s, from %(first)s "
                "to %(last)s."
            ),
            names=self._names(shared),
            place=self._name(shared.values[0].series),
            moved=distance(shared.moved or 0, self.measure),
            step=to_the_next(self.frequency),
            first=first,
            last=last,
        )
        if not shared.starts:
            return found
        low, high = (self._at(value) for value in shared.starts)
        return found.and_then(sentence(shared.kind, _("They start between %(low)s and %(high)s."), low=low, high=high))

    def _trends(self, shared: Shared) -> Sentence:
        count, tested, points = shared.counts
        test = str(TESTS["original"])
        if shared.kind == "no_trends":
            message = ngettext(
                "No trend can be claimed at the %(tested)s place that could be tested (%(test)s).",
                "No trend can be claimed at any of the %(tested)s places that could be tested (%(test)s).",
                tested,
            )
            found = sentence(shared.kind, message, tested=number_text(tested), test=test)
            if points >= FEW_POINTS:
                return found
            few = _("So few periods (%(points)s at most) show only a trend that hardly ever turns.")
            return found.and_then(sentence(shared.kind, few, points=number_text(points)))
        if shared.kind == "rising":
            message = _("Rising trend at %(places)s that could be tested: %(names)s (%(test)s).")
        else:
            message = _("Falling trend at %(places)s that could be tested: %(names)s (%(test)s).")
        found = sentence(shared.kind, message, places=of_places(count, tested), names=self._names(shared), test=test)
        chance = _("Without any trend, about %(by_chance)s of them would still seem to have one.")
        found = found.and_then(sentence(shared.kind, independence()))
        return found.and_then(sentence(shared.kind, chance, by_chance=number_text(tested * ALPHA)))

    def _around(self, shared: Shared) -> Sentence:
        middles = [
            Shown(f"{self._name(value.series)} ({about(self._part(value), self.measure)})", self._part(value).url)
            for value in shared.values
        ]
        return sentence(shared.kind, _("Generally around one level: %(places)s."), places=named(middles))

    def _names(self, shared: Shared) -> list[Shown]:
        return named([Shown(self._name(series)) for series in shared.series])

    def _name(self, series: int) -> str:
        return self.lines[series][0]

    def _part(self, value: At) -> Part:
        return self.lines[value.series][1][value.place]

    def _at(self, value: At) -> Shown:
        return at(self._part(value), self._name(value.series))
