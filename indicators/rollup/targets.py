"""What a year's children give as the target of a period, month by month where a move cuts the year. No queries."""

from collections.abc import Callable, Collection, Iterable

from indicators.periods import Period
from indicators.registry.annualisation import DAYS_IN_YEAR, months_counted, share_of_year
from indicators.rollup.queries import Population


def target(
    annualisation: str,
    population: Population | None,
    period: Period,
    months: Collection[Period],
    reported: Callable[[Period], bool] = lambda month: False,
) -> Population | None:
    """The share of the year's children that the rule gives to the period; of `months` only, if these are not all of it.

    None without a figure, and where in a month without one something was reported: doses would have no children.
    """
    if population is None or not months:
        return None
    share, whole = share_of_year(annualisation, period), months_counted(annualisation, period)
    if not population.months and len(months) == len(whole):
        return population._replace(sum=population.sum * share.numerator / share.denominator)
    weigh = _days if annualisation == "days" else _one
    parts = []
    for month in months:
        figure = population.in_month(month)
        if figure is not None:
            parts.append(figure * weigh(month))
        elif reported(month):
            return None
    # Divided once at the end: twelfths added one by one leave dust, and dust below zero would be flagged negative.
    divisor = share.denominator * sum(map(weigh, whole))
    return population._replace(sum=sum(parts) * share.numerator / divisor) if parts else None


def group_target(
    annualisation: str,
    pairs: Iterable[tuple[int, Period]],
    figure: Callable[[int], Population | None],
    reported: Callable[[int, Period], bool],
) -> Population | None:
    """The targets of members in the months of their membership added up, from `figure` of each of them.

    None without any figure, and where a member reported in a month without one.
    """
    by_days = annualisation == "days"
    total, demonstration, any_figure = 0.0, False, False
    for unit, month in pairs:
        population = figure(unit)
        children = population.in_month(month) if population else None
        if population is None or children is None:
            if reported(unit, month):
                return None
            continue
        any_figure = True
        total += children * (month.days if by_days else 1)
        demonstration = demonstration or population.demonstration
    return Population(total / (DAYS_IN_YEAR if by_days else 12), demonstration) if any_figure else None


def _days(month: Period) -> int:
    return month.days


def _one(month: Period) -> int:
    return 1
