"""Offers accounts by e-mail and makes them. A lead proposes, an administrator sends, the person takes it up once."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from indicators.accounts.models import Invitation, User
from indicators.accounts.policies import check_propose_accounts, check_send_invitations
from indicators.accounts.roles import Role

VALID = timedelta(days=7)
OF_DISTRICTS = {Role.CLERK.value}


@transaction.atomic
def propose(
    *, by: User, email: str, language: str, groups: Collection[Group], districts: Collection[Any]
) -> Invitation:
    """An invitation that nobody has sent yet. Raises PermissionDenied, ValidationError (`email`, `districts`)."""
    check_propose_accounts(by)
    email = email.strip()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("There is an account with this address already.")})
    if _open().filter(email__iexact=email).exists():
        raise ValidationError({"email": _("This address is invited already: withdraw that invitation first.")})
    if {group.name for group in groups} & OF_DISTRICTS and not districts:
        raise ValidationError({"districts": _("A data clerk needs at least one district.")})
    row = Invitation.objects.create(email=email, language=language, proposed_by=by)
    row.groups.set(groups)
    row.districts.set(districts)
    return row


class NotSent(ValidationError):
    """The letter did not leave; the invitation is there and waits to be sent."""


@transaction.atomic
def send(invitation: Invitation, *, by: User, site: str) -> None:
    """Sends the letter, or sends it again with a new secret; the one before opens nothing any more. `site`: where this
    installation is met, without a slash at the end. Raises PermissionDenied, ValidationError where it is over, and
    NotSent, after the caller's transaction, where no mail server takes it."""
    check_send_invitations(by)
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.withdrawn_at or row.account_id:
        raise ValidationError(_("This invitation is over."))
    secret = secrets.token_urlsafe(32)
    row.digest, row.sent_by, row.sent_at = _digest(secret), by, timezone.now()
    row.save()
    with translation.override(row.language):
        context = {"address": f"{site}/invitation/{secret}/", "site": site, "days": VALID.days}
        subject = render_to_string("accounts/mail/invitation_subject.txt", context).strip()
        body = render_to_string("accounts/mail/invitation.txt", context)
    transaction.on_commit(lambda: _post(row, subject, body))


def _post(row: Invitation, subject: str, body: str) -> None:
    try:
        send_mail(subject, body, None, [row.email])
    except (OSError, SMTPException) as error:
        row.sent_at = None
        row.save(update_fields=["sent_at"])
        raise NotSent(
            _("The invitation is kept, but its letter did not leave: the mail server does not take it. Send it later.")
        ) from error


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """Opens nothing from now on; again, or after it was taken up, changes nothing. Raises PermissionDenied."""
    check_propose_accounts(by)
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.withdrawn_at is None and row.account_id is None:
        row.withdrawn_at, row.digest = timezone.now(), ""
        row.save()


def opened(secret: str) -> Invitation | None:
    """The invitation that the secret opens: sent, not withdrawn, not taken up, not older than seven days."""
    found = _open().filter(digest=_digest(secret)).first()
    return found if found and found.sent_at and found.sent_at > timezone.now() - VALID else None


@transaction.atomic
def take_up(secret: str, *, account: User) -> User | None:
    """Makes the (unsaved) account with the roles and districts of the invitation. None where it was taken up or
    withdrawn meanwhile."""
    invitation = opened(secret)
    if invitation is None:
        return None
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.account_id or row.withdrawn_at:
        return None
    names = set(row.groups.values_list("name", flat=True))
    account.email, account.language = row.email, row.language
    account.is_staff = Role.ADMINISTRATOR.value in names
    account.save()
    account.groups.set(row.groups.all())
    account.districts.set(row.districts.all())
    row.account, row.digest = account, ""
    row.save()
    return account


def _open() -> Any:
    return Invitation.objects.filter(withdrawn_at=None, account=None)


def _digest(secret: str) -> str:
    """No salt and no slow hash: 32 random bytes cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
