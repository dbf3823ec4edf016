"""The reading of one series in words: a few sentences, each with links to the values it rests on. No queries."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.breakdown import Part
from indicators.pages.formats import number_text, percent_text
from indicators.pages.told_words import (
    NAMED,
    Sentence,
    Shown,
    Told,
    about,
    at,
    course,
    distance,
    following,
    independence,
    limit_text,
    of_periods,
    sentence,
    to_the_next,
)
from indicators.pages.trend_words import claim, refusal_text
from indicators.registry.definitions import Definition
from indicators.trends.mann_kendall import Trend
from indicators.trends.reading import reading
from indicators.trends.reading_facts import Fact
from indicators.trends.series import Refusal

CLAIMS = frozenset({"rising", "falling", "no_trend"})
"""What a page that has the words of the trend's test tells already."""


def told(parts: Sequence[Part], measure: Definition, frequency: str, without: Collection[str] = ()) -> Told:
    """What the consecutive periods of one place say. `frequency` is `month`, `quarter` or `year`; `without` are kinds
    of facts that the page tells elsewhere."""
    found = reading(course(parts, measure), without=without)
    sentences = [told_fact(fact, parts, measure, frequency) for fact in found]
    return Told(sentences, any(part.reading.demonstration for part in parts))


def told_fact(fact: Fact, parts: Sequence[Part], measure: Definition, frequency: str) -> Sentence:
    """A fact as a sentence, with what makes it doubtful."""
    found = _told(fact, parts, measure, frequency)
    if fact.kind in _COUNTED and fact.counts[0] > 1:
        found = found.and_then(_largest_of(fact))
    if fact.doubtful:
        found = found.and_then(sentence(fact.kind, _lacks()))
    return found


def _lacks() -> str:
    return _("For a value told here fewer reports came in than were expected: part of it may be reporting.")


_COUNTED = ("drop", "drop_rebound", "rise", "rise_back")


def _told(fact: Fact, parts: Sequence[Part], measure: Definition, frequency: str) -> Sentence:
    kind, values = fact.kind, [at(parts[place]) for place in fact.places]
    if kind in _moves():
        names = ("first", "last", "back")
        words = dict(zip(names, values, strict=False))
        return sentence(kind, _moves()[kind], **words, following=following(frequency))
    match kind:
        case "above" | "below_zero":
            return _sign(fact, values[0], measure, frequency)
        case "variable" | "variable_besides" | "largest_move":
            return _step(fact, values, measure, frequency)
        case "around":
            return _around(fact, parts, measure, frequency)
        case "rising" | "falling" | "no_trend":
            return _tested(fact, frequency)
        case "few_periods":
            return _few_periods(fact)
        case "gaps" | "many_gaps":
            return _gaps(fact, parts, frequency)
    raise ValueError(kind)


def _moves() -> dict[str, str]:
    """Sentences of two or three values in a row."""
    return {
        "drop_rebound": _("Sharp drop from %(first)s to %(last)s, which rebounds to %(back)s %(following)s."),
        "drop": _("Sharp drop from %(first)s to %(last)s."),
        "rise_back": _("Sharp rise from %(first)s to %(last)s, and back down to %(back)s %(following)s."),
        "rise": _("Sharp rise from %(first)s to %(last)s."),
        "decline_to_lowest": _("Declines steadily from %(first)s to its lowest point, %(last)s."),
        "decline": _("Declines steadily from %(first)s to %(last)s."),
        "recovery": _("Gradually climbs back from its lowest point, %(first)s, to %(last)s."),
        "climb_to_highest": _("Rises steadily from %(first)s to its highest point, %(last)s."),
        "climb": _("Rises steadily from %(first)s to %(last)s."),
        "range": _("Between %(first)s and %(last)s."),
        "ends": _("First value %(first)s, last value %(last)s."),
    }


def _largest_of(fact: Fact) -> Sentence:
    count = number_text(fact.counts[0])
    if fact.kind.startswith("drop"):
        return sentence(fact.kind, _("It is the largest of %(count)s such drops."), count=count)
    return sentence(fact.kind, _("It is the largest of %(count)s such rises."), count=count)


