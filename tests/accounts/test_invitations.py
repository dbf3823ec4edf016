"""Accounts offered by e-mail; new passwords by e-mail."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from indicators.accounts.invitations import actions
from indicators.accounts.models import Invitation, User
from indicators.accounts.roles import Role
from tests.builders import a_study_district, a_user

pytestmark = pytest.mark.django_db
LIST = "/comptes/invitations/"
NEW = {"username": "invited", "password1": "a-long-one-indeed", "password2": "a-long-one-indeed"}


def sent(client: Client, capture: Any, *roles: Role, **fields: Any) -> str:
    """The path in the letter that an administrator sent."""
    client.force_login(a_user(Role.ADMINISTRATOR))
    groups = [Group.objects.get(name=role.value).pk for role in roles]
    with capture(execute=True):
        answer = client.post(LIST, {"email": "new@example.org", "language": "fr", "groups": groups} | fields)
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"http://testserver(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_an_invitation_makes_one_account_with_its_roles_and_districts(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    district = a_study_district().unit
    path = sent(client, django_capture_on_commit_callbacks, Role.CLERK, districts=[district.pk])
    assert mail.outbox[-1].to == ["new@example.org"]
    assert "Bonjour" in mail.outbox[-1].body
    stranger = Client()
    assert stranger.get(path).status_code == 200
    assert stranger.post(path, NEW | {"password2": "other"}).status_code == 200
    assert stranger.post(path, NEW).status_code == 302
    user = User.objects.get(username="invited")
    assert user.roles == {Role.CLERK}
    assert list(user.districts.all()) == [district]
    assert user.email == "new@example.org"
    assert not user.is_staff
    assert stranger.get(path).status_code == 410
    assert stranger.post(path, NEW | {"username": "again"}).status_code == 410
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize("over", ["old", "withdrawn", "sent again"])
def test_an_invitation_that_is_over_opens_nothing(
    client: Client, django_capture_on_commit_callbacks: Any, over: str
) -> None:
    path = sent(client, django_capture_on_commit_callbacks, Role.VIEWER)
    row = Invitation.objects.get()
    if over == "old":
        Invitation.objects.update(sent_at=timezone.now() - timedelta(days=8))
    else:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{LIST}{row.pk}/etape/", {"step": "withdraw" if over == "withdrawn" else "send"})
    assert Client().get(path).status_code == 410
    assert Client().post(path, NEW).status_code == 410
    assert not User.objects.filter(username="invited").exists()


def test_a_lead_proposes_and_only_an_administrator_sends(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    lead = a_user(Role.LEAD)
    client.force_login(lead)
    viewer = Group.objects.get(name="viewer")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"email": "new@example.org", "language": "en", "groups": [viewer.pk]})
        row = Invitation.objects.get()
        assert client.post(f"{LIST}{row.pk}/etape/", {"step": "send"}).status_code == 403
    assert not mail.outbox
    assert row.sent_at is None
    with django_capture_on_commit_callbacks(execute=True):
        actions.send(row, by=a_user(Role.ADMINISTRATOR), site="https://capev.example.org")
    assert "Hello" in mail.outbox[0].body
    for role in (Role.VIEWER, Role.CLERK, Role.RESEARCHER):
        with pytest.raises(PermissionDenied):
            actions.propose(by=a_user(role), email="x@example.org", language="fr", groups=[viewer], districts=[])


def test_what_cannot_be_offered_is_said_with_its_field() -> None:
    by, viewer, clerk = (
        a_user(Role.ADMINISTRATOR),
        *Group.objects.filter(name__in=["viewer", "clerk"]).order_by("-name"),
    )
    a_user(Role.VIEWER, email="There@example.org")
    asked: Any = {"language": "fr", "groups": [viewer], "districts": []}
    actions.propose(by=by, email="new@example.org", **asked)
    for email, field in (("there@example.org", "email"), ("NEW@example.org", "email")):
        with pytest.raises(ValidationError) as caught:
            actions.propose(by=by, email=email, **asked)
        assert field in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        actions.propose(by=by, email="clerk@example.org", **asked | {"groups": [clerk]})
    assert "districts" in caught.value.message_dict


def test_a_forgotten_password_is_set_by_letter_in_the_language_of_the_account(client: Client) -> None:
    user = a_user(Role.VIEWER, email="me@example.org", language="fr")
    user.set_password("the-one-before-it")
    user.save()
    client.cookies["django_language"] = "en"
    for address in ("me@example.org", "nobody@example.org"):
        assert client.post("/connexion/oubli/", {"email": address})["Location"] == "/connexion/oubli/envoye/"
    (letter,) = mail.outbox
    assert "Bonjour" in letter.body
    path = re.search(r"http://testserver(/\S+)", str(letter.body))[1]  # type: ignore[index]
    form = client.get(path)["Location"]
    answer = client.post(form, {"new_password1": "a-quite-new-one", "new_password2": "a-quite-new-one"})
    assert answer["Location"] == "/connexion/"
    assert client.login(username=user.username, password="a-quite-new-one")
    client.logout()
    client.cookies["django_language"] = "en"
    assert b"older than an hour" in client.get(path, follow=True).content


def test_the_fourth_letter_within_an_hour_is_not_sent(client: Client) -> None:
    a_user(Role.VIEWER, email="me@example.org")
    for _number in range(3):
        client.post("/connexion/oubli/", {"email": "me@example.org"})
    assert client.post("/connexion/oubli/", {"email": "ME@example.org"}).status_code == 200
    assert len(mail.outbox) == 3
