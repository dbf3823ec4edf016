"""A chart and a map as a picture: made in the browser from what the server drew, without Plotly and without the net."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from indicators.accounts.roles import Role
from tests.browser.scene import place, sign_in, the_study_with_its_demonstration
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def size_and_shades(png: bytes) -> tuple[int, int, int]:
    """Width, height, and how many different bytes the picture's rows hold."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    width, height = struct.unpack(">II", png[16:24])
    return width, height, len(set(zlib.decompress(packed)))


@pytest.mark.parametrize("view", ["values", "map"])
def test_what_is_drawn_is_saved_as_it_is_seen(view: str, browser_page: Any, tmp_path: Path) -> None:
    the_study_with_its_demonstration()
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    sign_in(browser_page, a_user(Role.VIEWER), f"/explorer/?unit={place('Mali').pk}&view={view}")
    figure = browser_page.locator("figure:has([data-picture])").first
    with browser_page.expect_download() as picture:
        figure.locator("[data-picture]").click()
    assert picture.value.suggested_filename.endswith(".png")
    assert picture.value.suggested_filename[:-4].replace("-", "").isalnum()
    picture.value.save_as(tmp_path / "picture.png")
    width, height, shades = size_and_shades((tmp_path / "picture.png").read_bytes())
    assert width == 2 * round(figure.bounding_box()["width"])
    assert height > 400
    assert shades > 20
    here = browser_page.evaluate("location.origin")
    assert not [url for url in asked if not url.startswith((here, "data:", "blob:"))]
    assert not any("plotly" in url for url in asked)


def test_without_a_script_there_is_no_button(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    browser_page.route("**/picture*.js", lambda route: route.abort())
    sign_in(browser_page, a_user(Role.VIEWER), f"/explorer/?unit={place('Mali').pk}")
    assert not browser_page.locator("[data-picture]").first.is_visible()
