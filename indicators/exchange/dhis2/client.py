"""Reads a DHIS2 server by its Web API. Knows no database.

Every request is a GET with a time limit; what may pass is tried again with growing pauses, or after the pause that the
server asks for. What is wrong is raised as a Failure, a sentence that repeats nothing of what the server sent.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any, BinaryIO
from urllib.parse import urlencode

import urllib3
from urllib3 import exceptions as wrong
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, Timeout

from indicators.exchange.dhis2.address import checked, host_of, sent_on
from indicators.exchange.dhis2.credentials import Credentials
from indicators.exchange.dhis2.failures import Failure

PAGE = 500
"""Records asked for at a time."""
_MOST_PAGES = 10_000
_MOST_REDIRECTS = 3
_PIECE = 256 * 1024
_MB = 1024 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_SAID = {401: "unauthorised", 403: "forbidden", 404: "not_found", 429: "too_many"}


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, of silence, and for an answer as a whole; bytes of an answer once unpacked; and how often and
    how long to wait. A longer pause than `longest_wait` is left to the caller."""

    connect: float = 10
    silence: float = 60
    whole: float = 180
    page: int = 64 * _MB
    file: int = 512 * _MB
    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 20


class Client:
    """One server, with credentials that it never shows."""

    def __init__(
        self,
        address: str,
        credentials: Credentials,
        limits: Limits = Limits(),
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self.address, self.limits = checked(address), limits
        self._credentials, self._wait = credentials, wait
        # Certificates are verified against those of the system; no proxy, no .netrc, no cookies.
        self._pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", maxsize=1)

    def __repr__(self) -> str:
        return f"Client({host_of(self.address)})"

    def version(self) -> str:
        """The server's version of DHIS2. The cheapest way to see whether it lets us in."""
        return str(self.get("system/info").get("version", ""))[:20]

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """The object that this part of the API answers with."""
        content: dict[str, Any] = self._with_patience(path, params, self._object)
        return content

    def records(self, path: str, *, fields: str, **params: str | int) -> Iterator[dict[str, Any]]:
        """All records of a collection, such as `organisationUnits`, page by page. Raises `pages_changed` where a record
        comes twice or the server counted others than it sent."""
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES + 1):
            asked: dict[str, str | int] = {
                "fields": fields,
                "paging": "true",
                "pageSize": PAGE,
                "page": page,
                "order": "id:asc",
            }
            content = self.get(path, **asked | params)
            found, pager = content.get(path), content.get("pager", {})
            if not isinstance(found, list) or not isinstance(pager, dict):
                raise Failure("bad_json")
            for record in found:
                if not isinstance(record, dict) or not isinstance(record.get("id"), str):
                    raise Failure("bad_json")
                if record["id"] in seen:
                    raise Failure("pages_changed")
                seen.add(record["id"])
                yield record
            pages, total = pager.get("pageCount", 1), pager.get("total", len(seen))
            if not isinstance(pages, int) or not isinstance(total, int):
                raise Failure("bad_json")
            if page >= pages:
                if total != len(seen):
                    raise Failure("pages_changed")
                return
        raise Failure("too_large", _MOST_PAGES)

    def download(self, path: str, params: Mapping[str, Any], to: Path) -> int:
        """Writes the answer to a file as it arrives; returns its bytes, unpacked. A broken download leaves no file."""

        def keep(response: BaseHTTPResponse) -> int:
            part = to.with_name(f"{to.name}.part")
            try:
                with part.open("wb") as file:
                    size = self._copy(response, file, self.limits.file)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(to)
            finally:
                part.unlink(missing_ok=True)
            return size

        size: int = self._with_patience(path, params, keep)
        return size

    def _with_patience(self, path: str, params: Mapping[str, Any], take: Callable[[BaseHTTPResponse], Any]) -> Any:
        url = f"{self.address}/api/{path}" + (f"?{urlencode(params, doseq=True)}" if params else "")
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._once(url, take)
            except Failure as failure:
                longest = self.limits.longest_wait
                if not failure.passing or attempt == self.limits.attempts or failure.wait > longest:
                    # Without the frames below: what the server sent stands in them.
                    raise failure.with_traceback(None) from None
                # Half of the pause is left to chance, so that several clients do not come back together.
                pause = min(self.limits.first_wait * 2 ** (attempt - 1), longest) * uniform(0.5, 1)
                self._wait(max(pause, failure.wait))
        raise AssertionError("the last attempt returns or raises")

    def _once(self, url: str, take: Callable[[BaseHTTPResponse], Any]) -> Any:
        host = host_of(url)
        try:
            response = self._ask(url)
        except wrong.SSLError:
            raise Failure("certificate", host) from None
        except wrong.NewConnectionError:  # also where the name is not known
            raise Failure("unreachable", host) from None
        except wrong.TimeoutError:
            raise Failure("slow") from None
        except wrong.HTTPError:
            raise Failure("unreachable", host) from None
        try:
            _check(response)
            return take(response)
        except wrong.TimeoutError:
            raise Failure("slow") from None
        except wrong.HTTPError:
            raise Failure("cut") from None
        finally:
            response.close()
            response.release_conn()

    def _ask(self, url: str) -> BaseHTTPResponse:
        """The beginning of the answer; redirects are followed on the same server only."""
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._pool.request(
                "GET",
                url,
                headers={
                    "Authorization": self._credentials.header(),
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "User-Agent": "capev",
                },
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=Timeout(connect=self.limits.connect, read=self.limits.silence),
            )
            if response.status not in _REDIRECTS:
                return response
            response.close()
            url = sent_on(url, response.headers.get("Location", ""))
        raise Failure("redirected", host_of(url))

    def _object(self, response: BaseHTTPResponse) -> dict[str, Any]:
        content = bytearray()
        for piece in self._pieces(response, self.limits.page):
            content += piece
        try:
            found = json.loads(content, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise Failure("bad_json") from None
        if not isinstance(found, dict):
            raise Failure("bad_json")
        return found

    def _copy(self, response: BaseHTTPResponse, file: BinaryIO, limit: int) -> int:
        size, start, end = 0, b"", b""
        for piece in self._pieces(response, limit):
            file.write(piece)
            size += len(piece)
            start = start or piece.lstrip()[:1]
            end = (end + piece)[-64:]
        if start != b"{":
            raise Failure("bad_json" if start else "cut")
        if not end.rstrip().endswith(b"}"):
            raise Failure("cut")  # without a length and without an end of their own, answers break off silently
        return size

    def _pieces(self, response: BaseHTTPResponse, limit: int) -> Iterator[bytes]:
        """As they come. A server that sends now and then a byte is not waited for longer than for any other."""
        deadline, size = monotonic() + self.limits.whole, 0
        while piece := response.read1(_PIECE, decode_content=True):
            size += len(piece)
            if size > limit:
                raise Failure("too_large", limit // _MB)
            if monotonic() > deadline:
                raise Failure("slow")
            yield piece


def _check(response: BaseHTTPResponse) -> None:
    status = response.status
    if status != 200:
        code = _SAID.get(status) or ("server_error" if status >= 500 else "refused")
        raise Failure(code, status if code in ("server_error", "refused") else "", wait=_asked_wait(response))
    if "json" not in response.headers.get("Content-Type", "").lower():
        raise Failure("not_json")


def _asked_wait(response: BaseHTTPResponse) -> float:
    """Seconds until the moment that `Retry-After` names, as a number or as a date; 0 where it names none."""
    if response.status not in (429, 503):
        return 0
    try:
        return float(Retry().get_retry_after(response) or 0)
    except wrong.InvalidHeader:
        return 0


def _refuse(word: str) -> None:
    raise ValueError(word)
