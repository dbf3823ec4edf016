"""Takes a person out: what identifies them goes, from their account, its past and their invitation; what they wrote
stays, under a number."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import Invitation, User
from indicators.accounts.sign_in import second_factor
from indicators.audit.seal import reseal, rewriting

_NAMES = {"username": "", "first_name": "", "last_name": "", "email": ""}


@transaction.atomic
def take_out(user: User, *, reason: str) -> str:
    """Closes the account for good and returns the name it bears from now on. Numbers, records and the journal stay as
    they were; sealed history is written anew with the reason. Raises ValidationError without a reason."""
    if len(reason.strip()) < 5:
        raise ValidationError(_("Say why: it is kept in the journal."))
    name = f"person-{user.pk}"
    names = _NAMES | {"username": name}
    with rewriting(reason):
        for field, value in names.items():
            setattr(user, field, value)
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()
        user.groups.clear()
        user.districts.clear()
        _anew(User.history.filter(id=user.pk), names, reason)
        for invitation in Invitation.objects.filter(account=user):
            invitation.email = f"{name}@invalid"
            invitation.save()
            _anew(Invitation.history.filter(id=invitation.pk), {"email": invitation.email}, reason)
    second_factor.remove(user)
    user.api_tokens.all().delete()
    return name


def _anew(past: Any, values: dict[str, str], reason: str) -> None:
    past.update(**values)
    reseal(past.all(), reason=reason)
