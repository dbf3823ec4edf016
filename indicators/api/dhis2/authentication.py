"""Whom a DHIS2 client speaks for: it sends name and password with every request, and does not wait to be asked."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from rest_framework.authentication import get_authorization_header
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from indicators.accounts.models import ApiToken, User
from indicators.api import authentication

REMEMBERED = 5 * 60
"""Seconds for which a right password is not hashed again; a changed one, a closed account or a second factor counts at
once."""


class RememberedPassword(authentication.PasswordAuthentication):
    """HTTP Basic. Hashing a password is slow on purpose, and a client that reads a thousand units sends a thousand
    requests: after a right one only a keyed digest of what was sent is compared, in this process, for a short while."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken | None] | None:
        sent = get_authorization_header(request)
        if sent[:6].lower() != b"basic ":
            return None
        key = "password-sent:" + salted_hmac("indicators.api.dhis2", sent, algorithm="sha256").hexdigest()
        if kept := cache.get(key):
            user = User.objects.filter(pk=kept[0], is_active=True).first()
            if user and _state(user) == kept[1]:
                return self.admit(request, user), None
        found = super().authenticate(request)
        if found and found[1] is None:
            cache.set(key, (found[0].pk, _state(found[0])), REMEMBERED)
        return found


class ReadingSession(authentication.SessionAuthentication):
    """The session of the pages, to look at an answer in the browser. It never writes: a form of another site could."""

    def authenticate(self, request: Request) -> Any:
        return super().authenticate(request) if request.method in SAFE_METHODS else None


def _state(user: User) -> str:
    """Changes with the password."""
    return hashlib.sha256(user.password.encode()).hexdigest()
