"""Consumption adjusted for days out of stock, and average monthly consumption (AMC), by the rules in use. Pure.

All quantities are in the product's unit (doses of a vaccine), all lengths in days. The rules give different answers for
the same months; each is named, and a page shows them side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, fsum

THIRTY = 30
MEAN_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class MonthUse:
    """What was consumed in a month of `days`, of which `days_out` without stock.

    `consumed` None: not reported. `days_out` None: not reported, and then nothing is adjusted. `transfers`: the part of
    `consumed` that went to other sites, and so says nothing of the need here.
    """

    consumed: float | None
    days: int
    days_out: float | None
    transfers: float = 0


class Adjustment(StrEnum):
    NONE = "none"
    OPENLMIS = "openlmis"  # ceil(C · 30 / (30 − X))
    MSUPPLY = "msupply"  # C · 30 / (30 − X)
    MSUPPLY_MEAN_MONTH = "msupply_mean_month"  # C · 30.4375 / (30.4375 − X)
    CALENDAR = "calendar"  # C · days / (days − X), with the days that the month has


class Amc(StrEnum):
    CALENDAR = "calendar"  # Σ consumed ÷ Σ days with stock × 30.4375: this system's own choice
    OPENLMIS = "openlmis"  # ceil of the mean of what OpenLMIS adjusts
    MSUPPLY_REQUISITION = "msupply_requisition"  # mean of this and up to two months before, as mSupply adjusts
    MSUPPLY_PREFERENCES = "msupply_preferences"  # (Σ consumed − Σ transfers) ÷ months × days ÷ (days − days out)
    BHIMA_WITH_STOCK = "bhima_with_stock"  # Σ consumed ÷ days with stock × 30.5
    BHIMA_WITH_CONSUMPTION = "bhima_with_consumption"  # mean of the months in which anything was consumed
    BHIMA_ALL_DAYS = "bhima_all_days"  # Σ consumed ÷ all days × 30.5


DEFAULT = Amc.CALENDAR
BHIMA_MONTH = 30.5


def adjusted(use: MonthUse, rule: Adjustment) -> float | None:
    """What would have been consumed with stock on every day. None where it cannot be known.

    Not reported gives None. Out of stock all month: nothing shows the need, so None – OpenLMIS and mSupply give back
    what was consumed, and so do their rules here. Days out that nobody reported adjust nothing. Days out beyond
    the month (impossible) give None: an adjustment by a wrong number is no better than the number.
    Sources: OpenLMIS `LineItemFieldsCalculator`; mSupply `rnr_form` and pull request 6042.
    """
    if use.consumed is None:
        return None
    out = use.days_out or 0
    if out < 0 or out > use.days:
        return None
    if rule is Adjustment.NONE or out == 0:
        return use.consumed
    month = {Adjustment.OPENLMIS: THIRTY, Adjustment.MSUPPLY: THIRTY, Adjustment.MSUPPLY_MEAN_MONTH: MEAN_MONTH}.get(
        rule, use.days
    )
    if out >= month:
        return None if rule is Adjustment.CALENDAR else use.consumed
    value = use.consumed * month / (month - out)
    return ceil(round(value, 9)) if rule is Adjustment.OPENLMIS else value


def amc(uses: Sequence[MonthUse], rule: Amc = DEFAULT) -> float | None:
    """Average monthly consumption over the months given, oldest first. None where no month can be used.

    A month that was not reported is left out, never 0; neither are its days in any denominator. A month of 0 with stock
    on hand is a month of 0; one that does not say how long it was out counts with all its days. A month out of stock
    from first to last day counts for nothing by `CALENDAR`.
    """
    known = [use for use in uses if use.consumed is not None and 0 <= (use.days_out or 0) <= use.days]
    if not known:
        return None
    consumed = fsum(use.consumed or 0 for use in known)
    days = sum(use.days for use in known)
    with_stock = days - fsum(use.days_out or 0 for use in known)
    match rule:
        case Amc.OPENLMIS:
            values = [adjusted(use, Adjustment.OPENLMIS) for use in known]
            return ceil(round(fsum(value or 0 for value in values) / len(values), 9))
        case Amc.MSUPPLY_REQUISITION:
            values = [adjusted(use, Adjustment.MSUPPLY) for use in known[-3:]]
            return fsum(value or 0 for value in values) / len(values)
        case Amc.MSUPPLY_PREFERENCES:
            moved = fsum(use.transfers for use in known)
            return (consumed - moved) / len(known) * days / with_stock if with_stock else None
        case Amc.BHIMA_WITH_CONSUMPTION:
            used = [use for use in known if use.consumed]
            return fsum(use.consumed or 0 for use in used) / len(used) if used else 0.0
        case Amc.BHIMA_WITH_STOCK:
            return consumed / with_stock * BHIMA_MONTH if with_stock else None
        case Amc.BHIMA_ALL_DAYS:
            return consumed / days * BHIMA_MONTH
    return consumed / with_stock * MEAN_MONTH if with_stock else None
