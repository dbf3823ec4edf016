"""Every definition of a stock indicator, computed side by side from the same records, in the reader's language. Reads
nothing."""

from research.medexis.definitions.availability import days, enough, out
from research.medexis.definitions.consumption import adjusted_for_days_out, averages, demand, used
from research.medexis.definitions.district import of_district
from research.medexis.definitions.inputs import Inputs
from research.medexis.definitions.lasting import lasting
from research.medexis.definitions.losses import differences, wastage
from research.medexis.definitions.ordering import ordering
from research.medexis.definitions.rival import Group

OF_A_SITE = (days, out, enough, used, adjusted_for_days_out, averages, demand, lasting, wastage, differences, ordering)


def groups(of: Inputs) -> list[Group]:
    """All groups, in the order of the page."""
    return [one(of) for one in OF_A_SITE] + (of_district(of, of.district) if of.district else [])
