"""Who meets the pages of imports, and what they send."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions
from indicators.models import ImportRun, OrgUnit, User
from tests.builders import a_user

UUID = "6f1c2a50-0000-4000-8000-000000000001"
TABLE = "Structure;Mois;Doses\nPoste 1;01/2025;5\nPoste 2;01/2025;7\nPoste 1;02/2025;ND\n"


def a_lead(client: Client, **fields: Any) -> User:
    user = a_user(Role.LEAD, **{"language": "en"} | fields)
    client.force_login(user)
    return user


def a_clerk(client: Client, *districts: str) -> User:
    user = a_user(Role.CLERK, language="en", districts=list(OrgUnit.objects.filter(name__in=districts)))
    client.force_login(user)
    return user


def sent(client: Client, content: bytes | str, name: str = "values.json", uuid: str = UUID, **fields: Any) -> Any:
    """The form of the upload as a browser without script sends it."""
    raw = content.encode() if isinstance(content, str) else content
    schemes = {"org_unit": "any", "data_element": "any", "option": "any"}
    form = {"client_uuid": uuid, "file": SimpleUploadedFile(name, raw), **schemes, **fields}
    return client.post(reverse("import-upload"), form)


def previewed(client: Client, content: bytes | str | Path, name: str = "values.json", **fields: Any) -> ImportRun:
    """A file sent by the page, and looked at by the worker."""
    answer = sent(client, content.read_bytes() if isinstance(content, Path) else content, name, **fields)
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    assert actions.preview(run.pk)
    run.refresh_from_db()
    return run


def taken(client: Client, content: bytes | str | Path, **fields: Any) -> ImportRun:
    run = previewed(client, content, **fields)
    client.post(reverse("import-commit", args=[run.pk]), {"valid_only": "1"} if run.rejected else {})
    assert actions.commit(run.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED
    return run


def page_of(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer: Any = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()
