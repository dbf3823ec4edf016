"""No letter leaves: who sends is told, nothing says that it was sent, and it is sent later."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from indicators.accounts.models import Invitation
from indicators.accounts.roles import Role
from tests.builders import a_user
from tests.screenshots import free_port

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/comptes/invitations/"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def nobody_listens(settings: Any) -> None:
    """A port of this machine at which no mail server is."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", free_port()


def invite(client: Client) -> Any:
    viewer = Group.objects.get_or_create(name=Role.VIEWER.value)[0]
    return client.post(LIST, {"email": "new@example.org", "language": "fr", "groups": [viewer.pk]})


def test_an_invitation_stays_and_is_sent_later(client: Client, nobody_listens: None, settings: Any) -> None:
    client.force_login(a_user(Role.ADMINISTRATOR, language="en"))
    answer = invite(client)
    assert (answer.status_code, "did not leave" in answer.content.decode()) == (200, True)
    row = Invitation.objects.get()
    assert row.sent_at is None
    again = client.post(f"{LIST}{row.pk}/etape/", {"step": "send"}, follow=True)
    assert (again.status_code, "did not leave" in again.content.decode()) == (200, True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(f"{LIST}{row.pk}/etape/", {"step": "send"})
    assert Invitation.objects.exclude(sent_at=None).count() == 1
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]


def test_a_forgotten_password_shows_nobody_that_the_address_is_known(client: Client, nobody_listens: None) -> None:
    a_user(Role.VIEWER, email="me@example.org")
    places = [client.post("/connexion/oubli/", {"email": f"{name}@example.org"}) for name in ("me", "nobody")]
    assert [(answer.status_code, answer["Location"]) for answer in places] == [(302, "/connexion/oubli/envoye/")] * 2
