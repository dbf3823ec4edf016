"""The same record hashes the same on either database and in any order, and no two different ones do."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from indicators.audit.digest import GENESIS, chained, digest

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.integers(), max_size=3))


def test_spelling_of_numbers_time_zones_and_order_make_no_difference() -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=2)))
    assert digest({"a": 1.50, "b": at}) == digest({"b": elsewhere, "a": Decimal("1.5")})


@given(st.dictionaries(st.text(min_size=1), VALUES, min_size=1), st.data())
def test_any_change_of_a_value_shows(values: dict[str, object], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(values)))
    other = data.draw(VALUES.filter(lambda value: (type(value), value) != (type(values[name]), values[name])))
    changed = digest(values | {name: other}) != digest(values)
    assert changed or (isinstance(values[name], bool | int) and values[name] == other)


def test_a_chain_needs_its_key_its_number_and_what_came_before() -> None:
    said = chained(b"key", GENESIS, 1, ("a", 2))
    assert said == chained(b"key", GENESIS, 1, ("a", 2))
    others = [
        chained(b"other", GENESIS, 1, ("a", 2)),
        chained(b"key", said, 1, ("a", 2)),
        chained(b"key", GENESIS, 2, ("a", 2)),
        chained(b"key", GENESIS, 1, ("a", 3)),
    ]
    assert said not in others
