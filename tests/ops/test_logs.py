"""What the log tells of a request and a job, and what it never tells."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from capev_site import job_lines
from capev_site.logs import JsonLines, PlainLines, configuration, request_id, told_path
from indicators.accounts.models import User
from tests.conftest import wait_until
from tests.ops.tasks import sign_in
from tests.ops.test_settings import run_manage

CANARY = "Canari-Fanta-Koné-70123456"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that any logger says, as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    names = ["", "django", "django.request", "capev", "celery"]
    kept = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names}
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in names[1:]:
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True
    yield stream
    root.removeHandler(handler)
    for name, (level, propagate) in kept.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


def told(lines: io.StringIO, logger: str) -> list[dict[str, Any]]:
    return [one for one in map(json.loads, lines.getvalue().splitlines()) if one["logger"] == logger]


def error_of(break_it: Any) -> tuple[Any, Any, Any]:
    try:
        break_it()
    except Exception as error:  # noqa: BLE001 (whatever is thrown is what is looked at)
        return type(error), error, error.__traceback__
    raise AssertionError("nothing broke")


@pytest.mark.django_db
def test_a_request_is_one_line_with_number_path_status_time_and_account(client: Client, lines: io.StringIO) -> None:
    user = User.objects.create_user("awa", first_name="Awa", email="awa@example.org")
    client.force_login(user)
    address = reverse("own-account")
    answer = client.get(f"{address}?q={CANARY}")
    (line,) = [one for one in told(lines, "capev.requests") if one["message"] == "answered"]
    assert line.pop("time").endswith("+00:00")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "INFO", "logger": "capev.requests", "message": "answered", "request": answer.headers["X-Request-ID"],
        "method": "GET", "path": address, "status": 200, "user": user.pk,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_stranger_has_no_account_in_the_line(client: Client, lines: io.StringIO) -> None:
    client.get("/connexion/")
    (line,) = told(lines, "capev.requests")
    assert "user" not in line


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["abc-123_4.5-xyz", "0" * 64])
def test_a_number_that_a_proxy_gave_is_kept(client: Client, sent: str) -> None:
    assert client.get("/sante", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "short", "0" * 65, "a b c d e f g", "<script>alert(1)", "-" * 20, "é" * 10])
def test_another_number_is_made_where_the_sent_one_is_none(client: Client, sent: str) -> None:
    made = client.get("/sante", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert made != sent
    assert len(made) == 32


@pytest.mark.django_db
def test_the_number_is_forgotten_after_the_request(client: Client) -> None:
    client.get("/sante")
    assert request_id.get() == ""


@pytest.mark.django_db
def test_what_is_sent_and_asked_for_is_in_no_line(client: Client, lines: io.StringIO) -> None:
    client.post(f"/connexion/?next={CANARY}", {"username": CANARY, "password": CANARY})
    client.get(f"/recherche/?q={CANARY}")
    client.get(f"/invitation/{CANARY.replace('é', 'e')}-and-more/")
    client.get(f"/invitation/{CANARY.replace('é', 'e')}-and-more/.")
    client.get(f"/connexion/nouveau/MQ/{CANARY}/")
    client.get("/sante", headers={"X-Request-ID": CANARY, "Cookie": f"sessionid={CANARY}", "Referer": CANARY})
    client.get("/metriques", headers={"Authorization": f"Bearer {CANARY}"})
    assert [line["message"] for line in told(lines, "capev.requests")].count("answered") == 7
    assert "Canari" not in lines.getvalue()


@pytest.mark.django_db
def test_sign_ins_refusals_and_sign_outs_are_told_without_a_name(client: Client, lines: io.StringIO) -> None:
    user = User.objects.create_user("awa-canari", password=CANARY)
    client.post("/connexion/", {"username": "awa-canari", "password": "another one"})
    client.post("/connexion/", {"username": "awa-canari", "password": CANARY})
    client.post("/deconnexion/")
    said = [(line["message"], line["level"], line.get("user")) for line in told(lines, "capev.requests")]
    assert [one for one in said if one[0] != "answered"] == [
        ("sign-in refused", "WARNING", None), ("signed in", "INFO", user.pk), ("signed out", "INFO", user.pk)
    ]  # fmt: skip
    assert "anari" not in lines.getvalue()


@pytest.mark.django_db
def test_what_is_refused_is_a_warning(lines: io.StringIO, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-token"
    client = Client(enforce_csrf_checks=True)
    assert client.get("/metriques").status_code == 401
    assert client.post("/connexion/", {"username": "x", "password": "y"}).status_code == 403
    assert [line["level"] for line in told(lines, "capev.requests")] == ["WARNING", "WARNING"]


def test_the_secret_of_a_link_is_left_out_of_its_path() -> None:
    secret = "k3J9-secret"
    asked = RequestFactory().get
    assert told_path(asked(f"/invitation/{secret}/")) == "/invitation/…/"
    assert told_path(asked(f"/connexion/nouveau/MQ/{secret}/")) == "/connexion/nouveau/…/…/"
    assert told_path(asked("/invitation/" + "x" * 40 + "/typo")) == "/invitation/…/typo"
    assert told_path(asked("/visites/12/?q=x")) == "/visites/12/"


@pytest.mark.django_db
def test_a_view_that_breaks_is_told_by_class_and_place(
    client: Client, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError(f"cannot read {CANARY}")

    monkeypatch.setattr("capev_site.health.connection.cursor", broken)
    client.raise_request_exception = False
    assert client.get("/sante").status_code == 500
    (line,) = told(lines, "django.request")
    assert line["error"].startswith("builtins.ValueError: ")
    assert "health.py" in line["error"]
    assert line["request"] == told(lines, "capev.requests")[0]["request"]
    assert "Canari" not in lines.getvalue()


@pytest.mark.django_db
def test_what_a_database_quotes_of_a_row_is_not_told() -> None:
    def twice() -> None:
        User.objects.create(username=CANARY)
        User.objects.create(username=CANARY)

    error = error_of(twice)
    assert issubclass(error[0], IntegrityError)
    said = JsonLines().formatException(error)
    assert "Canari" not in said
    assert "IntegrityError" in said
    if connection.vendor == "postgresql":
        assert "23505" in said


def test_with_debug_the_whole_error_is_shown(settings: Any) -> None:
    settings.DEBUG = True
    assert "half a word" in JsonLines().formatException(error_of(lambda: int("half a word")))


def record(message: str, *args: Any, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("capev.test", logging.WARNING, "here.py", 1, message, args, None)
    vars(made).update(extra)
    return made


@pytest.mark.parametrize("form", [JsonLines, PlainLines])
def test_a_line_stays_one_line_whatever_is_in_it(form: type[logging.Formatter]) -> None:
    said = form().format(record("a %s", "b\n2026-01-01 CRITICAL forged\r\x1b[31m\u2028", path="/x\ny"))
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


def test_what_callers_add_beside_the_known_fields_stays_out() -> None:
    said = json.loads(JsonLines().format(record("m", note=CANARY, status=200)))
    assert said["status"] == 200
    assert "Canari" not in json.dumps(said, ensure_ascii=False)


@shared_task
def told_task(number: int, text: str) -> str:
    if number == 13:
        raise ValueError(text)
    return text


def test_a_job_is_told_by_its_task_and_row_without_arguments_and_answer(lines: io.StringIO) -> None:
    job_lines.connect()
    told_task.apply((12, CANARY))
    begun, ended = told(lines, "capev.jobs")
    assert (begun["message"], ended["message"], ended["state"]) == ("job begins", "job ended", "SUCCESS")
    assert begun["row"] == ended["row"] == 12
    assert begun["job"] == f"{told_task.name} 12"
    assert ended["ms"] >= 0
    logging.getLogger("celery.app.trace").setLevel(logging.CRITICAL)
    told_task.apply((13, CANARY))
    (broke,) = [line for line in told(lines, "capev.jobs") if line["message"] == "job broke"]
    assert broke["error"].startswith("builtins.ValueError: ")
    assert "told_task" in broke["error"]
    said = [line for line in lines.getvalue().splitlines() if '"logger": "celery.app.trace"' not in line]
    assert "Canari" not in "".join(said)


@pytest.mark.slow
def test_a_real_worker_tells_of_jobs_in_our_lines_and_not_of_their_arguments(
    celery_worker_process: Any, tmp_path: Path
) -> None:
    sign_in.delay("canari")
    log = tmp_path / "worker.log"
    wait_until(lambda: "capev.jobs: job ended" in log.read_text())
    assert "state=SUCCESS" in log.read_text()
    assert "canari" not in log.read_text()


def test_what_celery_itself_says_of_tasks_is_silenced() -> None:
    loggers = configuration("json", "INFO")["loggers"]
    assert loggers["celery.app.trace"]["level"] == "CRITICAL"
    assert loggers["django.request"]["level"] == "ERROR"


@pytest.mark.parametrize(
    ("environment", "form"), [({}, "json"), ({"HTTPS": "0"}, "plain"), ({"LOG_FORMAT": "plain"}, "plain")]
)
def test_a_server_writes_json_by_itself(environment: dict[str, str], form: str) -> None:
    ask = "from django.conf import settings; print(settings.LOG_FORMAT, settings.LOGGING['formatters'])"
    done = run_manage("shell", "--no-imports", "-c", ask, SECRET_KEY="k7-" + "aZ9x" * 20, **environment)
    assert done.stdout.startswith(form), done.stderr
    assert f"{form.capitalize()}Lines" in done.stdout


def test_another_form_is_refused_with_a_sentence() -> None:
    done = run_manage("check", SECRET_KEY="k7-" + "aZ9x" * 20, LOG_FORMAT="xml")
    assert done.returncode != 0
    assert "LOG_FORMAT is json or plain" in done.stderr
