"""A person is taken out: nothing names them any more, and nothing that they wrote is lost."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from indicators.accounts.invitations import actions
from indicators.accounts.models import Invitation, User
from indicators.accounts.roles import Role
from indicators.audit import guard
from indicators.audit.check import broken
from indicators.audit.seal import seal_new
from research.models import Observation
from tests.builders import a_user, an_observation

pytestmark = pytest.mark.django_db
NAMES = ("fantacanary", "Fantacanary", "fantacanary@example.org")


def everywhere(word: str) -> list[str]:
    """Tables with the word in any of their columns, read past all models."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name, of = connection.ops.quote_name(column.name), connection.ops.quote_name(table)
                cursor.execute(f"SELECT count(*) FROM {of} WHERE lower(CAST({name} AS text)) LIKE %s", [f"%{word}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column.name}")
    return found


def test_nothing_names_them_and_what_they_wrote_stays(monkeypatch: Any) -> None:
    guard.prepare()
    groups = [Group.objects.get(name=Role.VIEWER.value)]
    invitation = actions.propose(
        by=a_user(Role.ADMINISTRATOR), email=NAMES[2], language="fr", groups=groups, districts=[]
    )
    user = a_user(Role.RESEARCHER, username=NAMES[0], first_name=NAMES[1], email=NAMES[2])
    user.last_name = "Fantacanary"
    user.save()
    Invitation.objects.filter(pk=invitation.pk).update(account=user)
    observation = an_observation(created_by=user, seen="What was seen")
    seal_new()
    assert everywhere("fantacanary")
    said = StringIO()
    call_command("take_out_person", NAMES[0], reason="Asked to be forgotten", stdout=said)
    assert everywhere("fantacanary") == []
    gone = User.objects.get(pk=user.pk)
    assert (gone.username, gone.is_active, gone.roles) == (f"person-{user.pk}", False, frozenset())
    assert not gone.has_usable_password()
    assert Observation.objects.get(pk=observation.pk).created_by == gone
    seal_new()
    assert list(broken()) == []


def test_without_a_reason_or_a_person_nothing_happens() -> None:
    user = a_user(Role.VIEWER, username="stays")
    for name, reason in (("stays", " "), ("nobody", "a good reason")):
        with pytest.raises(CommandError):
            call_command("take_out_person", name, reason=reason, stdout=StringIO())
    assert User.objects.get(pk=user.pk).username == "stays"
