"""What a site's month says of its tracer products, summed over them. Pure but for the rows that it is given.

Every pair of sums counts observations of a product at a site in a month, never rates.
"""

from datetime import date

from indicators.periods import Period
from research.medexis.episodes.cells import Cell, State, cell
from research.medexis.formulas.availability import fully_available
from research.medexis.formulas.consumption import amc
from research.medexis.formulas.discrepancy import discrepancy
from research.medexis.formulas.ordering import lead_times, order_fill
from research.medexis.formulas.ratios import Ratio, summed
from research.medexis.formulas.stock import months_of_stock, stocked_according_to_plan
from research.medexis.formulas.wastage import closed_vial_disc
from research.medexis.measures import codes
from research.medexis.measures.facts import Site, Tracer
from research.medexis.products.offers import offered, recorded


def of_tracers(site: Site, month: Period, today: date) -> dict[str, float | None]:
    """The sums by code, of the tracers that the site offers; codes of what nothing is known of are left out.

    - OUT_LAST_DAY of OBSERVED: nothing on hand by the ending balance, of those that reported it.
    - MONTHS_OUT of MONTHS_KNOWN: out on any day, by card, entry or report; a report of 0 days that ends with nothing on
      hand was out on its last. DAYS_WITHOUT of DAYS_KNOWN: days out, of the days of the months whose days are known;
      of the present month only those up to today.
    - FULL of FULL_KNOWN: no tracer was out on any day.
    - ON_HAND and AMC, of tracers of which both are known; PLAN_WITHIN of PLAN_SEEN: months of stock within the norm.
    - ADMINISTERED of USED, and USE_IMPOSSIBLE of USE_COMPARED: more given than used. LOST of MANAGED: closed vials.
    - DIFFERENCE of BOOK: |count − book| of what the book says.
    - FILLED of ORDERED and LEAD_DAYS of DELIVERIES: of the order lines answered in the month.
    """
    pairs: dict[str, list[Ratio | None]] = {numerator: [] for numerator in codes.RATIOS}
    missing: dict[str, bool | None] = {}
    for product, tracer in site.tracers.items():
        said = _cell(tracer, month, today)
        line = tracer.lines.get(month)
        reported = (line is not None and not line.is_blank) or said.state not in (State.MISSING, State.TO_COME)
        if not offered(tracer.offers, month, reported=reported):
            continue
        missing[str(product)] = said.was_out
        for code, ratio in (*_of_days(said, month, today), *_of_line(tracer, month)):
            pairs[code].append(ratio)
    full = fully_available(missing) if month.start <= today else None
    pairs[codes.FULL].append(None if full is None else Ratio(int(full), 1))
    for tracer in site.tracers.values():
        lines = [
            line for line, _made_up in tracer.orders if line.received_on and Period.month_of(line.received_on) == month
        ]
        pairs[codes.FILLED].append(order_fill(lines))
        pairs[codes.LEAD_DAYS].append(lead_times(lines))
    found: dict[str, float | None] = {}
    for numerator, denominator in codes.RATIOS.items():
        if (total := summed(pairs[numerator])) is not None:
            found |= {numerator: total.numerator, denominator: total.denominator}
    return found


def _cell(tracer: Tracer, month: Period, today: date) -> Cell:
    line = tracer.lines.get(month)
    return cell(
        month,
        present=Period.month_of(today),
        offered=recorded(tracer.offers, month),
        dated=[one for one, _made_up in tracer.dated],
        reported=line.days_out if line else None,
        closing=line.closing if line else None,
        kept=bool(tracer.card and tracer.card.covers(month, today)),
    )


def _of_days(said: Cell, month: Period, today: date) -> list[tuple[str, Ratio | None]]:
    days = min(month.days, (today - month.start).days + 1)
    known = Ratio(min(said.days or 0, days), days) if said.is_counted else None
    out = None if said.was_out is None else Ratio(int(said.was_out), 1)
    return [(codes.MONTHS_OUT, out), (codes.DAYS_WITHOUT, known)]


def _of_line(tracer: Tracer, month: Period) -> list[tuple[str, Ratio | None]]:
    line = tracer.lines.get(month)
    if line is None:
        return []
    average = amc(tracer.uses(month))
    found: list[tuple[str, Ratio | None]] = [
        (codes.LOST, closed_vial_disc(line)),
        (codes.DIFFERENCE, discrepancy(line)),
    ]
    if line.closing is not None:
        found.append((codes.OUT_LAST_DAY, Ratio(int(line.closing == 0), 1)))
        if average is not None:
            found.append((codes.ON_HAND, Ratio(line.closing, average)))
        if tracer.norm:
            within = stocked_according_to_plan(months_of_stock(line.closing, average), *tracer.norm)
            found.append((codes.PLAN_WITHIN, None if within is None else Ratio(int(within), 1)))
    if line.issued is not None and line.administered is not None:
        found.append((codes.ADMINISTERED, Ratio(line.administered, line.issued)))
        found.append((codes.USE_IMPOSSIBLE, Ratio(int(line.administered > line.issued), 1)))
    return found
