"""Addresses and credentials: what is refused before anything is sent, and never repeated."""

import pytest

from indicators.exchange.dhis2.address import checked, sent_on
from indicators.exchange.dhis2.credentials import Credentials, credentials_of
from indicators.exchange.dhis2.failures import MESSAGES, PASSING, Failure, sentence

CANARY = "d2pat_CanaryInTheMine0123456789"


@pytest.mark.parametrize(
    ("here", "there"),
    [("https://a.example/api", "http://a.example/api"), ("http://a.example:8080/", "https://a.example/")],
)
def test_redirects_to_less_safety_or_other_ports_are_refused(here: str, there: str) -> None:
    with pytest.raises(Failure):
        sent_on(here, there)


def test_a_redirect_to_tls_is_followed() -> None:
    assert sent_on("http://a.example/x", "https://a.example/x") == "https://a.example/x"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example",
        "file:///etc/passwd",
        "a.example",
        "https://",
        f"https://admin:{CANARY}@a.example",
        "https://a.example/?x=1",
        "https://a.example/#x",
        "https://a.example:port",
        "https://a.exam ple",
        "https://a.example/\r\nX: y",
        "http://[::1",
        "",
    ],
)
def test_other_addresses_are_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(Failure) as caught:
        checked(address)
    assert (str(caught.value), caught.value.__cause__) == ("bad_address", None)
    assert CANARY not in caught.value.message


def test_an_address_may_have_a_path() -> None:
    assert checked("https://a.example:8443/dhis/") == "https://a.example:8443/dhis"


@pytest.mark.parametrize("held", [f"{CANARY}\r\nX-Other: y", f"{CANARY}\n", f"{CANARY}ɛ"])
def test_what_no_header_can_carry_is_refused_without_being_repeated(held: str) -> None:
    with pytest.raises(Failure) as caught:
        credentials_of("a", {"DHIS2_A_TOKEN": held})
    assert str(caught.value) == "bad_variables DHIS2_A_TOKEN"


def test_credentials_cannot_be_stored() -> None:
    import pickle

    with pytest.raises(TypeError):
        pickle.dumps(Credentials(f"ApiToken {CANARY}"))


def test_every_failure_has_a_sentence() -> None:
    assert MESSAGES.keys() > PASSING
    for code in MESSAGES:
        assert sentence(code, "7")
        assert "{" not in sentence(code, "7")
