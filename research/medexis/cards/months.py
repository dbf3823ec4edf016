"""What a stock card implies for a month, and the days that it shows without stock. Pure: lines in, numbers out.

Real calendar days, both ends included. A day is without stock where the balance of all lots at its end is 0 or less:
a product that came back before the evening was there on that day. Before the card's first line nothing is known, which
is not 0. After its last line the balance stays what it was, for as long as the card is taken to be kept (`until`).

What is counted on the card's first day in a lot that has no line yet is the stock that the card begins with. It is no
adjustment: nobody knows what there was before.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from indicators.periods import Period
from research.medexis.cards.balances import COUNT, Movement, end_of_day, running
from research.medexis.episodes.days import Episode
from research.medexis.formulas.balance import Line

_ADDED, _TAKEN = ("received", "adjustment"), ("issued",)
_LOST = ("lost_expired", "lost_vvm", "lost_frozen", "lost_broken", "lost_missing", "lost_other")
_ONE_DAY = timedelta(days=1)


def known_days(movements: Sequence[Movement]) -> tuple[date, date] | None:
    """The days of which the card knows the stock: from its first line to the end of the month of its last one.

    A card that nobody has written on since says nothing of the months after; None without a line.
    """
    return (movements[0].day, Period.month_of(movements[-1].day).end) if movements else None


def implied_month(movements: Sequence[Movement], month: Period, until: date | None = None) -> Line:
    """The month's line as the card (one product at one site, its lines in their order) has it.

    Opening is the balance before the month, None where the card begins in it. Each column is the sum of its movements
    (0 where there were none): what adds to stock counts positive under received and adjustment, negative under used
    and lost (a return), and the reverse. Count differences enter the adjustment. `lost` is the sum of its reasons.
    `administered` is None: a card knows what left the stock, not what a child received. `days_out` is None where the
    card does not know every day of the month. So opening + received − used − lost + adjustment = closing holds
    wherever the opening is known. A month that ends before the first line is blank, as is one that begins after
    `until`; days after it are not counted.
    """
    return implied_months(movements, [month], until)[month]


def implied_months(
    movements: Sequence[Movement], months: Iterable[Period], until: date | None = None
) -> dict[Period, Line]:
    """`implied_month` of several months, reading the card once."""
    wanted = list(months)
    entering: dict[Period, dict[str, int]] = {}
    begun = {line.lot: index for index, line in reversed(list(enumerate(movements)))}
    for index, (line, after) in enumerate(zip(movements, running(movements), strict=True)):
        columns = entering.setdefault(Period.month_of(line.day), {})
        if line.kind == COUNT:
            if line.day == movements[0].day and begun[line.lot] == index:
                continue
            columns["adjustment"] = columns.get("adjustment", 0) + after.change
        else:
            change = after.change if line.column in _ADDED else -after.change
            columns[line.column] = columns.get(line.column, 0) + change
    closings = end_of_day(movements)
    out = without_stock(movements, until or max((month.end for month in wanted), default=date.min))
    return {month: _line(month, entering.get(month, {}), closings, out, until) for month in wanted}


def _line(
    month: Period, columns: dict[str, int], closings: dict[date, int], out: list[Episode], until: date | None
) -> Line:
    first = next(iter(closings), None)
    if first is None or first > month.end or (until is not None and until < month.start):
        return Line()
    last = min(month.end, until) if until else month.end
    days = sum(max(0, (min(one.end or last, last) - max(one.start, month.start)).days + 1) for one in out)
    named = {name: columns.get(name, 0) for name in (*_ADDED, *_TAKEN, *_LOST)}
    return Line(
        opening=_balance_on(closings, month.start - _ONE_DAY),
        closing=_balance_on(closings, month.end),
        lost=sum(named[name] for name in _LOST),
        days_out=days if first <= month.start else None,
        **named,
    )


def _balance_on(closings: dict[date, int], day: date) -> int | None:
    """Balance at the end of the day; None before the first line."""
    days = list(closings)
    place = bisect_right(days, day)
    return closings[days[place - 1]] if place else None


def without_stock(movements: Sequence[Movement], until: date, product: int = 0) -> list[Episode]:
    """Stretches of days whose end found the balance at 0 or less, oldest first; later lines than `until` are left out.

    Both days of a stretch are without stock; `end` None where it still was at the end of `until`. `product` is put on
    the episodes. A card whose first line leaves nothing begins with a stretch on that day.
    """
    found: list[Episode] = []
    known = [(day, left <= 0) for day, left in end_of_day(movements).items() if day <= until]
    changes = [(next(days)[0], out) for out, days in groupby(known, key=lambda one: one[1])]
    for index, (day, out) in enumerate(changes):
        if out:
            back = changes[index + 1][0] - _ONE_DAY if index + 1 < len(changes) else None
            found.append(Episode(product, day, back))
    return found
