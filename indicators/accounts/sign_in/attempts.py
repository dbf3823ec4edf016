"""Keeps tries of passwords and asks whether one more is allowed. Works with the broker and the cache down."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from indicators.accounts.models import SignInAttempt
from indicators.accounts.sign_in.limits import LONGEST, PASSWORDS, RESETS, Try, wait_until

LIMITS = {SignInAttempt.Kind.PASSWORD: PASSWORDS, SignInAttempt.Kind.RESET: RESETS}
MOST_READ = 200
"""More tries than any limit counts: an address under attack costs no more to look up."""


class Held(Exception):
    """Too many tries; `until` when the next one is allowed."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def begin(kind: SignInAttempt.Kind, account: str, request: HttpRequest) -> SignInAttempt:
    """Writes the try down before it is made, so that a hundred at once are counted too. Raises Held; a refused try is
    not counted, else somebody could keep an account shut by knocking."""
    row = SignInAttempt(kind=kind, account=_hash(account.strip().casefold()), address=_hash(_address(request)))
    row.at = timezone.now()
    if until := _held(row, None):
        raise Held(until)
    row.save()
    if until := _held(row, row.pk):
        row.delete()
        raise Held(until)
    return row


def succeeded(attempt: SignInAttempt) -> None:
    """The right password: what went wrong before at this address is forgotten. Other addresses stay counted."""
    SignInAttempt.objects.filter(kind=attempt.kind, account=attempt.account, address=attempt.address).delete()


def forget_old() -> int:
    """Removes tries that no limit counts any more; how many."""
    return SignInAttempt.objects.filter(at__lt=timezone.now() - LONGEST).delete()[0]


def _held(row: SignInAttempt, pk: int | None) -> datetime | None:
    """Until when the tries before this one (all there are where it has no row yet) hold it back."""
    rows = SignInAttempt.objects.filter(
        Q(account=row.account) | Q(address=row.address), kind=row.kind, at__gt=row.at - LONGEST
    )
    if pk is not None:
        rows = rows.filter(pk__lt=pk)
    read = rows.order_by("-at", "-pk").values_list("at", "account", "address")[:MOST_READ]
    tries = [Try(at, account == row.account, address == row.address) for at, account, address in read]
    return wait_until(tries, LIMITS[SignInAttempt.Kind(row.kind)], row.at)


def _address(request: HttpRequest) -> str:
    """Behind a proxy the last address of X-Forwarded-For, which the proxy itself wrote."""
    trusted = settings.REST_FRAMEWORK["NUM_PROXIES"]
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if trusted and named:
        return named[-min(trusted, len(named))]
    return str(request.META.get("REMOTE_ADDR", ""))


def _hash(text: str) -> str:
    return salted_hmac("indicators.accounts.sign_in.attempts", text, algorithm="sha256").hexdigest()
