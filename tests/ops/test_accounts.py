"""The accounts of the demonstration."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.management.commands.create_demo_accounts import read_passwords
from tests.builders import a_unit


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    return tmp_path


@pytest.mark.django_db
def test_one_account_per_role_whose_password_opens_it(var: Path) -> None:
    segou = a_unit("Ségou", parent=a_unit("Ségou"))
    call_command("create_demo_accounts", verbosity=0)
    passwords = read_passwords(var / "demo-accounts.txt")
    users = {user.username: user for user in User.objects.all()}
    assert users.keys() == passwords.keys()
    assert {role for user in users.values() for role in user.roles} == set(Role)
    assert all(users[name].check_password(password) for name, password in passwords.items())
    assert len(set(passwords.values())) == len(Role)
    assert list(users["clerk"].districts.all()) == [segou]
    assert [name for name, user in users.items() if user.is_staff] == ["admin"]
    assert not any(user.is_superuser for user in users.values())


@pytest.mark.django_db
def test_again_changes_nothing_and_a_lost_file_makes_new_passwords(var: Path) -> None:
    a_unit("Ségou")
    call_command("create_demo_accounts", verbosity=0)
    file = var / "demo-accounts.txt"
    before = file.read_text()
    call_command("create_demo_accounts", verbosity=0)
    assert file.read_text() == before
    file.unlink()
    call_command("create_demo_accounts", verbosity=0)
    assert file.read_text() != before
    password = read_passwords(file)["lead"]
    assert User.objects.get(username="lead").check_password(password)
    assert User.objects.count() == len(Role)


@pytest.mark.django_db
def test_refused_outside_the_demonstration(settings: Any, tmp_path: Path) -> None:
    settings.DEMONSTRATION, settings.VAR_DIR = False, tmp_path
    with pytest.raises(CommandError, match="DEMONSTRATION=1"):
        call_command("create_demo_accounts")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_the_study_nothing_is_half_made(var: Path) -> None:
    with pytest.raises(CommandError, match="load_study"):
        call_command("create_demo_accounts")
    assert not User.objects.exists()
    assert not (var / "demo-accounts.txt").exists()
