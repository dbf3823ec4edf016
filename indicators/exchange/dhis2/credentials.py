"""The credentials of a server: out of the environment, into the header of a request, and nowhere else."""

import os
from base64 import b64encode
from collections.abc import Mapping

from indicators.exchange.dhis2.failures import Failure


class Credentials:
    """What a request says to be let in. Shows nothing of itself, whoever prints, logs or inspects it."""

    __slots__ = ("_header",)

    def __init__(self, header: str) -> None:
        # Hidden in a function, so that a list of local names and values holds no text of it either.
        self._header = lambda: header

    def header(self) -> str:
        return self._header()

    def __repr__(self) -> str:
        return "Credentials(…)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not stored")


def variables(key: str) -> tuple[str, str, str]:
    """Names of the variables: the token, or the user name and the password."""
    stem = "DHIS2_" + "".join(char if char.isalnum() else "_" for char in key.upper())
    return f"{stem}_TOKEN", f"{stem}_USERNAME", f"{stem}_PASSWORD"


def missing(key: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """What has to be set; empty where all is there. The token is named first, which is the better way."""
    token, name, password = variables(key)
    if environment.get(token) or (environment.get(name) and environment.get(password)):
        return []
    half = [one for one in (name, password) if not environment.get(one)]
    return half if len(half) == 1 else [token]


def credentials_of(key: str, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Raises Failure `missing_variables` or `bad_variables`, which name variables and never what they hold."""
    if absent := missing(key, environment):
        raise Failure("missing_variables", ", ".join(absent))
    token, name, password = variables(key)
    used = [token] if environment.get(token) else [name, password]
    if any(not environment[one].isprintable() for one in used):
        raise Failure("bad_variables", ", ".join(used))
    if used == [token]:
        if not environment[token].isascii():
            raise Failure("bad_variables", token)
        return Credentials(f"ApiToken {environment[token].strip()}")
    pair = f"{environment[name]}:{environment[password]}".encode()
    return Credentials(f"Basic {b64encode(pair).decode()}")
