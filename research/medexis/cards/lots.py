"""Lots as they are typed on a card: new ones come into being, known ones stay as they are until a lead corrects one."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.medexis.cards.limits import expiry_problem
from research.medexis.models import Lot, Product
from research.medexis.policies import check_correct_lots
from research.revisions import Conflict


def lot_of(product: Product, code: str, expires_on: date | None, *, by: User | None) -> Lot:
    """The product's lot of that code, made where there is none; an expiry date is added to one that has none.

    ValidationError ("expires_on") where another date is on record: which of the two is right is for a person to say.
    """
    lot = _stored(product, code) or _made(Lot(product=product, code=code, expires_on=expires_on), by)
    if expires_on is None or lot.expires_on == expires_on:
        return lot
    if lot.expires_on is not None:
        words = {"lot": code, "day": date_format(lot.expires_on)}
        sentence = (
            _("Lot %(lot)s expires on %(day)s on record. Leave the date blank, or have the lot corrected.") % words
        )
        raise ValidationError({"expires_on": [sentence]})
    # Two sites may add a date at once: the second one meets the first one's.
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    if lot.expires_on is not None:
        return lot_of(product, code, expires_on, by=by)
    lot.expires_on = expires_on
    lot._history_user = by  # type: ignore[attr-defined]
    lot.save()
    return lot


def _stored(product: Product, code: str) -> Lot | None:
    return Lot.objects.filter(product=product, code=code).first()


def _made(lot: Lot, by: User | None) -> Lot:
    """Another site may write the same lot for the first time at the same moment."""
    lot.clean_fields(exclude=["product"])
    lot._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            lot.save()
    except IntegrityError:
        if stored := _stored(lot.product, lot.code):
            return stored
        raise
    return lot


@transaction.atomic
def correct_lot(lot: Lot, *, by: User, was: tuple[str, date | None], code: str, expires_on: date | None) -> Lot:
    """Stores the lot's corrected code and expiry date and returns it; unchanged where neither differs.

    `was` is what the person had before their eyes: Conflict is raised where something else is stored by now.
    ValidationError by field where the date cannot be or the product has another lot of that code; PermissionDenied
    where the person is no lead.
    """
    check_correct_lots(by)
    stored = Lot.objects.select_for_update().get(pk=lot.pk)
    if (stored.code, stored.expires_on) == (code, expires_on):
        return stored
    if (stored.code, stored.expires_on) != was:
        raise Conflict(stored)
    if expires_on and (problem := expiry_problem(expires_on)):
        raise ValidationError({"expires_on": [problem]})
    if Lot.objects.filter(product=stored.product_id, code=code).exclude(pk=stored.pk).exists():
        raise ValidationError({"code": [_("The product has another lot of this code.")]})
    stored.code, stored.expires_on = code, expires_on
    stored.clean_fields(exclude=["product"])
    stored._history_user = by  # type: ignore[attr-defined]
    stored._change_reason = "corrected"  # type: ignore[attr-defined]
    stored.save()
    return stored
