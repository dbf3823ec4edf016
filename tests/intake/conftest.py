from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_unit, an_element, the_default_combo
from tests.exchange.files import ELEMENT, UNIT


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    """Uploads and spools of a test lie in its own folder; nobody rings a worker."""
    settings.MEDIA_ROOT, settings.IMPORT_SPOOL = tmp_path / "media", tmp_path / "spool"


@pytest.fixture
def known() -> None:
    """Two units in two districts, two elements, the default combination."""
    country = a_unit("Pays")
    for number in (1, 2):
        district = a_unit(f"District {number}", parent=country)
        a_unit(f"Poste {number}", parent=district, uid=f"OrgUnit000{number}")
    an_element("DTP1", uid=ELEMENT)
    an_element("DTP3", uid="DataElem002")
    the_default_combo()
    assert UNIT == "OrgUnit0001"
