"""Makes, uses and revokes access tokens. The secret itself is seen once, by the person who made it."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from indicators.accounts.models import ApiToken, User
from indicators.accounts.policies import can_have_writing_tokens, check_have_tokens, check_revoke

PREFIX = "capev_"
LONGEST_DAYS = 365
MOST_TOKENS = 20  # in use at once, of one person
_START = 12
_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):
    """The person has `MOST_TOKENS` tokens in use already."""


class Made(NamedTuple):
    """A new token and its secret, which is kept nowhere."""

    token: ApiToken
    secret: str


def make(*, by: User, name: str, days: int, may_write: bool = False) -> Made:
    """A token of that person for so many days from now (1–365). Raises PermissionDenied, TooManyTokens, ValueError."""
    check_have_tokens(by)
    if may_write and not can_have_writing_tokens(by):
        raise PermissionDenied
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(days)
    now = timezone.now()
    if by.api_tokens.filter(revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        name=name,
        start=secret[:_START],
        digest=_digest(secret),
        may_write=may_write,
        expires_at=now + timedelta(days=days),
    )
    return Made(token, secret)


def revoke(token: ApiToken, *, by: User) -> None:
    """From now on the token opens nothing; revoking it again changes nothing. Raises PermissionDenied."""
    check_revoke(by, token)
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def used(secret: str) -> ApiToken | None:
    """The valid token with that secret, its account fetched; notes at most once a minute that it was used.

    None where nobody has it, where it was revoked or has expired, and where the account is not active.
    """
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token and (token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY):
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    """No salt and no slow hash: 32 random bytes cannot be guessed, and each request looks one up."""
    return hashlib.sha256(secret.encode()).hexdigest()
