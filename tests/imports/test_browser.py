"""A clerk's way through an import on a phone: dropped, mapped, previewed, taken in, taken back; every page fits."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions
from indicators.geography.models import NameSetAside
from indicators.models import DataValue, ImportRun, OrgUnit
from tests.browser.scene import fits, sign_in
from tests.builders import a_user
from tests.exchange.files import ELEMENT, record
from tests.imports.people import TABLE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("known"),
]
HEAVIEST = 100_000  # bytes on the wire, with everything that the page loads by itself
DROP = """(content) => {
  const given = new DataTransfer();
  given.items.add(new File([content], "dépôt-du-mois.json"));
  const zone = document.querySelector("[data-drop]");
  zone.dispatchEvent(new DragEvent("dragover", { dataTransfer: given, bubbles: true, cancelable: true }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""


def latest() -> ImportRun:
    return ImportRun.objects.latest("pk")


def test_a_file_is_dropped_previewed_taken_in_and_taken_back(browser_page: Any) -> None:
    page = browser_page
    sign_in(page, a_user(Role.LEAD, language="en"), reverse("import-upload"))
    expect(page.locator("[data-drop-hint]")).to_be_visible()  # the script is there
    page.evaluate(DROP, json.dumps({"dataValues": [record(), record(period="202502", value="x")]}))
    expect(page.locator("[data-drop-name]")).to_have_text("dépôt-du-mois.json")
    page.get_by_role("button", name="Send and check").click()
    expect(page.get_by_role("status").get_by_text("The file waits to be read.")).to_be_visible()
    assert fits(page)
    actions.preview(latest().pk)
    # The page finds out by itself.
    page.get_by_role("button", name="Take only the 1 valid record (1 rejected stay out)").click()
    expect(page.get_by_text("The file waits to be taken in.")).to_be_visible()
    actions.commit(latest().pk)
    expect(page.get_by_role("heading", name="What the file did")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Yes, undo this import").click()
    expect(page.get_by_text("The import is undone: what stood before it stands again.")).to_be_visible()
    assert not DataValue.objects.exists()


def test_columns_are_named_by_keyboard_on_a_phone(browser_page: Any) -> None:
    page, lead = browser_page, a_user(Role.LEAD, language="en")
    sign_in(page, lead, reverse("import-upload"))
    page.locator("[name=file]").set_input_files({"name": "doses.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    page.get_by_role("button", name="Send and check").click()
    page.wait_for_url("**/imports/*/")
    actions.preview(latest().pk)
    page.get_by_role("link", name="Say what the columns hold").click()
    page.wait_for_url("**/colonnes/")
    assert fits(page)
    page.locator("[name=shape][value=wide]").focus()
    page.keyboard.press("Space")
    for index, role in enumerate(("organisation unit", "period or date", "value")):
        page.locator(f"#role-{index}").select_option(label=role)
    page.locator("[name=periods]").select_option("named")
    expect(page.locator("#element-2")).to_be_visible()
    expect(page.locator("#element-0")).to_be_hidden()
    page.locator("#element-2").fill(ELEMENT)
    page.locator("[name=missing]").fill("ND")
    page.locator("[name=missing]").press("Enter")  # shows, and reads nothing yet
    expect(page.get_by_role("heading", name="What the first rows become")).to_be_visible()
    expect(page.locator("#element-2")).to_have_value(ELEMENT)
    assert fits(page)
    page.locator("[name=name]").fill("Doses")
    page.get_by_role("button", name="Read the file so").click()
    page.wait_for_url(f"**{reverse('import-detail', args=[latest().pk])}")
    actions.preview(latest().pk)
    expect(page.get_by_role("button", name="Take everything in (2 records)")).to_be_visible()


def test_every_page_of_an_import_fits_a_phone_and_weighs_little(browser_page: Any, tmp_path: Path) -> None:
    page, lead = browser_page, a_user(Role.LEAD)
    name = "rapport-mensuel-définitif-version-corrigée-du-district-sanitaire-de-" + "x" * 120 + ".json"
    path = tmp_path / "values"

    def previewed(records: list[Any] | None = None, content: str = "") -> ImportRun:
        path.write_text(content or json.dumps({"dataValues": records}))
        run = actions.receive(path, file_name=name, by=lead)
        actions.preview(run.pk)
        run.refresh_from_db()
        return run

    nowhere = [record(period=f"20250{month}", orgUnit="Poste de santé " + "très" * 40) for month in (1, 2)]
    taken = previewed([record(), *nowhere])
    actions.ask_commit(taken, by=lead)
    actions.commit(taken.pk)
    many = previewed([record(value=f"{'9' * 60}x{number}") for number in range(1200)])
    refused, table = previewed(content="{"), previewed(content=TABLE)
    undone = previewed([record(period="202503")])
    actions.ask_commit(undone, by=lead)
    actions.commit(undone.pk)
    undone.refresh_from_db()
    actions.undo(undone, by=lead)
    waiting = actions.receive(path, file_name=name, by=lead)
    runs = (taken, many, refused, table, undone, waiting)
    addresses = [reverse("import-detail", args=[run.pk]) + "?suivre=non" for run in runs]
    addresses += [reverse("import-undo", args=[taken.pk]), reverse("import-mapping", args=[table.pk])]
    addresses += [reverse(list_of) for list_of in ("import-list", "import-upload", "import-names")]
    unit = OrgUnit.objects.get(uid="OrgUnit0001")
    addresses += [reverse("import-name", args=[NameSetAside.objects.get().pk]) + f"?q={unit.name}"]
    lengths: dict[str, int] = {}
    sign_in(page, lead, reverse("import-list"))
    page.on("response", lambda got: lengths.update({got.url: int(got.headers["content-length"])}))
    for address in addresses:
        lengths.clear()
        answer = page.goto(address)
        assert (answer.status, answer.headers.get("content-encoding")) == (200, "gzip"), address
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert fits(page), address
        assert sum(lengths.values()) < HEAVIEST, address
