"""Signing in: limits, the second factor, sessions that end."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from indicators.accounts.models import SignInAttempt, User
from indicators.accounts.roles import Role
from indicators.accounts.sign_in import sessions
from indicators.accounts.sign_in.attempts import forget_old
from tests.builders import a_user

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-for-this"
LOGIN, CODE, FACTOR = "/connexion/", "/connexion/code/", "/compte/second-facteur/"


def person(*roles: Role, **fields: Any) -> User:
    user = a_user(*roles, **fields)
    user.set_password(PASSWORD)
    user.language = "en"
    user.save()
    return user


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(
        f"{LOGIN}?next=/sites/", {"username": user.username, "password": password, "next": "/sites/"}, **extra
    )


def code_of(user: User, confirmed: bool = True) -> str:
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"


def test_the_sixth_try_waits_even_with_the_right_password(client: Client) -> None:
    user = person(Role.VIEWER)
    for _number in range(5):
        assert sign_in(client, user, "wrong-password-here").status_code == 200
    held = sign_in(client, user)
    assert held.status_code == 429
    assert "Trop d’essais" in held.content.decode() or "Too many tries" in held.content.decode()
    assert sign_in(client, user, REMOTE_ADDR="10.1.2.3").status_code == 302  # somebody else's knocking shuts nobody out
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, user).status_code == 302


def test_an_unknown_name_is_answered_and_counted_like_a_known_one(client: Client) -> None:
    known = person(Role.VIEWER)
    answers: list[bytes] = [
        sign_in(client, user, "wrong-password-here").content for user in (known, User(username="nobody"))
    ]
    shown = [re.sub(rb"csrfmiddlewaretoken.*?>|value=\"[^\"]*\"", b"", answer) for answer in answers]
    assert shown[0] == shown[1]
    assert SignInAttempt.objects.count() == 2
    assert not SignInAttempt.objects.filter(account__contains="nobody").exists()


def test_the_right_password_forgets_the_wrong_ones_of_this_address_only(client: Client) -> None:
    user = person(Role.VIEWER)
    sign_in(client, user, "wrong-password-here")
    sign_in(client, user, "wrong-password-here", REMOTE_ADDR="10.1.2.3")
    sign_in(client, user)
    assert SignInAttempt.objects.count() == 1


def test_tries_older_than_a_day_are_removed_and_younger_ones_stay() -> None:
    now = timezone.now()
    for hours in (25, 23):
        SignInAttempt.objects.create(kind="password", account="a", address="b", at=now - timedelta(hours=hours))
    assert forget_old() == 1
    assert SignInAttempt.objects.count() == 1


def test_who_reads_notes_sets_a_second_factor_up_before_anything_else(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    user = person(Role.RESEARCHER)
    assert sign_in(client, user).status_code == 302
    for page in ("/sites/", "/observations/", "/admin/"):
        assert client.get(page)["Location"] == f"{FACTOR}?next={page}"
    assert client.get("/api/v1/observations").status_code == 403
    assert b"<svg" in client.get(f"{FACTOR}?next=/sites/").content
    assert client.post(FACTOR, {"code": "000000"}).status_code == 200
    assert client.get("/sites/").status_code == 302
    TOTPDevice.objects.filter(user=user).update(throttling_failure_timestamp=None, throttling_failure_count=0)
    shown = client.post(f"{FACTOR}?next=/sites/", {"code": code_of(user, confirmed=False), "next": "/sites/"})
    assert len(re.findall(r"<li><code>\w{8}</code>", shown.content.decode())) == 10
    assert client.get("/sites/").status_code == 200


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK])
def test_who_reads_no_notes_needs_none(client: Client, settings: Any, role: Role) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, person(role))
    assert client.get("/sites/").status_code == 200


def with_factor(client: Client) -> tuple[User, list[str]]:
    """A lead with a second factor, signed out, and the printed codes."""
    user = person(Role.LEAD)
    sign_in(client, user)
    client.get(FACTOR)
    shown = client.post(FACTOR, {"code": code_of(user, confirmed=False)}).content.decode()
    client.post("/deconnexion/")
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    return user, re.findall(r"<li><code>(\w{8})</code>", shown)


def test_a_password_alone_opens_nothing_once_there_is_a_second_factor(client: Client) -> None:
    user, _codes = with_factor(client)
    sign_in(client, user)
    assert client.get("/sites/")["Location"] == f"{CODE}?next=/sites/"
    assert client.get(FACTOR)["Location"].startswith(CODE)  # nor another second factor
    assert client.post("/compte/second-facteur/codes/")["Location"].startswith(CODE)
    key = client.session.session_key
    answer = client.post(CODE, {"code": code_of(user), "next": "/sites/"})
    assert answer["Location"] == "/sites/"
    assert client.session.session_key != key
    assert client.get("/sites/").status_code == 200


def test_each_code_opens_once(client: Client) -> None:
    user, codes = with_factor(client)
    sign_in(client, user)
    now = code_of(user)
    assert client.post(CODE, {"code": now}).status_code == 302
    client.post("/deconnexion/")
    sign_in(client, user)
    assert client.post(CODE, {"code": now}).status_code == 200
    assert client.post(CODE, {"code": codes[0].upper()}).status_code == 302
    client.post("/deconnexion/")
    sign_in(client, user)
    assert client.post(CODE, {"code": codes[0]}).status_code == 200


def test_a_stranger_address_after_the_code_is_not_followed(client: Client) -> None:
    user, _codes = with_factor(client)
    sign_in(client, user)
    assert client.post(CODE, {"code": code_of(user), "next": "https://example.org/"})["Location"] == "/"


def test_who_reads_notes_is_signed_out_when_idle_and_others_are_not(client: Client) -> None:
    for role, status in ((Role.LEAD, 302), (Role.CLERK, 200)):
        sign_in(client, person(role))
        session = client.session
        session[sessions.SEEN] = int(time.time()) - 31 * 60
        session.save()
        answer = client.get("/visites/")
        assert answer.status_code == status, role
        if status == 302:
            assert answer["Location"] == f"{LOGIN}?next=/visites/"
        client.post("/deconnexion/")


def test_a_session_ends_with_a_new_password_a_closed_account_and_when_told_to(client: Client) -> None:
    user, elsewhere = person(Role.VIEWER), Client()
    for one in (client, elsewhere):
        sign_in(one, user)
    client.post(reverse("end-sessions"))
    assert client.get("/sites/").status_code == 200
    assert elsewhere.get("/sites/").status_code == 302
    sign_in(elsewhere, user)
    client.post(
        reverse("own-password"),
        {"old_password": PASSWORD, "new_password1": "another-long-one", "new_password2": "another-long-one"},
    )
    assert client.get("/sites/").status_code == 200
    assert elsewhere.get("/sites/").status_code == 302
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/sites/").status_code == 302


def test_the_admin_has_no_way_in_of_its_own(client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"] == f"{LOGIN}?next=/admin/"


def test_a_required_second_factor_is_not_removed(client: Client, settings: Any) -> None:
    user, _codes = with_factor(client)
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, user)
    client.post(CODE, {"code": code_of(user)})
    client.post(reverse("second-factor-remove"))
    assert TOTPDevice.objects.filter(user=user).exists()
    settings.SECOND_FACTOR_REQUIRED = False
    client.post(reverse("second-factor-remove"))
    assert not TOTPDevice.objects.filter(user=user).exists()
