"""Process measures are data values like any other: the rooms publish theirs here, month by month and site by site."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

from indicators.accounts.models import User
from indicators.models import Batch, DataElement, OptionCombo
from indicators.periods import Period
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported

SiteMonth = tuple[int, Period]
"""Primary key of the site, and the month."""


class Measured(NamedTuple):
    """A site-month: value by code of the data element; None means missing, and removes what stood there.

    `demonstration` where any record behind the values is made up; `made_up` are codes whose values are, where others
    of the same month are real.
    """

    values: Mapping[str, float | None]
    demonstration: bool
    made_up: Collection[str] = ()


def publish(measured: Mapping[SiteMonth, Measured], *, label: str, by: User | None) -> None:
    """Writes the measures as data values and asks for a refresh, in the caller's transaction.

    Made-up and real site-months go into batches of their own. Raises ImproperlyConfigured where a data element is
    missing, that is, before `load_study`.
    """
    if not measured:
        return
    codes = {code for month in measured.values() for code in month.values}
    elements = dict(DataElement.objects.filter(code__in=codes).values_list("code", "pk"))
    if absent := codes - elements.keys():
        raise ImproperlyConfigured(f"No data element for {', '.join(sorted(absent))}: run `manage.py load_study`.")
    default, _created = OptionCombo.objects.get_or_create(uid=OptionCombo.DEFAULT_UID, defaults={"name": "default"})
    for demonstration in (False, True):
        records = [
            Reported(elements[code], month.code, site, default.pk, default.pk, value)
            for (site, month), one in measured.items()
            for code, value in one.values.items()
            if (one.demonstration or code in one.made_up) is demonstration
        ]
        origin = Batch.Origin.DEMONSTRATION if demonstration else Batch.Origin.ENTRY
        if records:
            record_values(records, origin=origin, label=label[:300], by=by, demonstration=demonstration)