def _sign(fact: Fact, value: Shown, measure: Definition, frequency: str) -> Sentence:
    periods = of_periods(fact.counts, frequency)
    if fact.kind == "above":
        words = {"limit": percent_text(100, 0), "periods": periods, "why": limit_text(measure)}
        message = _("Above %(limit)s in %(periods)s, as high as %(highest)s: %(why)s.")
        return sentence(fact.kind, message, **words, highest=value)
    if measure.unit == "children":
        message = _("Below zero in %(periods)s, as low as %(lowest)s: more doses than target children were reported.")
    elif measure.code.startswith("dropout"):
        message = _("Below zero in %(periods)s, as low as %(lowest)s: more third than first doses were reported.")
    else:
        message = _("Below zero in %(periods)s, as low as %(lowest)s: more is taken away than there is.")
    return sentence(fact.kind, message, periods=periods, lowest=value)


def _step(fact: Fact, values: Sequence[Shown], measure: Definition, frequency: str) -> Sentence:
    if fact.kind == "variable":
        message = _("Substantial variability: as much as %(moved)s %(step)s, from %(first)s to %(last)s.")
    elif fact.kind == "variable_besides":
        message = _("Substantial variability besides: as much as %(moved)s %(step)s, from %(first)s to %(last)s.")
    else:
        message = _("Largest movement %(step)s: %(moved)s, from %(first)s to %(last)s.")
    moved = distance(fact.moved or 0, measure)
    return sentence(fact.kind, message, moved=moved, step=to_the_next(frequency), first=values[0], last=values[1])


def _around(fact: Fact, parts: Sequence[Part], measure: Definition, frequency: str) -> Sentence:
    middle, low, high = (parts[place] for place in fact.places)
    count, among = fact.counts
    if count == among:
        message = _("Stays around %(middle)s: all values lie between %(low)s and %(high)s.")
    else:
        message = _("Generally around %(middle)s: %(periods)s between %(low)s and %(high)s.")
    return sentence(
        fact.kind,
        message,
        middle=Shown(about(middle, measure), middle.url),
        periods=of_periods(fact.counts, frequency),
        low=at(low),
        high=at(high),
    )


def _tested(fact: Fact, frequency: str) -> Sentence:
    if isinstance(fact.test, Trend):
        found = sentence(fact.kind, "%(claim)s", claim=claim(fact.test, frequency))
        if fact.kind != "no_trend":
            found = found.and_then(sentence(fact.kind, independence()))
        if fact.test.rough:
            found = found.and_then(sentence(fact.kind, _("With fewer than ten periods, p is rough.")))
        return found
    assert isinstance(fact.test, Refusal)
    return sentence(fact.kind, "%(claim)s", claim=refusal_text(fact.test))


def _few_periods(fact: Fact) -> Sentence:
    points, against, pairs = fact.counts
    message = ngettext(
        "With %(points)s values the test sees a trend only if at most %(against)s of %(pairs)s pairs of values runs "
        "the other way: that none can be claimed does not mean that nothing changed.",
        "With %(points)s values the test sees a trend only if at most %(against)s of %(pairs)s pairs of values run "
        "the other way: that none can be claimed does not mean that nothing changed.",
        against,
    )
    words = {"points": points, "against": against, "pairs": pairs}
    return sentence(fact.kind, message, **{name: number_text(count) for name, count in words.items()})


def _gaps(fact: Fact, parts: Sequence[Part], frequency: str) -> Sentence:
    periods = of_periods(fact.counts, frequency)
    if len(fact.places) > NAMED:
        return sentence(
            fact.kind, _("No complete value in %(periods)s: what lies there is not known."), periods=periods
        )
    missing = [Shown(parts[place].label, parts[place].url) for place in fact.places]
    return sentence(fact.kind, _("No complete value in %(periods)s: %(missing)s."), periods=periods, missing=missing)
