"""How often a password may be tried, by rules and by the slow, obvious count."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from indicators.accounts.sign_in.limits import PASSWORDS, Try, wait_until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tries(number: int, *, minutes: float, same_account: bool = True, same_address: bool = True) -> list[Try]:
    return [Try(NOW - timedelta(minutes=minutes), same_account, same_address) for _number in range(number)]


def test_five_wrong_passwords_hold_for_a_quarter_of_an_hour() -> None:
    assert wait_until(tries(4, minutes=1), PASSWORDS, NOW) is None
    assert wait_until(tries(5, minutes=1), PASSWORDS, NOW) == NOW + timedelta(minutes=14)
    assert wait_until(tries(5, minutes=15), PASSWORDS, NOW) is None


def test_a_shared_address_has_a_wider_limit_than_one_account_on_it() -> None:
    assert wait_until(tries(19, minutes=20, same_account=False), PASSWORDS, NOW) is None
    assert wait_until(tries(20, minutes=20, same_account=False), PASSWORDS, NOW) == NOW + timedelta(minutes=40)


def test_guessing_from_many_addresses_gains_nothing() -> None:
    assert wait_until(tries(20, minutes=600, same_address=False), PASSWORDS, NOW) == NOW + timedelta(minutes=840)


@given(st.lists(st.tuples(st.integers(0, 2000), st.booleans(), st.booleans()), max_size=60))
def test_held_exactly_while_a_limit_counts_enough(rows: list[tuple[int, bool, bool]]) -> None:
    found = [Try(NOW - timedelta(minutes=minutes), account, address) for minutes, account, address in rows]
    until = wait_until(found, PASSWORDS, NOW)

    def full(at: datetime) -> bool:
        return any(
            sum(
                at - limit.within < one.at <= at
                and (one.same_account or not limit.of_account)
                and (one.same_address or not limit.of_address)
                for one in found
            )
            >= limit.tries
            for limit in PASSWORDS
        )

    assert full(NOW) == (until is not None)
    if until:
        assert not full(until)
        assert full(until - timedelta(seconds=1))
