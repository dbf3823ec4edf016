"""A second factor: a code that changes every thirty seconds (TOTP, RFC 6238), or one of ten printed ones, each once.

Accounts that read notes, change the study or give roles need one. Clerks do not: they share phones in health centres,
enter and read no notes (docs/decisions/0029).
"""

from base64 import b32encode

import segno
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from indicators.accounts.models import User
from indicators.accounts.roles import Role

REQUIRED_OF = (Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR)
PRINTED = 10
ISSUER = "CAPEV"


def required(user: User) -> bool:
    """Whether the account has to have one. Never in a demonstration installation: its accounts are printed."""
    return settings.SECOND_FACTOR_REQUIRED and (user.is_superuser or user.has_role(*REQUIRED_OF))


def has_one(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def who_lacks_one() -> QuerySet[User]:
    """Active accounts whose work asks for one and that have none yet, whatever the settings demand."""
    of_work = Q(is_superuser=True) | Q(groups__name__in=[role.value for role in REQUIRED_OF])
    having = TOTPDevice.objects.filter(confirmed=True).values("user")
    return User.objects.filter(of_work, is_active=True).exclude(pk__in=having).distinct()


def accepted(user: User, code: str) -> bool:
    """Whether the code is right: each is taken once, and after wrong ones each next must wait longer.

    Six digits are the application's, anything else is a printed code: a slip with one does not slow the other down.
    """
    kind = TOTPDevice if code.isdecimal() else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    return device is not None and verify_token(user, device.persistent_id, code) is not None


def begun(user: User) -> TOTPDevice:
    """The device that is being set up: the same secret until it is confirmed, so that a page loaded twice is one."""
    device, _new = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": ISSUER})
    return device


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """Takes the begun device in use, instead of one before it. The printed codes; None where the code is wrong."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return print_anew(user)


@transaction.atomic
def print_anew(user: User) -> list[str]:
    """Ten new codes for the day the phone is lost; those printed before are void."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=ISSUER)
    codes = [StaticToken.random_token() for _number in range(PRINTED)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


@transaction.atomic
def remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def left(user: User) -> int:
    """Printed codes that were not used yet."""
    return StaticToken.objects.filter(device__user=user).count()


def drawing(device: TOTPDevice) -> str:
    """The device's address as a QR code: SVG without style, for a page of ours."""
    picture = segno.make_qr(device.config_url)
    return str(picture.svg_inline(scale=5, border=2, dark="#000", light="#fff"))


def written(device: TOTPDevice) -> str:
    """The secret as an application takes it by hand: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
