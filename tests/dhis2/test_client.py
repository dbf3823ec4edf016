"""The client against a real server that has bad days."""

import gzip
import json
import logging
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.dhis2.client import PAGE, Client, Limits
from indicators.exchange.dhis2.credentials import Credentials, credentials_of, missing, variables
from indicators.exchange.dhis2.failures import Failure
from tests.dhis2.a_server import Dhis2, Holdings, a_server, breaks_off, says, sends, waits_for

CANARY = "d2pat_CanaryInTheMine0123456789"
QUICK = Limits(connect=2, silence=0.5, whole=1, page=100_000, file=100_000, attempts=3, first_wait=0.01)
HTML = "<!doctype html><title>Sign in</title>"


@pytest.fixture
def server() -> Iterator[Dhis2]:
    units = [{"id": f"U{number:010d}", "name": f"unit {number}"} for number in range(PAGE * 2 + 3)]
    values = {("DataSet0001", "202501"): [{"value": "1", "comment": "ɛ"}]}
    with a_server(Holdings({"organisationUnits": units}, values), authorization=f"ApiToken {CANARY}") as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: Dhis2, waits: list[float]) -> Client:
    return Client(server.url, Credentials(f"ApiToken {CANARY}"), QUICK, wait=waits.append)


def test_it_is_let_in_and_reads_the_version(client: Client) -> None:
    assert client.version() == "2.41.0"


def test_pages_are_read_to_the_last(client: Client, server: Dhis2) -> None:
    found = list(client.records("organisationUnits", fields="id,name"))
    assert len({record["id"] for record in found}) == PAGE * 2 + 3
    assert [one.query["page"] for one in server.asked_for("organisationUnits")] == [["1"], ["2"], ["3"]]
    assert server.asked[0].query["fields"] == ["id,name"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"organisationUnits": [{"id": "a"}], "pager": {"page": 1, "pageCount": 1, "total": 2}}, "pages_changed"),
        ({"organisationUnits": [{"id": "a"}, {"id": "a"}]}, "pages_changed"),
        ({"organisationUnits": {"id": "a"}}, "bad_json"),
        ({"organisationUnits": [["a"]]}, "bad_json"),
        ({"organisationUnits": [{"id": 7}]}, "bad_json"),
        ({"organisationUnits": [], "pager": {"pageCount": "many"}}, "bad_json"),
        ({"organisationUnits": [], "pager": []}, "bad_json"),
        ({"units": []}, "bad_json"),
    ],
)
def test_pages_that_do_not_fit_together_are_refused(client: Client, server: Dhis2, page: Any, code: str) -> None:
    server.fault("organisationUnits", sends(json.dumps(page)))
    with pytest.raises(Failure) as caught:
        list(client.records("organisationUnits", fields="id"))
    assert caught.value.code == code


def test_a_collection_without_pager_is_whole(client: Client, server: Dhis2) -> None:
    server.fault("organisationUnits", sends('{"organisationUnits": [{"id": "a"}]}'))
    assert list(client.records("organisationUnits", fields="id")) == [{"id": "a"}]


def ask(client: Client, to: Path) -> int:
    asked = {"dataSet": "DataSet0001", "startDate": "2025-01-01", "endDate": "2025-01-31", "children": "true"}
    return client.download("dataValueSets", asked, to)


