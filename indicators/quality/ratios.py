"""The rules about ratios of a quarter: coverage above 100 % and negative dropout. Sums divided by sums. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from indicators.quality.findings import Outcome
from indicators.quality.reports import Bools, Floats, Reports


class Coverage(NamedTuple):
    """Doses of one measure and their targets: `target` is units × quarters, NaN where none is known."""

    doses: Reports
    factor: float
    target: Floats


def over_100(coverages: Mapping[str, Coverage], beside: Bools) -> Outcome:
    """Coverage above 100 %: doses against the quarter's share of the target. Score: the coverage.

    `no_denominator` where doses were reported and no target is known; `zero_denominator` where the target is 0;
    `reports_beside` for units with reporting places below (true in `beside`): their target is that of all together.
    """
    outcome = Outcome("over_100")
    for code, (doses, factor, target) in coverages.items():
        sums, _ = doses.by_quarter()
        reason = np.where(np.isnan(target), "no_denominator", np.where(target == 0, "zero_denominator", ""))
        reason = np.where(beside[:, None], "reports_beside", reason)
        outcome.add_tested(doses.units, (sums.there & (reason == "")).sum(axis=1))
        for why in ("no_denominator", "zero_denominator", "reports_beside"):
            outcome.add_untested(doses.units, code, why, (sums.there & (reason == why)).sum(axis=1))
        share = np.divide(factor * sums.values, target, out=np.full(target.shape, np.nan), where=reason == "")
        outcome.flags += sums.flags(share > 100, code, target, share)
    return outcome


def negative_dropout(first: Reports, third: Reports, subject: str) -> Outcome:
    """More third than first doses in a whole quarter. Score: the dropout in %; none where no first dose was given.

    `month_missing` where a dose was not reported in one of the months: sums of different months are not compared.
    """
    outcome = Outcome("negative_dropout")
    (before, months_before), (after, months_after) = first.by_quarter(), third.by_quarter()
    whole = (months_before == 3) & (months_after == 3)
    some = before.there | after.there
    outcome.add_tested(first.units, whole.sum(axis=1))
    outcome.add_untested(first.units, subject, "month_missing", (some & ~whole).sum(axis=1))
    gone = before.values - after.values
    dropout = np.divide(100 * gone, before.values, out=np.full(gone.shape, np.nan), where=before.values > 0)
    pair = Reports(after.units, after.months, after.values, before.made_up | after.made_up)
    outcome.flags = pair.flags(whole & (gone < 0), subject, before.values, dropout)
    return outcome
