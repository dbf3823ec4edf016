"""JSON in pieces is read as JSON in one go is: the same content, the same refusals."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile
from tests.readers.given import a_file, a_set, refused, row, rows, value

LONG = "dataValues"
TEXTS = st.text(st.sampled_from('ab"\\{}[],: \n\t/é\u00e9\U0001f489'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4) | VALUES, max_size=12)


def in_pieces(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, content in strict_json.members(path, LONG):
        if key == LONG:
            found.setdefault(key, []).extend(content)
        else:
            found[key] = content
    return found


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    records=RECORDS,
    before=st.dictionaries(TEXTS.filter(lambda key: key != LONG), VALUES, max_size=3),
    after=VALUES,
    piece=st.integers(1, 40),
    indent=st.sampled_from([None, 2]),
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " : ")]),
    ascii_only=st.booleans(),
)
def test_what_is_read_in_pieces_is_what_is_read_at_once(
    tmp_path: Path, records: Any, before: Any, after: Any, piece: int, indent: Any, separators: Any, ascii_only: bool
) -> None:
    content = {**before, LONG: records, "after": after}
    text = json.dumps(content, indent=indent, separators=separators, ensure_ascii=ascii_only)
    path = a_file(tmp_path, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "_PIECE", piece)
        assert in_pieces(path) == strict_json.load(path)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data(), piece=st.integers(1, 60))
def test_a_file_with_one_character_wrong_is_refused_alike(tmp_path: Path, data: st.DataObject, piece: int) -> None:
    """The same verdict as of the whole file, and the same line and column."""
    text = json.dumps(
        {"period": "2025", LONG: [{"a": "x}", "b": 1}, {"a": "\\ud800"[:2]}, {"c": [{}]}], "z": {}}, indent=1
    )
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from(["", '"', "{", "}", "[", "]", ",", ":", "\\", "N", "1", "\n"]))
    path = a_file(tmp_path, text[:place] + sign + text[place + 1 :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "_PIECE", piece)
        one, other = verdict(lambda: in_pieces(path)), verdict(lambda: strict_json.load(path))
    if other[0] == "bad_json" or one[0] == "bad_json":
        assert one[0] == other[0] or one[0] in ("wrong_shape", "duplicate_key")
    elif one[0] != "wrong_shape":
        assert one == other


def verdict(read: Any) -> tuple[str, Any]:
    try:
        return "", read()
    except BadFile as error:
        return error.problem.code, error.problem.value


@pytest.mark.parametrize("piece", [7, 64, 1024 * 1024])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "bad_json"),
        ("   \n", "bad_json"),
        ("nonsense", "bad_json"),
        ('{"dataValues": [{"value": "1"},]}', "bad_json"),
        ('{"dataValues": [,]}', "bad_json"),
        ('{"dataValues": [{}] "a": 1}', "bad_json"),
        ('{"dataValues": [{}],}', "bad_json"),
        ('{"dataValues": [{}]', "bad_json"),
        ('{"dataValues": [{}', "bad_json"),
        ('{"dataValues": [{"value": "1', "bad_json"),
        ('{"dataValues": [{}]} {}', "bad_json"),
        ('{"dataValues": [{"value": "1\n"}]}', "bad_json"),
        ("{'dataValues': []}", "bad_json"),
        ('{"dataValues": [{"value": 01}]}', "bad_json"),
        ('{"dataValues": [{"value": +1}]}', "bad_json"),
        ('{"dataValues": [{"value": "1"} {"value": "2"}]}', "bad_json"),
        ('{"dataValues": [{"value": NaN}]}', "not_finite"),
        ('{"dataValues": [{"value": Infinity}]}', "not_finite"),
        ('{"dataValues": [{"value": -Infinity}]}', "not_finite"),
        ('{"period": NaN, "dataValues": []}', "not_finite"),
        ('{"dataValues": [{"value": "1", "value": "2"}]}', "duplicate_key"),
        ('{"dataValues": [{"value": "1", "value" : "2"}]}', "duplicate_key"),
        ('{"dataValues": [{"c": "\\":", "value": "1", "value" : "2"}]}', "duplicate_key"),
        ('{"dataValues": [{"a": {"b": 1, "b": 2}}]}', "duplicate_key"),
        ('{"dataValues": [], "dataValues": []}', "duplicate_key"),
        ('{"period": "1", "dataValues": [], "period": "2"}', "duplicate_key"),
        ('{"dataValues": [{"value": "\\ud800"}]}', "bad_unicode"),
        ('{"dataValues": [{"value": "a\\"\\uD800"}]}', "bad_unicode"),
        ('{"dataValues": [{"value": "\\udc00\\ud800"}]}', "bad_unicode"),
        ('{"period": "\\ud800", "dataValues": []}', "bad_unicode"),
        ('{"\\ud800": 1, "dataValues": []}', "bad_unicode"),
        ("[]", "wrong_shape"),
        ("[1, 2]", "wrong_shape"),
        ('"dataValues"', "wrong_shape"),
        ("null", "wrong_shape"),
        ('{"dataValues": {}}', "wrong_shape"),
        ('{"dataValues": null}', "wrong_shape"),
        ('{"values": []}', "wrong_shape"),
        ("{}", "wrong_shape"),
        ('{"dataValues": ' + "[" * 100_000, "too_deep"),
        ('{"dataValues": [' + '{"a":' * 100_000, "too_deep"),
        ("[" * 100_000, "wrong_shape"),
        ('{"a": ' + "[" * 100_000, "too_deep"),
    ],
)
def test_no_json_and_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, code: str, piece: int
) -> None:
    monkeypatch.setattr(strict_json, "_PIECE", max(piece, len(content) // 50))
    assert refused(a_file(tmp_path, content), "dhis2_json") == code


@pytest.mark.parametrize(
    "content", [b'{"dataValues": [{"value": "\xff"}]}', b'{"dataValues": []}\xc3', '{"a": 1}'.encode("utf-16")]
)
def test_what_is_no_utf8(tmp_path: Path, content: bytes) -> None:
    assert refused(a_file(tmp_path, content), "dhis2_json") == "bad_encoding"


def test_a_mark_at_the_beginning_and_pairs_of_surrogates_are_fine(tmp_path: Path) -> None:
    text = json.dumps({"dataValues": [value(comment="\U0001f489 \\ud800 \\")]})
    (found,) = rows(a_file(tmp_path, b"\xef\xbb\xbf" + text.encode()))
    assert found.comment == "\U0001f489 \\ud800 \\"


def test_a_wrong_character_is_told_by_line_and_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"dataValues": [value(value=str(place)) for place in range(200)]}, indent=1)
    wrong = text.replace('"value": "150"', '"value": x150"')
    line = wrong[: wrong.index("x150")].count("\n") + 1
    for piece in (100, 1000, 1024 * 1024):
        monkeypatch.setattr(strict_json, "_PIECE", piece)
        with pytest.raises(BadFile) as caught:
            in_pieces(a_file(tmp_path, wrong))
        assert re.search(r"(\d+):(\d+)$", caught.value.problem.value)[0] == f"{line}:13"  # type: ignore[index]


def test_numbers_are_the_text_they_were_written_with(tmp_path: Path) -> None:
    digits = "9" * 5000
    path = a_file(tmp_path, json.dumps({"dataValues": [value()]}).replace('"5"', digits))
    assert [it.value for it in rows(path)] == [digits]
    path = a_file(tmp_path, json.dumps({"dataValues": [value()]}).replace('"5"', "12.50"))
    assert [it.value for it in rows(path)] == ["12.50"]


def test_a_record_longer_than_a_record_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "LONGEST", 100_000)
    monkeypatch.setattr(strict_json, "_PIECE", 10_000)
    assert refused(a_set(tmp_path, value(comment="x" * 200_000)), "dhis2_json") == "too_large"


def test_records_full_of_brackets_and_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece may end inside a text that looks like the end of a record, thousands of times."""
    chance = random.Random(4)
    signs = ['}, {"', '"}', "]}", "}]", '\\"', "\\", '{"value": "1"}', "], ["]
    records = [value(comment="".join(chance.choices(signs, k=5)), value=str(place)) for place in range(3000)]
    monkeypatch.setattr(strict_json, "_PIECE", 997)
    found = rows(a_set(tmp_path, *records))
    assert found == [row(n, value=it["value"], comment=it["comment"]) for n, it in enumerate(records, 1)]
