"""The file of a backup: a tar, compressed, encrypted with age (age-encryption.org) for keys that are kept elsewhere.

In it, first, `migrations.json`; then `tables/<model>/<number>.jsonl` and `media/<path>`; last `manifest.json` with the
rows and the SHA-256 of each.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyrage
from django.conf import settings
from django.db import connection
from django.utils import timezone

from capev_site.backup.tables import kept_models, migrations, one_moment, pieces
from indicators.audit.models import AuditEntry

MANIFEST, MIGRATIONS = "manifest.json", "migrations.json"


class Damaged(Exception):
    """The file is not whole, was altered, is no backup, or was made for another key."""


class Kept(NamedTuple):
    """What was written: rows by table, files, bytes of the encrypted file."""

    rows: dict[str, int]
    files: int
    size: int


def write(path: Path, recipients: list[str]) -> Kept:
    """Writes the backup under another name first: a file of this name is always whole. Raises OSError, and ValueError
    for a key that is none."""
    try:
        keys: list[Any] = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    except pyrage.RecipientError as error:
        raise ValueError(str(error)) from error
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            with _piped(lambda source: pyrage.encrypt_io(source, out, keys)) as sink:
                rows, files = _fill(sink)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Kept(rows, files, path.stat().st_size)


def _fill(sink: IO[bytes]) -> tuple[dict[str, int], int]:
    manifest: dict[str, Any] = {
        "made_at": timezone.now().isoformat(), "database": connection.vendor, "migrations": migrations(),
        "tables": {}, "files": {}, "missing": [],
    }  # fmt: skip
    with tarfile.open(fileobj=sink, mode="w|gz") as tar:
        _add(tar, MIGRATIONS, json.dumps(manifest["migrations"]).encode())
        with one_moment():
            last = AuditEntry.objects.order_by("-number").first()
            manifest["journal"] = [last.number, last.hash] if last else [0, ""]
            for model in kept_models():
                label, rows, digest = model._meta.label_lower, 0, hashlib.sha256()
                for number, (lines, count) in enumerate(pieces(model)):
                    _add(tar, f"tables/{label}/{number:06}.jsonl", lines)
                    digest.update(lines)
                    rows += count
                manifest["tables"][label] = {"rows": rows, "sha256": digest.hexdigest()}
        for name in _media():
            try:
                content = (Path(settings.MEDIA_ROOT) / name).read_bytes()
            except FileNotFoundError:  # taken away since
                manifest["missing"].append(name)
                continue
            _add(tar, f"media/{name}", content)
            manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        _add(tar, MANIFEST, json.dumps(manifest, sort_keys=True).encode())
    return {label: one["rows"] for label, one in manifest["tables"].items()}, len(manifest["files"])


def read(path: Path, identity: str, take: Callable[[str, bytes], None]) -> dict[str, Any]:
    """Hands `migrations.json`, each table's piece and each file to `take`, and compares all of it with the manifest,
    which it returns. Raises Damaged, the more so where something is too much or missing; OSError."""
    seen: dict[str, Any] = defaultdict(hashlib.sha256)
    rows: dict[str, int] = defaultdict(int)
    manifest: dict[str, Any] | None = None
    try:
        keys: list[Any] = [pyrage.x25519.Identity.from_str(identity.strip())]
        with (
            path.open("rb") as encrypted,
            _piped(lambda sink: pyrage.decrypt_io(encrypted, sink, keys), reading=True) as source,
        ):
            with tarfile.open(fileobj=source, mode="r|gz") as tar:
                for member in tar:
                    content = _content(tar, member)
                    if manifest is not None:
                        raise Damaged(member.name)
                    if member.name == MANIFEST:
                        manifest = json.loads(content)
                        continue
                    if member.name == MIGRATIONS:
                        take(member.name, content)
                        continue
                    kind, _, rest = member.name.partition("/")
                    name = rest.rpartition("/")[0] if kind == "tables" else rest
                    seen[f"{kind}/{name}"].update(content)
                    rows[name] += content.count(b"\n") if kind == "tables" else 0
                    take(member.name, content)
            source.read()  # to the end: the last block is authenticated too
    except (pyrage.DecryptError, pyrage.IdentityError, tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise Damaged(str(error)) from error
    if manifest is None:
        raise Damaged(MANIFEST)
    for kind, listed in (("tables", manifest["tables"]), ("media", manifest["files"])):
        for name, told in listed.items():
            found = seen.pop(f"{kind}/{name}", hashlib.sha256())
            if found.hexdigest() != told["sha256"] or (kind == "tables" and rows[name] != told["rows"]):
                raise Damaged(name)
    if seen:
        raise Damaged(", ".join(sorted(seen)))
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isreg() else None
    if file is None or member.name.startswith("/") or ".." in Path(member.name).parts:
        raise Damaged(member.name)
    return file.read()


def _media() -> Iterator[str]:
    """Every regular file below the media folder, by its path there."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(root).as_posix()


@contextmanager
def _piped(work: Callable[[IO[bytes]], None], *, reading: bool = False) -> Iterator[IO[bytes]]:
    """The other end of a pipe at which `work` encrypts or decrypts in a thread, so that nothing waits on a disk in
    clear. What went wrong there is raised here."""
    readable, writable = os.pipe()
    theirs, ours = (writable, readable) if reading else (readable, writable)
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(theirs, "wb" if reading else "rb") as end:
            try:
                work(end)
            except Exception as error:  # noqa: BLE001  # told to the thread that waits
                failed.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    try:
        with os.fdopen(ours, "rb" if reading else "wb") as end:
            yield end
    except (OSError, EOFError, tarfile.TarError):
        worker.join()
        if failed:
            raise failed[0] from None
        raise
    worker.join()
    if failed:
        raise failed[0]
