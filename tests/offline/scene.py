"""Forms as a device puts them aside, and sending them to the server."""

import json
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from tests.builders import a_clerk_of, a_followed_site, a_product, a_study_site, a_user, an_evaluation_question

OBSERVATION = "/observations/nouvelle/"


def an_envelope(by: User, url: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    pairs = [[name, str(value)] for name, value in fields.items()]
    told = {"envelope": str(uuid.uuid4()), "account": by.pk, "url": url, "fields": pairs}
    return told | {"prepared_at": "2025-09-15T08:00:00.000Z"} | more


def send(client: Client, envelope: Any) -> Any:
    return client.post(reverse("outbox"), json.dumps(envelope), content_type="application/json")


def a_signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_stock_month(site: OrgUnit, *products: Any, month: str = "202509", **typed: Any) -> tuple[str, dict[str, Any]]:
    """Address and fields of a month's grid; each product closes with 7."""
    fields = {"client_uuid": uuid.uuid4(), "received_on": f"{month[:4]}-{month[4:]}-28", **typed}
    fields |= {f"{product.pk}-closing": 7 for product in products}
    return f"{reverse('stock-entry')}?site={site.pk}&mois={month}", fields


def a_stock_clerk() -> tuple[User, OrgUnit, Any]:
    site = a_followed_site("medexis").unit
    return a_clerk_of(site, language="en"), site, a_product()


def an_observer() -> tuple[User, dict[str, Any]]:
    """A researcher, and the fields of an observation without a quote."""
    site, question = a_study_site("Kologo").unit, an_evaluation_question()
    return a_user(Role.RESEARCHER, language="en"), {
        "client_uuid": uuid.uuid4(),
        "site": site.pk,
        "observed_on": "2025-09-15",
        "kind": "observation",
        "evaluation_question": question.pk,
        "seen": "The fridge stood open.",
        "language": "fr",
        "consent": "not_needed",
        "quotes-TOTAL_FORMS": 0,
        "quotes-INITIAL_FORMS": 0,
    }