def test_an_answer_goes_into_a_file(client: Client, tmp_path: Path) -> None:
    size = ask(client, tmp_path / "values")
    assert json.loads((tmp_path / "values").read_bytes())["dataValues"] == [{"value": "1", "comment": "ɛ"}]
    assert (tmp_path / "values").stat().st_size == size


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (says(400), "refused 400"),
        (says(401), "unauthorised"),
        (says(403), "forbidden"),
        (says(404), "not_found"),
        (says(409, '{"message": "no data set"}'), "refused 409"),
        (says(200, HTML, Content_Type="text/html"), "bad_json"),
        (sends(HTML, "text/html"), "not_json"),
        (sends(HTML), "bad_json"),
        (sends("[]"), "bad_json"),
        (sends("x" * 100_001), "too_large 0"),
        (sends(gzip.compress(b"{}")), "bad_json"),
        (says(302, Location="http://elsewhere.example/api"), "redirected elsewhere.example"),
        (says(302, Location="//elsewhere.example/api"), "redirected elsewhere.example"),
        (says(302, Location="http://[broken"), "redirected ?"),
        (says(307, Location="http://a:b@127.0.0.1/api"), "redirected 127.0.0.1"),
        (says(302, Location="file:///etc/passwd"), "redirected ?"),
    ],
)
def test_what_a_person_must_mend_is_not_tried_again(
    client: Client, server: Dhis2, tmp_path: Path, waits: list[float], fault: Any, code: str
) -> None:
    server.fault("dataValueSets", fault)
    with pytest.raises(Failure) as caught:
        ask(client, tmp_path / "values")
    assert str(caught.value) == code
    assert not caught.value.passing
    assert (len(server.asked), waits) == (1, [])
    assert list(tmp_path.iterdir()) == [], "a broken download leaves no file"
    assert caught.value.message


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_of_the_server_passes(
    client: Client, server: Dhis2, tmp_path: Path, waits: list[float], status: int
) -> None:
    server.fault("dataValueSets", says(status), times=2)
    assert ask(client, tmp_path / "values") > 0
    first, second = waits
    assert 0 < first <= 0.01
    assert 0 < second <= 0.02


def test_after_as_many_attempts_as_allowed_it_gives_up(client: Client, server: Dhis2, tmp_path: Path) -> None:
    server.fault("dataValueSets", says(500), times=9)
    with pytest.raises(Failure, match="server_error 500"):
        ask(client, tmp_path / "values")
    assert len(server.asked) == 3


def test_the_pause_that_a_server_asks_for_is_kept(
    client: Client, server: Dhis2, tmp_path: Path, waits: list[float]
) -> None:
    server.fault("dataValueSets", says(429, Retry_After="7"))
    ask(client, tmp_path / "values")
    assert waits == [7]
    server.fault("dataValueSets", says(503, Retry_After="nonsense"))
    ask(client, tmp_path / "values")
    assert waits[1] < 1
    server.fault("dataValueSets", says(429, Retry_After="3600"))
    with pytest.raises(Failure) as caught:
        ask(client, tmp_path / "values")
    assert (caught.value.code, caught.value.wait) == ("too_many", 3600), "a long pause is the caller's"


@pytest.mark.parametrize(
    "fault", [breaks_off('{"dataValues": [{"value'), sends('{"dataValues": [{"value": "1'), sends("")]
)
def test_an_answer_that_breaks_off_is_fetched_again(
    client: Client, server: Dhis2, tmp_path: Path, waits: list[float], fault: Any
) -> None:
    server.fault("dataValueSets", fault)
    ask(client, tmp_path / "values")
    assert json.loads((tmp_path / "values").read_bytes())["dataValues"]
    assert len(waits) == 1
    server.fault("dataValueSets", fault, times=9)
    with pytest.raises(Failure, match="cut"):
        ask(client, tmp_path / "other")


def test_chunks_that_break_off_are_fetched_again(client: Client, server: Dhis2, tmp_path: Path) -> None:
    def chunks(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"10\r\n" + b'{"dataValues":[{}' + b"\r\n")
        handler.close_connection = True

    server.fault("dataValueSets", chunks, times=9)
    with pytest.raises(Failure, match="cut"):
        ask(client, tmp_path / "values")


def test_silence_is_not_waited_for(client: Client, server: Dhis2, tmp_path: Path) -> None:
    moment = threading.Event()
    server.fault("dataValueSets", waits_for(moment), times=9)
    with pytest.raises(Failure, match="slow"):
        ask(client, tmp_path / "values")
    moment.set()


