"""pandas and spreadsheets read the answers as they are."""

from typing import Any

import pandas as pd
import pytest

from tests.dhis2_face.asking import basic
from tests.dhis2_face.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = "dataValueSets{}?dataSet=DataSetVacc&orgUnit=CountryAaaa&children=true&startDate=2025-01-01&endDate=2025-12-31"
TABLE = "analytics{}?dimension=dx:ElementDtp1&dimension=pe:202501;202502&dimension=ou:LEVEL-2"


def test_pandas_reads_values_as_csv(live_scene: Scene, live_server: Any) -> None:
    url = f"{live_server.url}/api/{VALUES.format('.csv')}"
    frame = pd.read_csv(url, storage_options=basic("reader"), dtype={"period": str})
    assert len(frame) == 7
    assert frame.groupby("dataelement")["value"].sum().to_dict() == {"ElementDtp1": 42, "ElementDtp3": 33}


def test_pandas_reads_lists_and_values_as_json(live_scene: Scene, live_server: Any) -> None:
    url = f"{live_server.url}/api/{VALUES.format('.json')}"
    frame = pd.DataFrame(pd.read_json(url, storage_options=basic("reader"))["dataValues"].tolist())
    assert frame["value"].astype(float).sum() == 75
    units = f"{live_server.url}/api/organisationUnits.json?paging=false&fields=id,name,level"
    listed = pd.DataFrame(pd.read_json(units, storage_options=basic("reader"))["organisationUnits"].tolist())
    assert sorted(listed["level"]) == [1, 2, 2, 3, 3, 3, 3]


def test_pandas_reads_analytics(live_scene: Scene, live_server: Any) -> None:
    url = f"{live_server.url}/api/{TABLE.format('.csv')}"
    frame = pd.read_csv(url, storage_options=basic("reader"), dtype={"Period": str})
    wide = frame.pivot(index="Organisation unit", columns="Period", values="Value")
    assert wide.loc["DistNorthAa", "202502"] == 0
    assert bool(wide.isna().loc["DistSouthAa", "202502"])
