"""Compiles the translations (.po → .mo) with Babel, so that no gettext has to be installed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folder: Path) -> list[Path]:
    """Compiles every catalogue below `folder` that is newer than its result; returns those it compiled."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        result = source.with_suffix(".mo")
        if result.exists() and result.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        unfinished = result.with_suffix(".mo.part")
        with unfinished.open("wb") as out:
            write_mo(out, catalogue)
        unfinished.replace(result)
        compiled.append(source)
    return compiled


if __name__ == "__main__":
    for catalogue in compile_catalogues(Path("locale")):
        print(catalogue)
