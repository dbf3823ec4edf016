"""A `POST /api/dataValueSets`: what is sent, how it wants to be read, and its way through the import pipeline."""

import gzip
import re
import tempfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from indicators.accounts.models import User
from indicators.api.dhis2.answers import conflict, flag, one
from indicators.api.dhis2.import_strategies import Meant, as_meant
from indicators.api.errors import Refused
from indicators.exchange import policies
from indicators.exchange.intake import actions
from indicators.exchange.models import ImportRun

LARGEST = 32 * 1024 * 1024
"""Bytes of a body, as sent and as unpacked: about 250,000 values. Larger files go in on the page of imports."""
KINDS = {
    "application/json": "dhis2_json",
    "application/xml": "dhis2_xml",
    "text/xml": "dhis2_xml",
    "application/csv": "dhis2_csv",
    "text/csv": "dhis2_csv",
}
STRATEGIES = {
    "": "", "CREATE_AND_UPDATE": "", "NEW_AND_UPDATES": "", "CREATE": "create", "NEW": "create", "UPDATE": "update",
    "UPDATES": "update", "DELETE": "delete", "DELETES": "delete",
}  # fmt: skip
_PIECE = 64 * 1024
_PACKED = (b"\x1f\x8b", b"PK\x03\x04")
_FILE_NAME = re.compile(r"[^\w .()-]")


@dataclass(frozen=True)
class Wanted:
    """What the parameters ask for. `valid_only`: take the good records although others are bad (`atomicMode=NONE`)."""

    dry_run: bool
    valid_only: bool
    strategy: str
    schemes: dict[str, str]

    @classmethod
    def of(cls, params: QueryDict) -> "Wanted":
        """Raises Refused for what is not offered: left out silently, something else than was meant would be written."""
        strategy = one(params, "importStrategy").upper()
        if strategy not in STRATEGIES:
            raise conflict("bad_parameter", _("There is no such import strategy."), "importStrategy")
        mode = one(params, "atomicMode", "ALL").upper()
        if mode not in ("ALL", "NONE"):
            raise conflict("bad_parameter", _("The atomic mode is ALL or NONE."), "atomicMode")
        if flag(params, "async"):
            raise conflict("not_supported", _("The answer comes at once here; leave “async” out."), "async")
        general = _scheme(params, "idScheme") or "uid"
        schemes = {
            "data_element": _scheme(params, "dataElementIdScheme") or general,
            "org_unit": _scheme(params, "orgUnitIdScheme") or general,
            "option": _scheme(params, "categoryOptionComboIdScheme") or general,
        }
        return cls(flag(params, "dryRun"), mode == "NONE", STRATEGIES[strategy], schemes)


class Taken(NamedTuple):
    """What became of a body. `left_out`: records that the strategy does not mean."""

    run: ImportRun
    wanted: Wanted
    left_out: int


def received(request: Request, user: User) -> Taken:
    """Takes the body in, or says what it would do. Raises Refused (409, 413, 415) and PermissionDenied."""
    if not policies.can_import(user):
        raise PermissionDenied
    kind = KINDS[checked_type(request, KINDS)]
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise Refused("wrong_type", _("Send the body as it is, or packed with gzip."), status=415)
    wanted = Wanted.of(request.query_params)
    with tempfile.TemporaryDirectory(prefix="data-value-set-") as folder:
        path = Path(folder) / "body"
        _keep(request, path, packed=encoding == "gzip")
        return take_in(path, kind, wanted, user, _name(request))


def checked_type(request: Request, types: Collection[str]) -> str:
    """The content type, one of these. Strict, because a form of another site cannot send them."""
    found = (request.content_type or "").partition(";")[0].strip().lower()
    if found not in types:
        raise Refused("wrong_type", _("Send JSON, XML or CSV, and say which in Content-Type."), status=415)
    return found


def read_body(request: Request, largest: int) -> bytes:
    """A small body, as it is. Raises Refused (413) for more than `largest` bytes."""
    body = request._request.read(largest + 1)
    if len(body) > largest:
        raise Refused("too_large", _("The request is larger than is accepted here."), status=413)
    return body


def take_in(path: Path, kind: str, wanted: Wanted, user: User, name: str) -> Taken:
    """Through the pipeline, as a file. With a strategy of its own nothing goes in where a record cannot be read."""
    meant: Meant | None = None
    if wanted.strategy:
        meant = as_meant(path, kind, wanted.strategy, wanted.schemes, by=user)
        if meant and not meant.kept:
            return Taken(ImportRun(state=ImportRun.State.PREVIEWED, by=user, kind=kind), wanted, meant.left_out)
        path, kind = (meant.path, "dhis2_json") if meant else (path, kind)
    unread = bool(wanted.strategy) and meant is None
    run = actions.import_now(
        path,
        file_name=name,
        by=user,
        kind=kind,
        options={"schemes": wanted.schemes},
        valid_only=wanted.valid_only and not unread,
        dry_run=wanted.dry_run or unread,
    )
    return Taken(run, wanted, meant.left_out if meant else 0)


def _scheme(params: QueryDict, name: str) -> str:
    text = one(params, name).lower()
    if text not in ("", "uid", "id", "code", "name"):
        raise conflict("not_supported", _("Identifiers are uid, code or name."), name)
    return "uid" if text == "id" else text


def _keep(request: Request, path: Path, *, packed: bool) -> None:
    """Writes the body to the file, unpacked, and never more than `LARGEST` of it."""
    source = request._request
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise _too_large()
    size, start = 0, b""
    with path.open("wb") as out:
        while piece := source.read(_PIECE):
            start = start or piece[:4]
            size += len(piece)
            if size > LARGEST:
                raise _too_large()
            out.write(piece)
    if not size:
        raise Refused("empty_file", _("Nothing was sent."), status=400)
    if packed:
        _unpack(path)
    elif start.startswith(_PACKED):
        raise Refused("wrong_type", _("The body is packed; say so in Content-Encoding, and use gzip."), status=415)


def _unpack(path: Path) -> None:
    packed = path.with_suffix(".packed")
    path.rename(packed)
    size = 0
    try:
        with gzip.open(packed) as source, path.open("wb") as out:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise _too_large()
                out.write(piece)
    except (OSError, EOFError, zlib.error):
        raise Refused("bad_archive", _("The packed body is damaged or cut off."), status=400) from None


def _too_large() -> Refused:
    message = _("More than {size} MB at once are not taken here; use the page of imports.")
    return Refused("too_large", str(message).format(size=LARGEST // 1024**2), status=413)


def _name(request: Request) -> str:
    """What the list of imports calls it: the client's own word where it gives one."""
    agent = _FILE_NAME.sub(" ", request.headers.get("User-Agent", "").partition("/")[0])[:60].strip()
    return f"dataValueSets ({agent})" if agent else "dataValueSets"
