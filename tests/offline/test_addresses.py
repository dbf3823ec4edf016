"""The three addresses that make the site open without a network are the same for everybody."""

import json

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from indicators.accounts.roles import Role
from tests.builders import a_user

pytestmark = pytest.mark.django_db


def test_the_manifest_speaks_the_readers_language(client: Client) -> None:
    told = {language: client.get(reverse("manifest"), {"langue": language}).json() for language in ("fr", "en")}
    assert [told[language]["lang"] for language in told] == ["fr", "en"]
    assert (told["fr"]["start_url"], told["fr"]["scope"]) == ("/", "/")
    assert client.get(reverse("manifest"), {"langue": "xx"}).json()["lang"] == "fr"
    assert '<link rel="manifest" href="/manifest.webmanifest?langue=fr">' in client.get("/").content.decode()


def test_the_worker_stands_at_the_root_and_names_this_release(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    told = json.loads(text.split("const TOLD = ", 1)[1].split(";\n", 1)[0])
    assert all(name.startswith("/static/") for name in told["files"])
    assert len(told["version"]) == 16
    with override_settings(STATIC_URL="/elsewhere/"):
        other = client.get("/service-worker.js").content.decode()
    assert told["version"] not in other  # other addresses, another worker


def test_the_page_of_what_waits_is_the_same_for_everybody(client: Client) -> None:
    assert '<html lang="fr">' in client.get(reverse("offline"), {"langue": "fr"}).content.decode()
    english = client.get(reverse("offline"), {"langue": "en"}).content.decode()
    assert '<html lang="en">' in english
    assert "What waits on this device" in english


def test_only_the_pages_of_somebody_signed_in_look_after_what_waits(client: Client) -> None:
    assert "offline.js" not in client.get("/").content.decode()
    user = a_user(Role.CLERK, language="en")
    client.force_login(user)
    page = client.get("/").content.decode()
    assert "offline.js" in page
    assert f'data-account="{user.pk}"' in page
