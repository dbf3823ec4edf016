"""Who is out of stock: on the day, at any time, and whether all that is needed was there. Pure.

None is “not known”, and so neither above nor below the line; who does not offer a product is not asked about it.
"""

from collections.abc import Collection, Mapping, Sequence

from research.medexis.formulas.ratios import Ratio


def out_on_the_day(closings: Collection[int | None]) -> Ratio | None:
    """Stock-out rate at service delivery points: out by the latest ending balance ÷ reported and offering.

    `closings`: stock on hand of the sites that offer the product; None did not report it. 0 or below is out.
    Source: D4I, stock-out rate at service delivery points.
    """
    known = [closing for closing in closings if closing is not None]
    return Ratio(sum(closing <= 0 for closing in known), len(known)) if known else None


def out_at_any_time(months: Sequence[bool | None]) -> bool | None:
    """Whether there was a stock-out at any point of the months given (3, 6 or 12). True as soon as one month says so;
    False only where every month is known; else None. Source: D4I, the same page; other formula than on the day."""
    if any(month is True for month in months):
        return True
    return None if not months or any(month is None for month in months) else False


def rate_at_any_time(sites: Collection[Sequence[bool | None]]) -> Ratio | None:
    """Sites with at least one stock-out in the months ÷ sites about which it can be told."""
    known = [found for months in sites if (found := out_at_any_time(months)) is not None]
    return Ratio(sum(known), len(known)) if known else None


def national_event(days_out: int | None, days: int) -> bool | None:
    """GVAP/JRF: a stock-out of at least one month at national level, per antigen. `days` is the length of a month."""
    return None if days_out is None else days_out >= days


def district_event(vaccines: Mapping[str, bool | None]) -> bool | None:
    """IA2030 (IMR 6101): any vaccine, at any time in the year. No data (ND) is left out; of all: None."""
    known = [out for out in vaccines.values() if out is not None]
    return any(known) if known else None


def fully_available(products: Mapping[str, bool | None]) -> bool | None:
    """Full stock availability (DISC) of a re-supply period: no tracer was missing on any day of it.

    `products`: was the tracer out at any time? False as soon as one was; True only where each was not.
    Source: OpenLMIS wiki 112865226, 113351854 (the text read is cut off after “immuniz…”).
    """
    if any(out is True for out in products.values()):
        return False
    return None if not products or any(out is None for out in products.values()) else True
