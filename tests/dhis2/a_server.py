"""A DHIS2 server of the tests' own: real HTTP on this machine, the real files behind it, and faults on demand."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.exchange.shared_data import METADATA, UNITS, VALUES


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


class Holdings(NamedTuple):
    """What the server knows: collections by name, and the values by data set and month."""

    collections: Mapping[str, list[Any]]
    values: Mapping[tuple[str, str], list[Any]]


Fault = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: "Dhis2"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Not onto the terminal."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = Asked(url.path, parse_qs(url.query), dict(self.headers))
        with self.server.lock:
            self.server.asked.append(asked)
            waiting = [fault for fault in self.server.faults if fault[0] in asked.path]
            if waiting:
                self.server.faults.remove(waiting[0])
        if waiting:
            waiting[0][1](self)
        elif self.server.lets_in(asked.headers.get("Authorization", "")):
            self.answer(asked)
        else:
            self.send(json.dumps({"httpStatusCode": 401}), status=401)

    def answer(self, asked: Asked) -> None:
        name = asked.path.removeprefix("/api/")
        if name == "system/info":
            self.send(json.dumps({"version": "2.41.0"}))
        elif name == "dataValueSets":
            self.send(json.dumps(self.server.values_for(asked.query)))
        elif name in self.server.holdings.collections:
            self.send(json.dumps(self.server.page_of(name, asked.query)))
        else:
            self.send(json.dumps({"httpStatusCode": 404}), status=404)

    def send(
        self,
        body: str | bytes,
        *,
        status: int = 200,
        kind: str = "application/json;charset=utf-8",
        length: int | None = None,
        **headers: str,
    ) -> None:
        """`length` longer than the body: the connection is cut before its end."""
        content = body.encode() if isinstance(body, str) else body
        if length is None and "gzip" in self.headers.get("Accept-Encoding", "") and len(content) > 10_000:
            content = gzip.compress(content, 1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        if length is not None:
            self.close_connection = True


class Dhis2(ThreadingHTTPServer):
    """`asked` are the requests so far; `fault("dataValueSets", says(429))` makes the next such request go wrong."""

    daemon_threads = True

    def __init__(self, holdings: Holdings, authorization: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.holdings, self.authorization = holdings, authorization
        self.asked: list[Asked] = []
        self.faults: list[tuple[str, Fault]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no error here."""

    def lets_in(self, authorization: str) -> bool:
        return authorization == self.authorization

    def fault(self, path: str, fault: Fault, times: int = 1) -> None:
        self.faults += [(path, fault)] * times

    def asked_for(self, name: str) -> list[Asked]:
        return [one for one in self.asked if one.path == f"/api/{name}"]

    def page_of(self, name: str, query: Mapping[str, list[str]]) -> dict[str, Any]:
        page, size = int(query["page"][0]), int(query["pageSize"][0])
        found = sorted(self.holdings.collections[name], key=lambda record: str(record["id"]))
        pages = max(1, -(-len(found) // size))
        pager = {"page": page, "pageCount": pages, "total": len(found), "pageSize": size}
        return {"pager": pager, name: found[(page - 1) * size : page * size]}

    def values_for(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        (data_set,), (start,), (end,) = query["dataSet"], query["startDate"], query["endDate"]
        assert (start[:7], query["children"]) == (end[:7], ["true"])
        found = self.holdings.values.get((data_set, start[:7].replace("-", "")), [])
        return {"dataValues": found} if found else {}


def says(status: int, body: str = "{}", **headers: str) -> Fault:
    return lambda handler: handler.send(body, status=status, **headers)  # type: ignore[arg-type]


def sends(body: str | bytes, kind: str = "application/json") -> Fault:
    return lambda handler: handler.send(body, kind=kind)


def breaks_off(body: str) -> Fault:
    return lambda handler: handler.send(body, length=len(body) + 1000)


def waits_for(moment: threading.Event) -> Fault:
    """Sends nothing until then."""

    def wait(handler: Handler) -> None:
        moment.wait(20)
        handler.close_connection = True

    return wait


@contextmanager
def a_server(holdings: Holdings | None = None, *, authorization: str = "ApiToken d2pat_test") -> Iterator[Dhis2]:
    """Listens on a free port until the end of the block."""
    server = Dhis2(holdings or Holdings({}, {}), authorization)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@cache
def sierra_leone() -> Holdings:
    """The real files: 1,332 units, two data sets, 188,701 values of 2025."""
    metadata = json.loads(METADATA.read_bytes())
    collections = {name: found for name, found in metadata.items() if isinstance(found, list)}
    collections["organisationUnits"] = json.loads(UNITS.read_bytes())
    of_element = {
        one["dataElement"]["id"]: data_set["id"]
        for data_set in metadata["dataSets"]
        for one in data_set["dataSetElements"]
    }
    values: dict[tuple[str, str], list[Any]] = {}
    for value in json.loads(gzip.decompress(VALUES.read_bytes()))["dataValues"]:
        values.setdefault((of_element[value["dataElement"]], value["period"]), []).append(value)
    return Holdings(collections, values)
