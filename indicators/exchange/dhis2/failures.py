"""Why a server could not be read: stable codes, one translatable sentence each. Nothing that a server sent is repeated:
a server may send back what it was sent, credentials included."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Promise] = {
    # on our side
    "missing_variables": _("Credentials are missing. Set these environment variables: {value}."),
    "bad_variables": _("{value} holds a line break or another character that cannot be sent."),
    "bad_address": _(
        "The address must begin with https:// or http:// and hold no account, password, question mark or number sign."
    ),
    "no_data_sets": _("No data set is named for this server, so there are no values to ask for."),
    "no_root": _("No organisation unit is named for this server, and none is known here. Pull the units first."),
    "bad_months": _("The first month comes after the last one, or there are more than 600 months."),
    "busy": _("Another import is running. The pull goes on after it."),
    # on the way
    "unreachable": _("The server {value} cannot be reached."),
    "certificate": _("The certificate of {value} cannot be trusted. Nothing was sent."),
    "slow": _("The server took too long to answer."),
    "cut": _("The answer broke off before its end."),
    "redirected": _("The server sends on to {value}. Credentials are not sent there: correct the address."),
    # what it said
    "unauthorised": _("The server does not accept the credentials (401)."),
    "forbidden": _("The account may not read this on the server (403)."),
    "not_found": _("The server does not know what was asked for (404). Check the address and the identifiers."),
    "too_many": _("The server asks to wait, it has too many requests (429)."),
    "server_error": _("The server is in trouble ({value})."),
    "refused": _("The server refused the request ({value})."),
    "not_json": _("The server sent a page or another file instead of JSON data. Check the address."),
    "bad_json": _("The server sent JSON that is damaged or not what was asked for."),
    "too_large": _("The answer is larger than {value} MB. Pull fewer months at a time."),
    "pages_changed": _("The pages of the answer do not fit together; something was changed meanwhile."),
    # what became of it
    "file_refused": _("What the server sent was refused, see the import."),
    "not_taken": _("What the server sent cannot be taken in; nothing of it was written. Problems: {value}."),
    "interrupted": _("The pull was interrupted."),
}
PASSING = frozenset({"busy", "unreachable", "slow", "cut", "too_many", "server_error", "pages_changed", "interrupted"})
"""What may be over after a while: tried again. Everything else waits for a person."""


class Failure(Exception):
    """`value` is ours (a host, a number, names of variables), never the server's text. `wait`: seconds it asks for."""

    def __init__(self, code: str, value: object = "", *, wait: float = 0) -> None:
        self.code, self.value, self.wait = code, str(value), wait
        super().__init__(f"{code} {value}".strip())

    @property
    def message(self) -> str:
        return sentence(self.code, self.value)

    @property
    def passing(self) -> bool:
        return self.code in PASSING


def sentence(code: str, value: str = "") -> str:
    """In the reader's language."""
    return str(MESSAGES[code]).format(value=value)
