"""`python -m tests.translations`: no text reaches a page untranslated, or with a lost placeholder."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
OWN = "locale/fr/LC_MESSAGES/django.po"


def faults(catalogue: Catalog) -> list[str]:
    """One line per message that is untranslated, fuzzy, or whose placeholders differ from the original's."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.fuzzy:
            found.append(f"fuzzy: {message.id!r}")
        elif not all(strings):
            found.append(f"untranslated: {message.id!r}")
        else:
            found += [f"{error}: {message.id!r}" for error in message.check(catalogue)]
    return found


def read(file: Path) -> Catalog:
    """The catalogue of a .po file."""
    with file.open("rb") as text:
        return read_po(text, locale=file.parent.parent.name)


def uncollected() -> list[str]:
    """Messages that stand in the code and not in the catalogue; asked of a copy, so that nothing is rewritten."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.txt", "*.po"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file() and not name.startswith("tests/"):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                (copy / name).write_bytes((ROOT / name).read_bytes())
        (copy / "locale").mkdir(exist_ok=True)
        # The copy's own manage.py: with this one's settings Django would write into this locale folder.
        collect = [sys.executable, "manage.py", "makemessages", "-l", "fr", "-v", "0"]
        subprocess.run(collect, cwd=copy, check=True, env={**os.environ, "SECRET_KEY": "only-for-checks"})
        fresh = copy / OWN
        known = {message.id for message in read(ROOT / OWN)} if (ROOT / OWN).exists() else set()
        return [f"not collected: {message.id!r}" for message in read(fresh) if message.id and message.id not in known]


def main() -> int:
    """0 when nothing is amiss; else 1 after a line per fault."""
    found = uncollected()
    for file in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        found += [f"{file.relative_to(ROOT)}: {fault}" for fault in faults(read(file))]
    print("\n".join(found) or "Every text is translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
