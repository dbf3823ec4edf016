"""The signals held against a real eLMIS: 38,842 site-product-months of Côte d'Ivoire, 2016 to 2019."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from indicators.periods import Frequency, Period
from research.medexis.formulas.balance import Flag, Line, difference, flags
from research.medexis.formulas.consumption import MonthUse
from research.medexis.signals.backtest import COTE_D_IVOIRE
from research.medexis.signals.projection import project
from research.medexis.signals.silence import count

FILE = Path(settings.BASE_DIR).parent / "shared/data/civ_contraceptive_logistics.csv"
pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not FILE.exists(), reason=f"no stock reports at {FILE}")]
Series = dict[tuple[str, str], dict[Period, Line]]


@pytest.fixture(scope="module")
def series() -> Series:
    found: Series = defaultdict(dict)
    with FILE.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            month = Period(Frequency.MONTH, int(row["year"]), int(row["month"]))
            found[row["site_code"], row["product_code"]][month] = Line(
                opening=int(row["stock_initial"]),
                received=int(row["stock_received"]),
                issued=int(row["stock_distributed"]),
                lost=0,
                adjustment=int(row["stock_adjustment"]),
                closing=int(row["stock_end"]),
                days_out=int(row["stock_stockout_days"]),
            )
    return found


def test_the_totals_of_the_file(series: Series) -> None:
    lines = [(month, line) for months in series.values() for month, line in months.items()]
    assert len(lines) == COTE_D_IVOIRE.months
    assert all(difference(line) == 0 for _month, line in lines)
    assert sum((line.days_out or 0) > 0 for _month, line in lines) == 295
    impossible = [line.days_out for month, line in lines if Flag.IMPOSSIBLE_DAYS in flags(line, days=31)]
    assert (len(impossible), max(days or 0 for days in impossible)) == (2, 300)
    assert sum(line.closing == 0 and line.days_out == 0 for _month, line in lines) == COTE_D_IVOIRE.silent


def test_silence_is_the_rule_there(series: Series) -> None:
    sites: dict[str, list[tuple[int | None, int | None, int]]] = defaultdict(list)
    for (site, _product), months in series.items():
        sites[site] += [(line.closing, line.days_out, month.days) for month, line in months.items()]
    counted = {site: count(months) for site, months in sites.items()}
    assert sum(one.silent for one in counted.values()) == COTE_D_IVOIRE.silent
    assert sum(one.is_signal for one in counted.values()) == COTE_D_IVOIRE.silent_sites
    assert len(counted) == COTE_D_IVOIRE.sites


def test_what_was_foreseen_and_what_came(series: Series) -> None:
    """Each month with stock and at least four months before it: was a risk of one half or more followed by a month that
    ended at zero? What was received in between is not known beforehand, so false alarms are what a delivery averted."""
    flagged = foreseen = missed = quiet = 0
    for months in series.values():
        for month, line in months.items():
            following = months.get(month.shift(1))
            if following is None or not line.closing:
                continue
            past = [months[one] for back in range(11, -1, -1) if (one := month.shift(-back)) in months]
            uses = [MonthUse(one.issued, 30, one.days_out) for one in past]
            found = project(line.closing, uses, 1)
            if found is None:
                continue
            out = following.closing == 0
            if found.risk >= 0.5:
                flagged += 1
                foreseen += out
            else:
                quiet += 1
                missed += out
    assert (flagged, foreseen) == (COTE_D_IVOIRE.flagged, COTE_D_IVOIRE.foreseen)
    assert (quiet, missed) == (COTE_D_IVOIRE.quiet, COTE_D_IVOIRE.missed)
