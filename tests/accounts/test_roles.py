import pytest
from django.contrib.auth.models import Group, Permission

from indicators.accounts.groups import MAINTAINED, WATCHED
from indicators.accounts.roles import Role
from tests.builders import a_user

pytestmark = pytest.mark.django_db


def test_every_role_has_a_group_after_migration() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {role.value for role in Role}


def test_the_administrators_permissions_are_exactly_the_table() -> None:
    held = set(Permission.objects.filter(group__name="administrator").values_list("codename", flat=True))
    maintained = {f"{a}_{m}" for ms in MAINTAINED.values() for m in ms for a in ("view", "add", "change", "delete")}
    assert held == maintained | {f"view_{m}" for ms in WATCHED.values() for m in ms}
    assert not {c for c in held if c.endswith(("_observation", "_supervisionvisit", "_stockreport"))}


def test_other_roles_hold_no_admin_permission() -> None:
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            assert not Group.objects.get(name=role.value).permissions.exists()


def test_roles_are_read_from_groups_and_foreign_groups_ignored() -> None:
    person = a_user(Role.CLERK, Role.RESEARCHER)
    person.groups.add(Group.objects.create(name="choir"))
    assert person.roles == {Role.CLERK, Role.RESEARCHER}
    assert person.has_role(Role.LEAD, Role.CLERK)
    assert not person.has_role(Role.LEAD)


def test_a_disabled_account_holds_no_role() -> None:
    assert not a_user(Role.LEAD, is_active=False).has_role(Role.LEAD)
