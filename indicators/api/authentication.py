"""Whom a request of a program speaks for: an access token, a session, or (where a view says so) a password."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from indicators.accounts import token_actions
from indicators.accounts.models import ApiToken, User
from indicators.accounts.policies import can_have_writing_tokens
from indicators.accounts.sign_in import second_factor

_SCHEMES = (b"bearer", b"apitoken")  # the second is how DHIS2's clients send theirs
_REALM = "CAPEV"
WRONG_PASSWORDS = 5
LOCKED_FOR = 15 * 60  # seconds


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer capev_…` or `ApiToken capev_…`. `request.auth` is the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = authentication.get_authorization_header(request).partition(b" ")
        if scheme.lower() not in _SCHEMES:
            return None
        return _by_token(request, secret.strip().decode("latin-1"))

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{_REALM}"'


class SessionAuthentication(authentication.SessionAuthentication):
    """A person signed in on the pages. Writing needs the CSRF token."""


class PasswordAuthentication(authentication.BaseAuthentication):
    """HTTP Basic with the account's name, and its password or one of its access tokens. Who signs in to the pages with
    a second factor sends a token: a password alone would be a way around it.

    After `WRONG_PASSWORDS` wrong ones for a name from an address, nothing is tried for that pair for `LOCKED_FOR`
    seconds (counted by each server process).
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken | None] | None:
        scheme, _space, encoded = authentication.get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"basic":
            return None
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise AuthenticationFailed(_("The name and the password cannot be read.")) from None
        if not colon or not name:
            raise AuthenticationFailed(_("The name and the password cannot be read."))
        if password.startswith(token_actions.PREFIX):
            user, token = _by_token(request, password)
            if user.get_username() != name:
                raise _wrong_token()
            return user, token
        wrong = f"wrong-passwords:{BaseThrottle().get_ident(request)}:{name}"
        if cache.get(wrong, 0) >= WRONG_PASSWORDS:
            raise Throttled(LOCKED_FOR, str(_("Too many wrong passwords.")))
        found = authenticate(request, username=name, password=password)
        if not isinstance(found, User) or not found.is_active:
            cache.add(wrong, 0, LOCKED_FOR)
            cache.incr(wrong)
            raise AuthenticationFailed(_("The name or the password is wrong."))
        cache.delete(wrong)
        return self.admit(request, found), None

    def admit(self, request: Request, user: User) -> User:
        """Somebody whose password is right. Raises AuthenticationFailed where that is not enough."""
        if second_factor.required(user) or second_factor.has_one(user):
            raise AuthenticationFailed(
                _("This account signs in with a second factor: send an access token in place of the password.")
            )
        _speak(request, user)
        return user

    def authenticate_header(self, request: Request) -> str:
        return f'Basic realm="{_REALM}", charset="UTF-8"'


class TokenMayWrite(BasePermission):
    """A token made for reading changes nothing; one made for writing only while the person may have such a one."""

    message = _("This access token only reads.")

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS or not isinstance(request.auth, ApiToken):
            return True
        return request.auth.may_write and can_have_writing_tokens(request.user)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the description of the interface tells of access tokens."""

    target_class = TokenAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, made on the page «Access tokens»; `Authorization: ApiToken …` as well.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def _by_token(request: Request, secret: str) -> tuple[User, ApiToken]:
    token = token_actions.used(secret)
    if token is None:
        raise _wrong_token()
    _speak(request, token.user)
    return token.user, token


def _wrong_token() -> AuthenticationFailed:
    """One sentence for all of it: a stranger learns nothing about tokens and accounts."""
    return AuthenticationFailed(_("The access token is unknown, revoked or expired."))


def _speak(request: Request, user: User) -> None:
    """In the account's language, as the pages do; a program rarely has chosen another one by cookie."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") not in dict(settings.LANGUAGES):
        translation.activate(user.language)
