"""No names: what looks like one is refused, and roles as the field writes them are not."""

import pytest

from research.coach2pev.people.codes import Wrong, wrong_with_code, wrong_with_role


@pytest.mark.parametrize("code", ["SEG-07", "c1", "a_2", "cs3-inf-1"])
def test_codes(code: str) -> None:
    assert wrong_with_code(code) is None


@pytest.mark.parametrize("code", ["mariam", "mariam-traore", "MT", ""])
def test_codes_that_may_be_names(code: str) -> None:
    assert wrong_with_code(code) is Wrong.NO_DIGIT


@pytest.mark.parametrize(
    "role",
    [
        "agent vaccinateur", "Infirmier chef de poste", "Agent PEV", "superviseur du CSRéf", "Sage-femme",
        "DTC du CSCom", "Point focal PEV, district", "relais communautaire (2)", "aide-soignant·e", "ASC", "",
        "Infirmier d’État", "Chef SIS",
    ],
)  # fmt: skip
def test_roles(role: str) -> None:
    assert wrong_with_role(role) is None


@pytest.mark.parametrize(
    "role",
    [
        "Mariam Traoré", "Infirmier Mariam", "MARIAM TRAORE", "agent vaccinateur Mariam Traoré", "Dr Keita", "dr keita",
        "Mme Diallo", "m. Sow", "Élise N’Diaye", "Vaccination Agent",
    ],
)  # fmt: skip
def test_what_looks_like_a_name(role: str) -> None:
    assert wrong_with_role(role) is Wrong.NAME


@pytest.mark.parametrize("role", ["infirmier 76 12 34 56", "infirmier +22376123456", "chef@exemple.ml"])
def test_what_leads_to_a_person(role: str) -> None:
    assert wrong_with_role(role) is Wrong.CONTACT
