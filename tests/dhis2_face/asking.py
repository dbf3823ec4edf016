"""Requests by the test client as programs send them."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.dhis2_face.scene import PASSWORD


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def ask(path: str, params: Any = (), *, by: str = "reader", **headers: str) -> Any:
    query = urlencode(list(params.items()) if isinstance(params, Mapping) else params, doseq=True)
    return Client().get(f"/api/{path}?{query}", headers={**basic(by), **headers})


def asked(path: str, params: Any = (), *, by: str = "reader") -> Any:
    """The JSON of an answer that went well."""
    answer = ask(path, params, by=by)
    assert answer.status_code == 200, answer.content
    return json.loads(b"".join(answer.streaming_content)) if answer.streaming else answer.json()


def send(
    body: Any, params: str = "", *, by: str = "writer", kind: str = "application/json", path: str = "dataValueSets",
    **headers: str,
) -> Any:  # fmt: skip
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    address = f"/api/{path}{'?' if params else ''}{params}"
    return Client().post(address, content, content_type=kind, headers={**basic(by), **headers})
