"""Numbers for the tests of pages, written by the product's own writers and refreshed by its own engine."""

from collections.abc import Mapping

from django.test import Client

from indicators.accounts.models import User
from indicators.models import Batch, DataElement, Denominator, OrgUnit
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now, run, sweep
from indicators.values.actions import Reported
from tests.builders import a_source, an_element, the_default_combo


def given_values(
    concept: str, values: Mapping[tuple[OrgUnit, str], float], *, label: str = "file.json", demonstration: bool = False
) -> None:
    """(unit, month such as `202501`) → value, as one batch; then `refreshed()`."""
    element = DataElement.objects.filter(concept=concept).first() or an_element(
        concept, name_en=concept, name_fr=concept
    )
    combo = the_default_combo().pk
    records = [
        Reported(element.pk, Period.parse(month).code, unit.pk, combo, combo, value)
        for (unit, month), value in values.items()
    ]
    record_values(records, origin=Batch.Origin.IMPORT, label=label, by=None, demonstration=demonstration)


def given_infants(unit: OrgUnit, infants: float, *years: int) -> None:
    """Surviving infants of a year, the same for each of the years."""
    source = a_source()
    for year in years:
        Denominator.objects.create(unit=unit, year=year, kind="surviving_infants", value=infants, source=source)


def worked_off() -> None:
    """Every refresh that was asked for is done, as a worker does them: from here on pages may keep what they read."""
    while (job := sweep()) is not None:
        assert run(job)


def refreshed() -> None:
    refresh_now()


def quarter_of(unit: OrgUnit, quarter: str, each: float) -> dict[tuple[OrgUnit, str], float]:
    """The same value in each month of the quarter."""
    return {(unit, month.id): each for month in Period.parse(quarter).months()}


def visitor(user: User | None = None, language: str = "en") -> Client:
    """A browser set to English, signed in where a person is given."""
    client = Client()
    if user:
        client.force_login(user)
    client.cookies["django_language"] = language
    return client


def district_of(unit: OrgUnit) -> OrgUnit:
    assert unit.parent
    return unit.parent