def test_drops_are_not_waited_for(server: Dhis2, tmp_path: Path) -> None:
    stop = threading.Event()

    def drops(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not stop.wait(0.1):
            handler.wfile.write(b" ")

    server.fault("dataValueSets", drops)
    once = Client(server.url, Credentials(f"ApiToken {CANARY}"), Limits(silence=0.5, whole=1, attempts=1))
    with pytest.raises(Failure, match="slow"):
        ask(once, tmp_path / "values")
    stop.set()


def test_a_bomb_is_not_unpacked(client: Client, server: Dhis2, tmp_path: Path) -> None:
    bomb = gzip.compress(b"{" + b" " * 50_000_000 + b"}")
    assert len(bomb) < QUICK.file
    server.fault("dataValueSets", lambda handler: handler.send(bomb, length=len(bomb), Content_Encoding="gzip"))
    with pytest.raises(Failure, match="too_large"):
        ask(client, tmp_path / "values")


def test_nobody_at_home(tmp_path: Path, server: Dhis2) -> None:
    server.server_close()
    with pytest.raises(Failure, match=r"unreachable 127\.0\.0\.1"):
        ask(Client(server.url, Credentials("ApiToken x"), QUICK, wait=lambda _: None), tmp_path / "values")


def test_a_certificate_that_cannot_be_checked_is_refused_and_nothing_is_sent(server: Dhis2, tmp_path: Path) -> None:
    address = server.url.replace("http:", "https:")
    with pytest.raises(Failure) as caught:
        ask(Client(address, Credentials(f"ApiToken {CANARY}"), QUICK, wait=lambda _: None), tmp_path / "values")
    assert caught.value.code in ("certificate", "unreachable")
    assert server.asked == []


def test_redirects_on_the_same_server_are_followed_and_loops_are_not(client: Client, server: Dhis2) -> None:
    server.fault("system/info", says(301, Location="/api/system/info?again"))
    assert client.version() == "2.41.0"
    server.fault("system/info", says(301, Location="/api/system/info"), times=9)
    with pytest.raises(Failure, match="redirected"):
        client.version()


def test_credentials_are_never_carried_to_another_server(client: Client, server: Dhis2) -> None:
    with a_server() as thief:
        server.fault("system/info", says(302, Location=f"{thief.url}/api/system/info"))
        with pytest.raises(Failure, match="redirected"):
            client.version()
        assert thief.asked == []


def test_the_environment_holds_the_credentials(server: Dhis2) -> None:
    token, name, password = variables("my-hmis")
    assert (token, name, password) == ("DHIS2_MY_HMIS_TOKEN", "DHIS2_MY_HMIS_USERNAME", "DHIS2_MY_HMIS_PASSWORD")
    assert missing("my-hmis", {}) == [token]
    assert missing("my-hmis", {name: "a"}) == [password]
    assert missing("my-hmis", {name: "a", password: "b"}) == missing("my-hmis", {token: "c"}) == []
    assert credentials_of("my-hmis", {name: "aé", password: "b:c"}).header() == "Basic YcOpOmI6Yw=="
    assert Client(server.url, credentials_of("my-hmis", {token: CANARY}), QUICK).version() == "2.41.0"
    with pytest.raises(Failure, match=f"missing_variables {token}"):
        credentials_of("my-hmis", {})


FAULTS = [
    says(401, f"who is {CANARY}?"),
    says(409, json.dumps({"message": CANARY})),
    says(500, CANARY),
    says(302, Location=f"http://elsewhere.example/{CANARY}"),
    sends(f"<p>{CANARY}", "text/html"),
    sends(json.dumps([CANARY])),
    sends(f'{{"dataValues": ["{CANARY}'),
    breaks_off(f'{{"{CANARY}'),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_credentials_are_nowhere_to_be_read(
    client: Client, server: Dhis2, tmp_path: Path, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the server sends them back: in no message, log line, representation or traceback."""
    caplog.set_level(logging.DEBUG)
    server.fault("dataValueSets", fault, times=9)
    server.fault("system/info", fault, times=9)
    told = [repr(client), str(client), repr(vars(client)), repr(client._credentials)]
    for call in (lambda: ask(client, tmp_path / "values"), client.version):
        with pytest.raises(Failure) as caught:
            call()
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        told += [str(caught.value), repr(caught.value), caught.value.message, "".join(shown.format())]
    told += [record.getMessage() for record in caplog.records]
    assert CANARY not in "\n".join(told)
