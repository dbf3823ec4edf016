"""What has to be ready before the site starts: texts, database, static files, study, demonstration, accounts."""

import io
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from capev_site.launcher.catalogues import compile_catalogues
from capev_site.launcher.ground import ROOT
from capev_site.launcher.speech import complain, say

COUNTED = {
    "indicators.OrgUnit": ("unités d'organisation", "organisation units"),
    "indicators.DataValue": ("valeurs", "values"),
    "research.SupervisionVisit": ("visites", "visits"),
    "research.StockReport": ("relevés de stock", "stock reports"),
    "research.Observation": ("observations", "observations"),
}


def collect_static() -> None:
    """Collects and compresses the static files when one of them has changed since the last time."""
    files = sorted(Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    seen = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    stamp, now = settings.VAR_DIR / "static.stamp", repr(seen)
    if stamp.exists() and stamp.read_text() == now and Path(settings.STATIC_ROOT).is_dir():
        return
    say("Fichiers statiques…", "Static files…")
    quietly("collectstatic", interactive=False, clear=True)
    stamp.write_text(now)


def quietly(command: str, **options: object) -> None:
    """A command whose own output is only shown when it fails."""
    output = io.StringIO()
    try:
        call_command(command, verbosity=0, stdout=output, **options)
    except CommandError:
        sys.stderr.write(output.getvalue())
        raise


def inventory() -> tuple[str, str]:
    """What the database holds, counted: in French, in English."""
    counted = [(apps.get_model(model).objects.count(), *words) for model, words in COUNTED.items()]
    french = ", ".join(f"{count} {word}" for count, word, _ in counted)
    english = ", ".join(f"{count} {word}" for count, _, word in counted)
    return french, english


def prepare() -> None:
    """Idempotent. The demonstration data are loaded at the first start only, so that removing them lasts."""
    compile_catalogues(ROOT / "locale")
    django.setup()
    # Present from the first attempt until it succeeds: an interrupted first start is taken up where it was left.
    unfinished = settings.VAR_DIR / "first-start"
    if "django_migrations" not in connection.introspection.table_names():
        unfinished.touch()
    first = unfinished.exists()
    if first:
        say("Premier démarrage : base de données…", "First start: database…")
    quietly("migrate", interactive=False)
    if not settings.DEBUG:
        collect_static()
    if first:
        say("Étude…", "Study…")
    quietly("load_study")
    if settings.DEMONSTRATION:
        if first:
            say("Données de démonstration…", "Demonstration data…")
            quietly("load_demonstration")
        quietly("create_demo_accounts")
    quietly("reindex")
    unfinished.unlink(missing_ok=True)
    french, english = inventory()
    if first:
        say(f"Chargé : {french}.", f"Loaded: {english}.")
    else:
        say(f"Données retrouvées, rien n'est perdu : {french}.", f"Found the existing data, nothing lost: {english}.")


def main() -> int:
    """0, or 1 after a sentence that says what to do."""
    try:
        prepare()
    except (DatabaseError, OSError) as error:
        complain(
            f"La base de données ou le disque refuse : {error}. Vérifiez la place libre et DATABASE_URL.",
            f"The database or the disk refuses: {error}. Check the free space and DATABASE_URL.",
        )
        return 1
    except CommandError as error:
        complain(str(error), "")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
