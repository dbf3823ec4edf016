from collections.abc import Iterator
from typing import Any

import pytest

from indicators.models import Dhis2Server
from tests.builders import a_unit, an_element, the_default_combo
from tests.dhis2.a_server import Dhis2, Holdings, a_server
from tests.dhis2.given import DATA_SET, ELEMENT, MONTHS, ROOT, TOKEN, UNIT, a_value


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dhis2]:
    """Twelve months of one value, and the unit and element that they are about."""
    monkeypatch.setenv("DHIS2_HMIS_TOKEN", TOKEN)
    units = [
        {"id": ROOT, "name": "Country", "openingDate": "2000-01-01T00:00:00.000"},
        {"id": UNIT, "name": "Area", "openingDate": "2000-01-01T00:00:00.000", "parent": {"id": ROOT}},
    ]
    metadata: dict[str, list[Any]] = {
        "dataElements": [{"id": ELEMENT, "name": "Doses", "valueType": "NUMBER", "aggregationType": "SUM"}],
        "categoryOptionCombos": [{"id": "HllvX50cXC0", "name": "default"}],
        "dataSets": [
            {
                "id": DATA_SET,
                "name": "Routine",
                "periodType": "Monthly",
                "dataSetElements": [{"dataElement": {"id": ELEMENT}}],
                "organisationUnits": [{"id": UNIT}],
            }
        ],
    }
    values = {(DATA_SET, month): [a_value(month, str(place))] for place, month in enumerate(MONTHS)}
    holdings = Holdings({"organisationUnits": units, **metadata}, values)
    with a_server(holdings, authorization=f"ApiToken {TOKEN}") as running:
        yield running


@pytest.fixture
def server(remote: Dhis2) -> Dhis2Server:
    """The row, with what its values are about already known."""
    a_unit(uid=UNIT, parent=a_unit(uid=ROOT))
    an_element("DTP1", uid=ELEMENT)
    the_default_combo()
    return Dhis2Server.objects.create(key="hmis", name="HMIS", url=remote.url, data_sets=[DATA_SET])
