from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client, RequestFactory
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.pages.context import NAVIGATION, site
from indicators.values.models import Batch

pytestmark = pytest.mark.django_db


def person(*roles: Role) -> User:
    user = User.objects.create_user("somebody", password="a long test password")
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def addresses(user: User | AnonymousUser, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = user
    return [item["url"] for item in site(request)["frame"]["nav"]]


def test_every_item_of_the_navigation_leads_to_a_page() -> None:
    for item in NAVIGATION:
        assert reverse(item.url_name, kwargs=item.kwargs)


def test_a_stranger_is_offered_the_public_pages_only() -> None:
    evaluations = [reverse("evaluation-detail", kwargs={"code": code}) for code in ("coach2pev", "medexis")]
    assert addresses(AnonymousUser()) == [reverse("home"), *evaluations, reverse("edition-list")]


def test_a_clerk_is_offered_entry_and_no_observations() -> None:
    offered = addresses(person(Role.CLERK))
    assert reverse("visit-list") in offered
    assert reverse("observation-list") not in offered
    assert reverse("admin:index") not in offered


def test_the_page_that_is_open_is_marked_once() -> None:
    request = RequestFactory().get(reverse("evaluation-detail", kwargs={"code": "medexis"}))
    request.user = AnonymousUser()
    assert [item["text"] for item in site(request)["frame"]["nav"] if item["current"]] == ["Medexis"]


def test_made_up_data_are_announced_on_every_page(client: Client) -> None:
    login = reverse("login")
    assert b"demo-banner" not in client.get(login).content
    Batch.objects.create(origin=Batch.Origin.DEMONSTRATION, label="x", demonstration=True)
    assert b"demo-banner" in client.get(login).content


def test_the_frame_costs_a_stranger_two_queries(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        client.get(reverse("login"))


def test_the_sign_in_page_names_demonstration_accounts_only_in_a_demonstration(client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = False
    assert b"researcher" not in client.get(reverse("login")).content
    settings.DEMONSTRATION = True
    assert b"researcher" in client.get(reverse("login")).content


def test_the_language_can_be_switched_from_any_page_and_leads_back_to_it(client: Client) -> None:
    address = reverse("login") + "?next=/charte/"
    page = client.get(address)
    assert 'lang="fr"' in page.text
    assert ">English</button>" in page.text
    answer = client.post(reverse("set_language"), {"language": "en", "next": address})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert '<html lang="en">' in client.get(address).text


def test_a_wrong_password_is_said_beside_the_form(client: Client) -> None:
    page = client.post(reverse("login"), {"username": "nobody", "password": "x"})
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert 'value="nobody"' in page.text


def test_a_missing_page_is_a_friendly_404(client: Client) -> None:
    page = client.get("/nulle-part/")
    assert page.status_code == 404
    assert reverse("home") in page.text
    assert "brand" in page.text


def test_the_style_guide_shows_every_part_to_administrators_only(client: Client) -> None:
    address = reverse("style-guide")
    assert client.get(address).status_code == 302
    user = person(Role.CLERK)
    client.force_login(user)
    assert client.get(address).status_code == 403
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR.value))
    page = client.get(address)
    assert page.status_code == 200
    assert len(page.content) < 100_000
    wrong = client.post(address, {"text": "kept"}).text
    assert 'aria-describedby="id_site_error"' in wrong
    assert 'id="id_site_error"' in wrong
    assert "kept" in wrong
