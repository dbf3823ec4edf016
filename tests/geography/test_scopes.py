import pytest
from django.contrib.auth.models import AnonymousUser

from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import is_in_scope, limit_to_scope
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, OrgUnit]:
    country = a_unit("Pays")
    north, south = a_unit("Nord", country), a_unit("Sud", country)
    return {
        "country": country,
        "north": north,
        "south": south,
        "site": a_unit("Site", north),
        "other": a_unit("Autre", south),
    }


def names(user: object) -> set[str]:
    return set(limit_to_scope(OrgUnit.objects.all(), user).values_list("name", flat=True))  # type: ignore[arg-type]


def test_a_clerk_meets_own_districts_only(tree: dict[str, OrgUnit]) -> None:
    clerk = a_user(Role.CLERK, districts=[tree["north"]])
    assert names(clerk) == {"Nord", "Site"}
    assert is_in_scope(clerk, tree["site"])
    assert not is_in_scope(clerk, tree["other"])


def test_a_clerk_without_a_district_meets_nothing(tree: dict[str, OrgUnit]) -> None:
    assert names(a_user(Role.CLERK)) == set()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR])
def test_other_roles_meet_every_district(tree: dict[str, OrgUnit], role: Role) -> None:
    assert len(names(a_user(role))) == 5


def test_roles_add_up(tree: dict[str, OrgUnit]) -> None:
    assert len(names(a_user(Role.CLERK, Role.RESEARCHER, districts=[tree["north"]]))) == 5


def test_strangers_the_disabled_and_people_without_a_role_meet_nothing(tree: dict[str, OrgUnit]) -> None:
    assert names(AnonymousUser()) == set()
    assert names(a_user(Role.LEAD, is_active=False)) == set()
    assert names(a_user()) == set()


def test_a_district_is_not_mistaken_for_one_whose_number_starts_alike(tree: dict[str, OrgUnit]) -> None:
    """Paths are compared whole: /1/1/ must not hold /1/10/."""
    country = tree["country"]
    many = [a_unit(f"D{i}", country) for i in range(12)]
    clerk = a_user(Role.CLERK, districts=[many[0]])
    assert names(clerk) == {"D0"}
