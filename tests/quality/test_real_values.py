"""Sierra Leone's reports of 2025 on the board, against slow sums over the raw values of the file."""

import gzip
import json
from collections import defaultdict
from io import StringIO
from statistics import median
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from indicators.models import OrgUnit
from indicators.periods import Period
from indicators.quality.board import examine
from indicators.quality.material import Material
from tests.exchange import shared_data
from tests.exchange.shared_data import METADATA, UNITS, VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data, shared_data.needed]
FIRST, THIRD = "fClA2Erf6IO", "n6aMJNLdvep"


@pytest.fixture(scope="module")
def material(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The country's year, imported and refreshed once for the module, and gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        files = [str(VALUES), "--org-units", str(UNITS), "--metadata", str(METADATA)]
        call_command("import_dhis2", *files, stdout=StringIO())
        call_command("refresh_aggregates", stdout=StringIO())
        country = OrgUnit.objects.get(uid="ImspTQPwCqd")
        yield Material(country, Period.parse("202501"), Period.parse("202512"))
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def raw() -> dict[str, dict[tuple[str, str], float]]:
    """Element → (unit, month) → sum over its option combinations, straight from the file."""
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    with gzip.open(VALUES) as stream:
        for value in json.load(stream)["dataValues"]:
            if value["dataElement"] in (FIRST, THIRD):
                found[value["dataElement"]][value["orgUnit"], value["period"]] += float(value["value"])
    return found


def test_third_doses_exceed_first_in_688_of_2446_unit_months(material: Material, raw: Any) -> None:
    outcome = examine(material, ["dtp3_over_dtp1"])["dtp3_over_dtp1"]
    assert (len(outcome.flags), outcome.tested.total()) == (688, 2446)
    uids = dict(OrgUnit.objects.values_list("pk", "uid"))
    both = raw[FIRST].keys() & raw[THIRD].keys()
    assert {(uids[flag.unit], flag.period.id) for flag in outcome.flags} == {
        key for key in both if raw[THIRD][key] > raw[FIRST][key]
    }
    alone = raw[FIRST].keys() ^ raw[THIRD].keys()
    assert sum(gap.values for gap in outcome.untested) == len(alone)


def test_outliers_are_those_of_a_slow_second_computation(material: Material, raw: Any) -> None:
    outcome = examine(material, ["modified_z"])["modified_z"]
    uids = dict(OrgUnit.objects.values_list("pk", "uid"))
    wanted, untested = set(), 0
    for element, code in ((FIRST, "dtp1_doses"), (THIRD, "dtp3_doses")):
        for uid in {unit for unit, _ in raw[element]}:
            months = {month: value for (unit, month), value in raw[element].items() if unit == uid}
            centre = median(months.values())
            spread = median(abs(value - centre) for value in months.values())
            if len(months) < 6 or spread == 0:
                untested += len(months)
                continue
            wanted |= {(uid, code, m) for m, value in months.items() if 0.6745 * abs(value - centre) >= 3.5 * spread}
    assert {(uids[flag.unit], flag.subject, flag.period.id) for flag in outcome.flags} == wanted
    assert sum(gap.values for gap in outcome.untested) == untested


def test_completeness_is_counted_of_the_places_that_the_data_sets_ask(material: Material, raw: Any) -> None:
    data_sets = json.loads(METADATA.read_bytes())["dataSets"]
    outcome = examine(material, ["missing"])["missing"]
    expected, missing = 0, set()
    for element, code in ((FIRST, "dtp1_doses"), (THIRD, "dtp3_doses")):
        asked: set[str] = set()
        for one in data_sets:
            if element in {member["dataElement"]["id"] for member in one["dataSetElements"]}:
                asked |= {unit["id"] for unit in one["organisationUnits"]}
        expected += 12 * len(asked)
        months = [f"2025{month:02d}" for month in range(1, 13)]
        missing |= {(uid, code, month) for uid in asked for month in months if (uid, month) not in raw[element]}
    uids = dict(OrgUnit.objects.values_list("pk", "uid"))
    assert outcome.tested.total() == expected
    assert {(uids[flag.unit], flag.subject, flag.period.id) for flag in outcome.flags} == missing
