"""Where a server is, and where it may send on to. Pure."""

from urllib.parse import SplitResult, urljoin, urlsplit

from indicators.exchange.dhis2.failures import Failure

_PORTS = {"http": 80, "https": 443}


def checked(address: str) -> str:
    """The address without a slash at its end. Raises Failure `bad_address`, which does not repeat it: a password may
    stand in it."""
    try:
        parts = urlsplit(address)
        _port(parts)
    except ValueError:
        raise Failure("bad_address") from None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise Failure("bad_address")
    if not address.isprintable() or " " in address or "?" in address or "#" in address:
        raise Failure("bad_address")
    return address.rstrip("/")


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""


def sent_on(address: str, location: str) -> str:
    """Where a redirect leads: the same server, or the same over TLS. Raises Failure `redirected` for any other."""
    try:
        target = urljoin(address, location)
        here, there = urlsplit(address), urlsplit(target)
        ports = _port(here), _port(there)
    except ValueError:
        raise Failure("redirected", "?") from None
    same = (here.scheme, here.hostname, ports[0]) == (there.scheme, there.hostname, ports[1])
    safer = (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname and ports == (80, 443)
    if not (same or safer) or "@" in there.netloc:
        raise Failure("redirected", there.hostname or "?")
    return target


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)
