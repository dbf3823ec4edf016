"""Lists that somebody comes back to."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.models import SavedView
from tests.builders import a_user

pytestmark = pytest.mark.django_db
NEW, LIST = reverse("saved-view-create"), reverse("saved-view-list")
VIEW = "/observations/?evaluation=coach2pev&q=froid"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_view_is_saved_found_again_and_removed() -> None:
    user, colleague = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    client = signed_in(user)
    assert VIEW.replace("&", "&amp;") in client.get(NEW, {"to": VIEW}).content.decode()
    client.post(NEW, {"name": "Le froid", "address": VIEW})
    row = SavedView.objects.get()
    assert (row.user, row.address, row.shared) == (user, VIEW, False)
    assert "Le froid" not in signed_in(colleague).get(LIST).content.decode()
    assert signed_in(colleague).post(reverse("saved-view-remove", args=[row.pk])).status_code == 404
    client.post(reverse("saved-view-remove", args=[row.pk]))
    assert not SavedView.objects.exists()


def test_a_shared_view_is_shown_to_everybody_with_an_account() -> None:
    signed_in(a_user(Role.LEAD)).post(NEW, {"name": "Pour tous", "address": VIEW, "shared": "on"})
    assert "Pour tous" in signed_in(a_user(Role.VIEWER)).get(LIST).content.decode()


def test_one_name_is_one_view() -> None:
    client = signed_in(a_user(Role.LEAD))
    for _ in range(2):
        answer = client.post(NEW, {"name": "Une", "address": VIEW})
    assert "name" in answer.context["form"].errors
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.org/",
        "//example.org/",
        "javascript:alert(1)",
        "/nulle-part/",
        "/admin/",
        "/api/",
        "x" * 2000,
    ],
)
def test_an_address_elsewhere_is_refused(address: str) -> None:
    client = signed_in(a_user(Role.LEAD))
    client.post(NEW, {"name": "Ailleurs", "address": address})
    assert not SavedView.objects.exists()
    assert client.get(NEW, {"to": address}).status_code == 302
