import pytest

from tests.builders import a_unit, an_element, the_default_combo
from tests.exchange.files import ELEMENT, UNIT


@pytest.fixture
def known() -> None:
    """One unit, elements of several types (one of them counts doses), and the default combination."""
    a_unit(uid=UNIT)
    an_element("DTP1", uid=ELEMENT)
    an_element(uid="Balance0001")
    an_element(uid="Integer0001", value_type="INTEGER")
    an_element(uid="Percent0001", value_type="PERCENTAGE")
    an_element(uid="Remarks0001", value_type="TEXT")
    the_default_combo()
