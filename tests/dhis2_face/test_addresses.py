"""Walks every address of this face: strangers are asked who they are in JSON, and no role meets a broken answer."""

import pytest
from django.test import Client

from indicators.accounts.roles import Role
from indicators.api.dhis2.urls import urlpatterns
from tests.builders import a_user
from tests.dhis2_face.asking import basic
from tests.dhis2_face.scene import Scene

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    """One for each route; the same uid for all that want one, which most do not know."""
    found = []
    for pattern in urlpatterns:
        name = str(pattern.name).removeprefix("dhis2-")
        if name.endswith("-single"):
            found.append(f"/api/{name.removesuffix('-single')}/DistNorthAa.json")
        else:
            plain = {
                "system-info": "system/info", "ping": "system/ping", "shapes": "organisationUnits.geojson",
                "shape": "organisationUnits/DistNorthAa.geojson", "nothing": "sharing",
            }  # fmt: skip
            found.append(f"/api/{plain.get(name, name)}")
    return found


def test_each_route_is_meant() -> None:
    resolved = {
        next(one.name for one in urlpatterns if one.resolve(path.removeprefix("/api/"))) for path in addresses()
    }
    assert resolved == {pattern.name for pattern in urlpatterns}


def test_strangers_are_asked_who_they_are(scene: Scene) -> None:
    for path in addresses():
        for answer in (Client().get(path), Client().post(path, "{}", content_type="application/json")):
            assert answer.status_code == 401, path
            assert answer.json()["httpStatus"] == "Unauthorized"
            assert answer["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("role", Role)
def test_no_role_meets_a_broken_answer(role: Role, scene: Scene) -> None:
    headers = basic(a_user(role, districts=[scene.south]).username)
    for path in addresses():
        for answer in (Client().get(path, headers=headers), Client().post(path, headers=headers)):
            assert answer.status_code < 500, path
            assert answer.status_code != 401
