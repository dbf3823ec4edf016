"""The look is light, keeps to itself and can be read: weight, no other hosts, nothing inline, contrast."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static/css/capev.css").read_text()
OWN = [
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted(path for path in (ROOT / "static").rglob("*.*") if "vendor" not in path.parts and path.suffix != ".png"),
]
ELSEWHERE = re.compile(
    r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import|fetch\(["'`](?:https?:)?//|https?://(?!www\.w3\.org/)"""
)


def test_the_stylesheet_stays_small() -> None:
    assert len(CSS.encode()) <= 25_000


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_asked_of_other_hosts(path: Path) -> None:
    assert not ELSEWHERE.search(path.read_text())


@pytest.mark.parametrize(
    "text", ['<img src="https://x.org/a.png">', "background: url(//x.org/a)", '<a href="http://x.org">']
)
def test_the_search_for_other_hosts_finds_them(text: str) -> None:
    assert ELSEWHERE.search(text)


@pytest.mark.parametrize("path", [p for p in OWN if p.suffix == ".html"], ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_hold_no_script_style_or_handler_of_their_own(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def colours(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", scheme))


LIGHT = colours(CSS.partition("@media (prefers-color-scheme: dark)")[0])
DARK = {**LIGHT, **colours(CSS.partition("@media (prefers-color-scheme: dark)")[2].partition("/* ---- ground")[0])}
TEXT = ["ink", "muted", "indigo", "ochre", "clay", "leaf"]


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_lines_and_edges_stand_out_enough(scheme: dict[str, str]) -> None:
    for ground in ("paper", "surface", "sunk"):
        for name in TEXT:
            assert contrast(scheme[name], scheme[ground]) >= 4.5, (name, ground)
        for name in ("edge", *(f"s{i}" for i in range(1, 7))):
            assert contrast(scheme[name], scheme[ground]) >= 3, (name, ground)
    for word, ground in (
        ("ochre", "ochre-soft"),
        ("clay", "clay-soft"),
        ("leaf", "leaf-soft"),
        ("on-indigo", "indigo"),
    ):
        assert contrast(scheme[word], scheme[ground]) >= 4.5, (word, ground)
    for ground in ("ochre-soft", "clay-soft", "leaf-soft"):
        assert contrast(scheme["ink"], scheme[ground]) >= 4.5
