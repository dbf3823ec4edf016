"""A file of stock is looked at on a page, loaded with one yes, and undone."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import User
from research.models import StockFile, StockReport
from tests.builders import a_clerk_of, a_followed_site, a_product, a_user, the_process_elements
from tests.medexis.stock_files import a_stock_file, table, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def site() -> Any:
    the_process_elements()
    a_product(key="penta")
    return a_followed_site("medexis").unit


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("stocks.csv", text.encode())
    return client.post(reverse("stock-file-list"), {"file": file}, follow=True)


def test_a_file_is_looked_at_loaded_and_undone(site: Any) -> None:
    client = signed_in(a_clerk_of(site))
    page = send(client, table(f"{site.uid},penta,2025-09,10,20,15,0,0,0,0", "Rien,penta,2025-09,1,,,,,,"))
    words = page.content.decode()
    assert "No site whose stock is followed is called “Rien”" in words
    assert "unknown_site" in words
    assert "Nothing on hand at the end, and 0 days out of stock: 1" in words
    assert not StockReport.objects.exists()
    data = {"fichier": page.context["word"]}
    page = client.post(reverse("stock-file-check"), data)
    assert "Nothing was stored." in page.content.decode()
    page = client.post(reverse("stock-file-check"), data | {"valid_only": "on"}, follow=True)
    file = StockFile.objects.get()
    assert page.redirect_chain[-1][0] == reverse("stock-file-detail", args=[file.pk])
    assert "Rows stored: 1" in page.content.decode()
    assert file.sha256 in page.content.decode()
    detail = client.get(reverse("stock-detail", args=[StockReport.objects.get().pk])).content.decode()
    assert "not known" in detail
    again = client.post(reverse("stock-file-check"), data, follow=True).content.decode()
    assert "not kept any more" in again
    page = client.post(reverse("stock-file-detail", args=[file.pk]), follow=True)
    assert "This file is undone." in page.content.decode()
    assert not StockReport.objects.exists()


def test_a_report_of_unknown_reception_is_corrected_without_inventing_a_day(site: Any) -> None:
    client = signed_in(a_clerk_of(site))
    page = send(client, table(f"{site.uid},penta,2025-09,10,20,15,0,0,15,300"))
    client.post(reverse("stock-file-check"), {"fichier": page.context["word"]})
    report = StockReport.objects.get()
    address = f"{reverse('stock-entry')}?site={site.pk}&mois=202509"
    form = client.get(address).context["form"]
    assert form.initial["received_on"] is None
    product = report.lines.get().product_id
    data = {"client_uuid": str(report.client_uuid), "version": "1", f"{product}-closing": "7"}
    data |= {f"{product}-days_out": "300"}
    assert client.post(address, data).status_code == 302
    report.refresh_from_db()
    assert (report.version, report.received_on, report.lines.get().closing) == (2, None, 7)


def test_a_file_that_is_none_and_a_table_that_lacks_columns(site: Any) -> None:
    client = signed_in(a_clerk_of(site))
    assert "cannot be read" in send(client, "\x00\x01").content.decode()
    assert (
        "No column gives the month." in send(client, table("a,penta,3", header="site,produit,perdu")).content.decode()
    )
    page = client.post(reverse("stock-file-list"), {})
    assert page.status_code == 200
    assert not StockFile.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER])
def test_who_does_not_enter_stock_does_not_send_files(role: Role, site: Any) -> None:
    client = signed_in(a_user(role))
    for name in ("stock-file-list", "stock-file-check"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("stock-file-detail", args=[a_stock_file().pk])).status_code == 403


def test_clerks_see_their_own_files_leads_all(site: Any) -> None:
    clerk = a_clerk_of(site)
    theirs, other = a_stock_file(by=clerk), a_stock_file(by=a_user(Role.LEAD))
    client, lead = signed_in(clerk), signed_in(a_user(Role.LEAD))
    assert list(client.get(reverse("stock-file-list")).context["page"]) == [theirs]
    assert client.get(reverse("stock-file-detail", args=[other.pk])).status_code == 404
    assert len(list(lead.get(reverse("stock-file-list")).context["page"])) == 2


def test_the_command_says_what_it_would_do_then_does_it(site: Any, tmp_path: Path) -> None:
    path = tmp_path / "stocks.csv"
    path.write_text(table(f"{site.uid},penta,2025-09,10,20,15,0,0,15,0"))
    assert told(path, "--dry-run", "--as", "own")["created"] == 1
    assert not StockReport.objects.exists()
    assert told(path)["created"] == 1
    assert told(path)["unchanged"] == 1
    with pytest.raises(CommandError):
        call_command("load_stock_file", str(path), "--as", "civ")
    path.write_text(table("Rien,penta,2025-09,10,20,15,0,0,15,0"))
    for words in ([], ["--dry-run"], ["--by", "nobody"]):
        with pytest.raises(CommandError):
            call_command("load_stock_file", str(path), *words)
    with pytest.raises(CommandError):
        call_command("load_stock_file", str(tmp_path / "none.csv"))
    assert json.dumps(StockFile.objects.get().counts)
