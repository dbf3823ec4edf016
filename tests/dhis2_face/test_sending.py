"""What a sender may do wrong, and what nobody may do: each has one answer, and the values stay as they were."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from indicators.accounts import token_actions
from indicators.api.dhis2 import import_request
from indicators.models import DataValue, User, WaitingRecord
from tests.dhis2_face.asking import basic, send
from tests.dhis2_face.scene import PASSWORD, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
VALUE = {"dataElement": "ElementDtp1", "period": "202504", "orgUnit": "FacNorthAaa", "value": "12"}
ONE = {"dataValues": [VALUE]}
XML = (
    '<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0"><dataValue dataElement="ElementDtp1" period="202504"'
    ' orgUnit="FacNorthAaa" value="12"/></dataValueSet>'
)
CSV = "dataelement,period,orgunit,catoptcombo,attroptcombo,value\nElementDtp1,202504,FacNorthAaa,,,12\n"


def sent() -> float | None:
    return DataValue.objects.filter(period=320250401).values_list("value", flat=True).first()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE, "application/json"),
        (json.dumps(ONE), "application/json; charset=utf-8"),
        (XML, "application/xml"),
        (XML, "text/xml"),
        (CSV, "application/csv"),
        (CSV, "text/csv"),
    ],
)
def test_three_formats(scene: Scene, body: Any, kind: str) -> None:
    answer = send(body, kind=kind)
    assert answer.status_code == 200, answer.content
    assert answer.json()["importCount"] == {"imported": 1, "updated": 0, "ignored": 0, "deleted": 0}
    assert sent() == 12


def test_packed_with_gzip(scene: Scene) -> None:
    packed = gzip.compress(json.dumps(ONE).encode())
    assert send(packed, **{"Content-Encoding": "gzip"}).status_code == 200
    assert send(packed).status_code == 415
    assert send(packed, **{"Content-Encoding": "br"}).status_code == 415
    assert send(packed[:-9], **{"Content-Encoding": "gzip"}).status_code == 400


def test_a_bomb_and_a_body_too_large(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_request, "LARGEST", 100_000)
    bomb = gzip.compress(b" " * 1_000_000)
    assert len(bomb) < 2000
    assert send(bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    assert send(" " * 100_001).status_code == 413
    assert send(" " * 70_000, path="dataValues").status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_other_content_types(scene: Scene, kind: str) -> None:
    assert send(json.dumps(ONE), kind=kind).status_code == 415
    assert sent() is None


@pytest.mark.parametrize(
    "body",
    [
        "{", '{"dataValues": [1,]}', '{"dataValues": [{"value": NaN}]}', "[" * 100_000, '{"a": 1, "a": 2}',
        '{"dataValues": [{"dataElement": "\\ud800"}]}', "null", "[]", '{"dataValues": {"$gt": 0}}',
        '{"dataValues": "' + "9" * 5000 + '"}', "<html></html>", b"\xff\xfe\xfa",
    ],
)  # fmt: skip
def test_bodies_that_are_none(scene: Scene, body: str | bytes) -> None:
    answer = send(body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["message"]
    assert DataValue.objects.count() == 7


def test_nothing_was_sent(scene: Scene) -> None:
    answer = Client().generic(
        "POST", "/api/dataValueSets", b"", headers=basic("writer"), CONTENT_TYPE="application/json"
    )
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "empty_file")


def test_xml_with_a_doctype(scene: Scene) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]>' + XML.replace("12", "&d;")
    assert send(bomb, kind="application/xml").status_code == 400


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dataElement": "Unknown0000"}, "unknown_data_element"),
        ({"period": "202513"}, "bad_period"),
        ({"period": "209901"}, "future_period"),
        ({"value": "-5"}, "negative"),
        ({"value": "' OR 1=1--"}, "not_a_number"),
        ({"value": "{{7*7}}"}, "not_a_number"),
        ({"value": ""}, "blank_value"),
        ({"categoryOptionCombo": "Unknown0000"}, "unknown_option_combo"),
    ],
)
def test_conflicts_name_the_value_and_the_row(scene: Scene, change: dict[str, str], code: str) -> None:
    answer = send({"dataValues": [VALUE, VALUE | {"orgUnit": "FacNorthBbb"} | change]})
    assert answer.status_code == 409
    body = answer.json()
    assert body["response"]["status"] == "ERROR"
    assert body["importCount"] == {"imported": 0, "updated": 0, "ignored": 2, "deleted": 0}
    (conflict,) = body["conflicts"]
    assert (conflict["code"], conflict["indexes"]) == (code, [1])
    assert conflict["errorCode"].startswith("E76")
    assert sent() is None


def test_identifiers_by_code_and_name(scene: Scene) -> None:
    by_code = {"dataValues": [VALUE | {"dataElement": "DE_DTP1", "orgUnit": "Ségou Un"}]}
    assert send(by_code, "dataElementIdScheme=code&orgUnitIdScheme=name").status_code == 200
    assert sent() == 12
    assert send(by_code, "dataElementIdScheme=attribute:abc").status_code == 409


def test_an_unknown_unit_waits_for_a_person(scene: Scene) -> None:
    answer = send({"dataValues": [VALUE, VALUE | {"orgUnit": "Nouveau CSCom"}]})
    assert answer.status_code == 409
    body = answer.json()
    assert body["response"]["status"] == "WARNING"
    assert (body["importCount"]["imported"], body["response"]["waiting"]) == (1, 1)
    assert body["conflicts"][0]["object"] == "Nouveau CSCom"
    assert WaitingRecord.objects.get().name == "Nouveau CSCom"


def test_only_new_values_or_only_known_ones(scene: Scene) -> None:
    known = VALUE | {"period": "202501", "value": "99"}
    both = {"dataValues": [VALUE, known]}
    created = send(both, "importStrategy=CREATE").json()
    assert created["importCount"] == {"imported": 1, "updated": 0, "ignored": 1, "deleted": 0}
    assert not DataValue.objects.filter(value=99).exists()
    changed = {"dataValues": [VALUE | {"period": "202505"}, known]}
    assert send(changed, "importStrategy=UPDATE").json()["importCount"]["updated"] == 1
    assert DataValue.objects.get(value=99).period == 320250101
    nothing = send({"dataValues": [VALUE | {"period": "202505"}]}, "importStrategy=UPDATE")
    assert (nothing.status_code, nothing.json()["response"]["leftOut"]) == (200, 1)
    assert not DataValue.objects.filter(period=320250501).exists()
    wrong = {"dataValues": [VALUE | {"dataElement": "Unknown0000"}, known]}
    assert send(wrong, "importStrategy=UPDATE").status_code == 409
    foreign = {"dataValues": [VALUE | {"orgUnit": "FacSouthBbb"}]}
    assert send(foreign, "importStrategy=UPDATE", by="clerk").status_code == 409


def test_values_are_deleted_whatever_is_said_of_them(scene: Scene) -> None:
    cell = {"dataElement": "ElementDtp1", "period": "202501", "orgUnit": "FacNorthAaa", "value": "99"}
    tried = send({"dataValues": [cell]}, "importStrategy=DELETE&dryRun=true")
    assert tried.json()["importCount"] == {"imported": 0, "updated": 0, "ignored": 0, "deleted": 1}
    assert DataValue.objects.count() == 7
    text = "dataelement,period,orgunit,catoptcombo,attroptcombo,value\nElementDtp1,202501,FacNorthAaa,,,99\n"
    assert send(text, "importStrategy=DELETE", kind="text/csv").json()["importCount"]["deleted"] == 1
    assert DataValue.objects.count() == 6
    unreadable = {"dataValues": [cell | {"period": "202502"}, "nothing"]}
    assert send(unreadable, "importStrategy=DELETE&atomicMode=NONE").status_code == 409
    assert send("{", "importStrategy=DELETE").status_code == 400
    assert DataValue.objects.count() == 6


def test_strategies_that_are_not_known_or_offered(scene: Scene) -> None:
    assert send(ONE, "importStrategy=CREATE_AND_UPDATE").status_code == 200
    assert send(ONE, "importStrategy=EVERYTHING").status_code == 409
    assert send(ONE, "async=true").status_code == 409
    assert send(ONE, "atomicMode=SOME").status_code == 409
    assert send(ONE, "dryRun=maybe").status_code == 400


def test_a_clerk_sends_for_the_own_district(scene: Scene) -> None:
    assert send(ONE, by="clerk").status_code == 200
    other = send({"dataValues": [VALUE | {"orgUnit": "FacSouthAaa"}]}, by="clerk")
    assert other.status_code == 409
    (conflict,) = other.json()["conflicts"]
    assert conflict["code"] == "unknown_org_unit"
    assert "FacSouthAaa" in conflict["value"]
    assert DataValue.objects.filter(period=320250401).count() == 1


def test_who_only_reads_sends_nothing(scene: Scene) -> None:
    assert send(ONE, by="reader").status_code == 403
    assert send(VALUE, by="reader", path="dataValues").status_code == 403
    assert sent() is None


def test_tokens(scene: Scene) -> None:
    reading = token_actions.make(by=scene.writer, name="reads", days=1).secret
    writing = token_actions.make(by=scene.writer, name="writes", days=1, may_write=True).secret

    def post(authorization: str) -> int:
        headers = {"Authorization": authorization}
        body = json.dumps(ONE)
        return Client().post("/api/dataValueSets", body, content_type="application/json", headers=headers).status_code

    assert post(f"ApiToken {reading}") == 403
    assert post(f"Bearer {writing}") == 200
    assert post("ApiToken capev_nonsense") == 401
    assert post(basic("writer", writing)["Authorization"]) == 200
    me = Client().get("/api/me.json", headers={"Authorization": f"ApiToken {reading}"})
    assert me.json()["username"] == "writer"


def test_a_session_reads_and_never_writes(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.writer)
    assert client.get("/api/me").json()["username"] == "writer"
    answer = client.post("/api/dataValueSets", json.dumps(ONE), content_type="application/json")
    assert answer.status_code == 401
    deleted = client.delete("/api/dataValues?de=ElementDtp1&pe=202501&ou=FacNorthAaa")
    assert deleted.status_code == 401
    assert DataValue.objects.count() == 7


def test_passwords(scene: Scene, django_assert_max_num_queries: Any) -> None:
    def me(password: str) -> int:
        return Client().get("/api/me", headers=basic("reader", password)).status_code

    assert me(PASSWORD) == 200
    User.objects.get(username="reader")
    scene.reader.set_password("another long password")
    scene.reader.save()
    assert me(PASSWORD) == 401
    assert me("another long password") == 200
    factor = TOTPDevice.objects.create(user=scene.reader, confirmed=True)
    assert me("another long password") == 401
    factor.delete()
    assert me("another long password") == 200
    User.objects.filter(username="reader").update(is_active=False)
    assert me("another long password") == 401
    for _attempt in range(6):
        last = me("wrong")
    assert last == 429


@pytest.mark.parametrize("path", ["organisationUnits", "analytics", "me", "dataElements/ElementDtp1", "system/info"])
def test_addresses_that_read_change_nothing(scene: Scene, path: str) -> None:
    client, headers = Client(), basic("writer")
    for method in (client.post, client.put, client.patch, client.delete):
        answer = method(f"/api/{path}", "{}", content_type="application/json", headers=headers)
        assert answer.status_code == 405
        assert answer.json()["httpStatusCode"] == 405
    trick = {**headers, "X-HTTP-Method-Override": "DELETE"}
    assert client.get("/api/dataValues?de=ElementDtp1&pe=202501&ou=FacNorthAaa", headers=trick).json() == ["10"]
    assert DataValue.objects.count() == 7


def test_addresses_that_are_not_there(scene: Scene) -> None:
    answer = Client().get("/api/sqlViews/abc", headers=basic("reader"))
    assert (answer.status_code, answer.json()["httpStatus"]) == (404, "Not Found")
    assert Client().get("/api/sqlViews/abc").status_code == 401
