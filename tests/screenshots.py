"""`make screenshots`: the pictures in docs/images, taken of an instance of its own with the demonstration data."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.palette import with_palette

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
TALLEST = 3000  # pixels; what lies below is cut off, so that a picture stays small
LARGEST = 300_000  # bytes
PHONE, DESK = 360, 1280


class Shot(NamedTuple):
    """A page as one of the demonstration accounts sees it, or a stranger; cut off where the element `until` begins."""

    name: str
    path: str
    account: str = ""
    until: str = ""


# The evaluations as the public meets them: pictures travel, and names of sites in conflict districts stay out of them.
SHOTS = (
    Shot("home", "/", "lead", "[aria-labelledby=changes]"),
    Shot("evaluation-coach2pev", "/evaluations/coach2pev/", until="[aria-labelledby=evidence]"),
    Shot("evaluation-medexis", "/evaluations/medexis/", until="[aria-labelledby=evidence]"),
    Shot("observation-form", "/observations/nouvelle/", "researcher"),
)


class Instance(NamedTuple):
    """A running site: its address without the last slash, and the passwords of its accounts by name."""

    address: str
    passwords: dict[str, str]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


@contextmanager
def instance() -> Iterator[Instance]:
    """What `make run` starts, in a folder of its own that is gone afterwards; RuntimeError when it does not start."""
    with tempfile.TemporaryDirectory(prefix="capev-", dir="/tmp") as folder:  # a socket's path must stay short
        own = {"VAR_DIR": folder, "PORT": str(free_port()), "HOST": "127.0.0.1", "DEMONSTRATION": "1", "HTTPS": "0"}
        own |= {"DATABASE_URL": f"sqlite:///{folder}/capev.sqlite3", "STATIC_ROOT": f"{folder}/static"}
        environment = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "ALLOWED_HOSTS"}}
        command = [sys.executable, "-m", "capev_site.launcher"]
        site = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment | own, cwd=ROOT)
        try:
            assert site.stdout
            address = next((found[0] for line in site.stdout if (found := re.search(r"http://\S+\d", line))), None)
            if address is None:
                raise RuntimeError("The site did not start; the reason stands above.")
            lines = (Path(folder) / "demo-accounts.txt").read_text().splitlines()
            words = [line.split() for line in lines if not line.startswith("#")]
            yield Instance(address, {word[0]: word[1] for word in words})
        finally:
            site.terminate()
            site.wait(timeout=60)


def visitor(browser: Browser, site: Instance, account: str, width: int, language: str) -> Page:
    """A fresh visit of that width in the language, signed in where an account is given."""
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=site.address, locale=language)
    context.add_cookies([{"name": "django_language", "value": language, "url": site.address}])
    page = context.new_page()
    if not account:
        return page
    page.goto("/connexion/")
    page.locator("[name=username]").fill(account)
    page.locator("[name=password]").fill(site.passwords[account])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(site.address + "/")
    return page


def begin_an_observation(page: Page) -> None:
    """The first fields filled in, as somebody in the middle of it sees them."""
    page.locator("[name=site]").select_option(label="Pelengana Nord")
    page.locator("[name=evaluation_question]").select_option(index=1)
    page.locator("[name=seen]").fill("Exemple : le plan d’amélioration est affiché dans la salle de vaccination.")
    page.locator("[name=seen]").blur()


def take(page: Page, shot: Shot, width: int, suffix: str = "") -> Path:
    """Writes the picture and returns its path; ValueError where it is too large to be kept with the code."""
    page.goto(shot.path)
    if shot.name == "observation-form":
        begin_an_observation(page)
    end: Any = page.locator(shot.until).bounding_box() if shot.until else None
    height = end["y"] if end else page.evaluate("document.documentElement.scrollHeight")
    file = IMAGES / f"{shot.name}-{width}{suffix}.png"
    clip: Any = {"x": 0, "y": 0, "width": width, "height": min(int(height), TALLEST)}
    file.write_bytes(with_palette(page.screenshot(full_page=True, clip=clip, animations="disabled")))
    if file.stat().st_size > LARGEST:
        raise ValueError(f"{file} has {file.stat().st_size} bytes, more than {LARGEST}: lower TALLEST")
    return file


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with instance() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.ARGUMENTS)
        for width in (PHONE, DESK):
            for shot in SHOTS:
                print(take(visitor(browser, site, shot.account, width, "fr"), shot, width).relative_to(ROOT))
        print(take(visitor(browser, site, "lead", DESK, "en"), SHOTS[0], DESK, "-en").relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
