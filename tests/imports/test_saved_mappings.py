"""The page of saved mappings: all may use them, whoever made one or a lead renames it; a used one stays."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from indicators.accounts.roles import Role
from indicators.exchange.intake.actions import import_now
from indicators.exchange.mapping import Mapping
from indicators.exchange.mapping_actions import delete_mapping, rename_mapping, save_mapping
from indicators.exchange.models import ColumnMapping
from indicators.models import DataValue
from tests.builders import a_unit, a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db
PAGE = "/imports/modeles/"
COLUMNS = [
    {"column": "Site", "role": "unit"},
    {"column": "Mois", "role": "period"},
    {"column": "Produit", "role": "element"},
    {"column": "Doses", "role": "value"},
]


def a_mapping(by: Any, name: str = "Rapport mensuel", **more: Any) -> ColumnMapping:
    return save_mapping(name=name, mapping=Mapping.parse({"shape": "long", "columns": COLUMNS} | more), by=by)


def test_a_clerk_sees_all_and_changes_only_the_own(client: Client) -> None:
    clerk, other = a_user(Role.CLERK), a_user(Role.CLERK)
    own, foreign = a_mapping(clerk), a_mapping(other, "Autre")
    client.force_login(clerk)
    page = client.get(PAGE).content.decode()
    assert "Rapport mensuel" in page
    assert "Autre" in page
    assert page.count('name="name"') == 1  # the own one's form
    client.post(f"{PAGE}{own.pk}/", {"do": "rename", "name": "  Rapport   du mois "})
    own.refresh_from_db()
    assert own.name == "Rapport du mois"
    assert own.history.latest().history_user == clerk
    assert client.post(f"{PAGE}{foreign.pk}/", {"do": "delete"}).status_code == 403
    client.post(f"{PAGE}{own.pk}/", {"do": "rename", "name": "Autre"})
    own.refresh_from_db()
    assert own.name == "Rapport du mois"
    client.post(f"{PAGE}{own.pk}/", {"do": "delete"})
    assert list(ColumnMapping.objects.all()) == [foreign]
    client.force_login(a_user(Role.RESEARCHER))
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_bad_name_is_refused(name: str) -> None:
    clerk = a_user(Role.CLERK)
    with pytest.raises(ValidationError):
        rename_mapping(a_mapping(clerk), name=name, by=clerk)


def test_a_used_mapping_stays_and_says_how_its_names_are_meant(tmp_path: Any) -> None:
    """A command that imports by a saved mapping looks names up as the mapping says: here by code only."""
    lead = a_user(Role.LEAD)
    a_unit(name="Boura", code="B1")
    an_element("P1", code="PENTA1")
    the_default_combo()
    row = a_mapping(lead, unit_scheme="code", element_scheme="code")
    path = tmp_path / "doses.csv"
    path.write_text("Site,Mois,Produit,Doses\nB1,202401,PENTA1,12\n")
    run = import_now(path, file_name="doses.csv", by=lead, kind="table", mapping=row)
    assert (run.state, run.created) == ("committed", 1), run.report
    path.write_text("Site,Mois,Produit,Doses\nBoura,202402,PENTA1,12\n")
    run = import_now(path, file_name="doses.csv", by=lead, kind="table", mapping=row)
    assert (run.created, run.waiting) == (0, 1)
    assert DataValue.objects.count() == 1
    with pytest.raises(ValidationError):
        delete_mapping(row, by=lead)
