"""A backup and its way back: equal rows, files and journal on an empty database; anything damaged is found."""

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from capev_site.backup import archive, tables
from capev_site.backup.archive import Damaged, read, write
from capev_site.backup.restore import restore
from indicators.accounts.roles import Role
from indicators.audit.check import broken
from indicators.audit.models import AuditEntry
from indicators.audit.seal import seal_new
from indicators.models import DataValue, User
from indicators.periods import Period
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported
from tests.builders import a_finding, a_study_site, a_user, an_element, an_observation, the_default_combo

pytestmark = pytest.mark.django_db(transaction=True)
KEY = pyrage.x25519.Identity.generate()
PUBLIC, SECRET = str(KEY.to_public()), str(KEY)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media/observations").mkdir(parents=True)
    (tmp_path / "media/observations/photo.jpg").write_bytes(bytes(range(256)) * 300)
    return tmp_path / "media"


def something() -> None:
    """Rows of every awkward kind: accents, line ends, JSON, dates, numbers without an end, keys of five columns."""
    a_user(Role.CLERK, username="somebody")
    an_observation(seen="Rupture – « deux\r\nsemaines »\u2028 zéro dose", quote="I ni ce")
    a_finding(approved=True)
    site, element, combo = a_study_site().unit, an_element("DTP1"), the_default_combo()
    rows = [
        Reported(element.pk, Period.parse(f"20240{1 + at}").code, site.pk, combo.pk, combo.pk, at / 3)
        for at in range(3)
    ]
    record_values(rows, origin="entry", label="x", by=None)
    seal_new()


def state() -> dict[str, tuple[int, str]]:
    """Rows and a hash of their content, by table, read past the backup's own code."""
    found = {}
    for model in tables.kept_models():
        names = [field.attname for field in model._meta.concrete_fields]
        rows = sorted(repr(row) for row in model._base_manager.values_list(*names))
        found[model._meta.label_lower] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def emptied() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_what_is_restored_equals_what_was_there_and_goes_on(tmp_path: Path, media: Path) -> None:
    something()
    before, file = state(), tmp_path / "one.age"
    kept = write(file, [PUBLIC])
    assert kept.rows["indicators.datavalue"] == 3
    assert (kept.files, sum(kept.rows.values())) == (1, sum(count for count, _hash in before.values()))
    assert b"zdose" not in file.read_bytes()
    emptied()
    (media / "observations/photo.jpg").unlink()
    assert not User.objects.exists()
    manifest = restore(file, SECRET)
    assert state() == before
    assert (media / "observations/photo.jpg").read_bytes() == bytes(range(256)) * 300
    assert (media / "observations/photo.jpg").stat().st_mode & 0o777 == 0o600
    last = AuditEntry.objects.order_by("-number").first()
    assert last
    assert manifest["journal"] == [last.number, last.hash]
    assert list(broken()) == []
    assert DataValue.objects.count() == 3
    a_finding()  # keys go on after those restored
    assert [path.name for path in media.iterdir()] == ["observations"]


def test_every_table_is_in_it_but_the_sessions() -> None:
    there = {model._meta.db_table for model in tables.kept_models()}
    known = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    assert known - there == {"django_session", "indicators_auditrewriting"}


def test_nothing_is_restored_over_something(tmp_path: Path, media: Path) -> None:
    something()
    file = tmp_path / "one.age"
    write(file, [PUBLIC])
    before = state()
    (tmp_path / "key").write_text(SECRET)
    with pytest.raises(CommandError):
        call_command("restore", str(file), identity=tmp_path / "key")
    assert state() == before


@pytest.mark.parametrize("what", ["cut", "flipped", "empty", "no backup", "other key"])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(tmp_path: Path, media: Path, what: str) -> None:
    something()
    file, secret = tmp_path / "one.age", SECRET
    write(file, [PUBLIC])
    content = bytearray(file.read_bytes())
    if what == "cut":
        del content[len(content) * 2 // 3 :]
    elif what == "flipped":
        content[len(content) // 2] ^= 1
    elif what == "empty":
        content = bytearray()
    elif what == "no backup":
        content = bytearray(pyrage.encrypt(b"hello", [KEY.to_public()]))
    else:
        secret = str(pyrage.x25519.Identity.generate())
    file.write_bytes(content)
    (tmp_path / "key").write_text(secret)
    with pytest.raises(CommandError):
        call_command("verify_backup", str(file), identity=tmp_path / "key", stdout=StringIO())
    emptied()
    (media / "observations/photo.jpg").unlink()
    before = state()
    with pytest.raises(Damaged):
        restore(file, secret)
    assert state() == before
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_rows_that_do_not_fit_the_manifest_are_found(
    tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    something()
    honest = archive.pieces

    def one_row_less(model: Any) -> Any:
        for lines, count in honest(model):
            yield (lines, count + 1) if model is User else (lines, count)

    monkeypatch.setattr(archive, "pieces", one_row_less)
    write(tmp_path / "one.age", [PUBLIC])
    with pytest.raises(Damaged, match=r"indicators\.user"):
        read(tmp_path / "one.age", SECRET, lambda name, content: None)


def test_another_version_is_named_before_anything_is_loaded(
    tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    something()
    monkeypatch.setattr(archive, "migrations", lambda: [["indicators", "9999_from_the_future"]])
    write(tmp_path / "one.age", [PUBLIC])
    (tmp_path / "key").write_text(SECRET)
    emptied()
    with pytest.raises(CommandError, match="9999_from_the_future"):
        call_command("restore", str(tmp_path / "one.age"), identity=tmp_path / "key")


def test_a_write_that_fails_leaves_no_file(tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(model: Any) -> Any:
        yield b"[]\n", 1
        raise OSError("no space left on device")

    monkeypatch.setattr(archive, "pieces", broken_off)
    with pytest.raises(CommandError, match="no space"):
        call_command("backup", to=tmp_path / "one.age", key=[PUBLIC])
    assert not list(tmp_path.glob("*.age*"))


def test_commands_from_key_to_whole(tmp_path: Path, media: Path, settings: Any) -> None:
    something()
    said = StringIO()
    call_command("backup_key", tmp_path / "secret", stdout=said, stderr=StringIO())
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    settings.BACKUP_KEYS, settings.BACKUP_FOLDER = [said.getvalue().strip()], tmp_path / "kept"
    for name in ("capev-20200101-000000.age", "capev-20200102-000000.age"):
        (tmp_path / "kept").mkdir(exist_ok=True)
        (tmp_path / "kept" / name).write_bytes(b"old")
    call_command("backup", keep=2, stdout=StringIO())
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert names[0] == "capev-20200102-000000.age"
    assert len(names) == 2
    out = StringIO()
    call_command("verify_backup", tmp_path / "kept" / names[1], identity=tmp_path / "secret", stdout=out)
    assert json.dumps(AuditEntry.objects.order_by("-number")[0].hash).strip('"') in out.getvalue()
    with pytest.raises(CommandError):
        call_command("backup_key", tmp_path / "secret")
    settings.BACKUP_KEYS = []
    for keys in ([], ["age1nothing"]):
        with pytest.raises(CommandError):
            call_command("backup", to=tmp_path / "x.age", key=keys)
