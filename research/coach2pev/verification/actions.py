"""The only writer of register checks."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.pages.formats import month_text
from indicators.periods import BadPeriod, Frequency, Period
from research.coach2pev.models import RegisterCheck, SupervisionVisit
from research.coach2pev.policies import check_enter
from research.coach2pev.verification.queries import COUNTED_ON, Key, checks_of, dose_elements
from research.revisions import Conflict

MOST = 1_000_000
"""Doses of a month: beyond this a digit was typed too much."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted for a month and element. `register` None takes the check away. `version` is that of the check
    that the person had before their eyes, 0 where there was none."""

    register: int | None
    reported: int | None = None
    note: str = ""
    version: int = 0


@transaction.atomic
def record_checks(visit: SupervisionVisit, *, by: User, counted: Mapping[Key, Counted]) -> int:
    """Stores the recounts of a visit and returns how many checks it changed. Months and elements not named stay.

    Sent again nothing changes. Conflict (with the stored check) where somebody else changed a check meanwhile.
    Raises ValidationError where the visit did not take place, for a month that cannot be or is no month, for an
    element that counts no doses, for numbers below 0 or beyond MOST; PermissionDenied at sites of others.
    """
    stored = SupervisionVisit.objects.select_for_update().select_related(None).get(pk=visit.pk)
    check_enter(by, stored.site)
    if stored.state not in COUNTED_ON:
        raise ValidationError(_("Registers are checked on a visit that takes place: begin or record it first."))
    _check(stored, counted)
    there = checks_of(stored)
    changed = 0
    for key, one in counted.items():
        changed += _write(stored, key, one, there.get(key), by)
    return changed


def _write(visit: SupervisionVisit, key: Key, one: Counted, there: RegisterCheck | None, by: User) -> bool:
    """Stores, changes or takes away one check; says whether anything was different."""
    if there is None:
        if one.register is None:
            return False
        row = RegisterCheck(visit=visit, month=key[0], data_element_id=key[1], created_by=by)
        row.demonstration = visit.demonstration
    else:
        if (there.register, there.reported, there.note) == (one.register, one.reported, one.note):
            return False
        if there.version != one.version:
            raise Conflict(there)
        row = there
        row.version += 1
    row._history_user = by  # type: ignore[attr-defined]
    if one.register is None:
        row.delete()
        return True
    row.register, row.reported, row.note = one.register, one.reported, one.note
    row._change_reason = f"version {row.version}" if row.version > 1 else ""  # type: ignore[attr-defined]
    row.save()
    return True


def _check(visit: SupervisionVisit, counted: Mapping[Key, Counted]) -> None:
    elements = set(dose_elements().values_list("pk", flat=True))
    day = visit.done_on or visit.planned_on
    for (text, element), one in counted.items():
        try:
            month = Period.parse(text)
        except BadPeriod as error:
            raise ValidationError(_("“%(text)s” is no month.") % {"text": text}) from error
        if month.frequency != Frequency.MONTH or month.id != text:
            raise ValidationError(_("“%(text)s” is no month.") % {"text": text})
        if day and month.start > day:
            raise ValidationError(_("%(month)s lies after the visit.") % {"month": month_text(month)})
        if element not in elements:
            raise ValidationError(_("Only elements that count vaccine doses are checked in registers."))
        for number in (one.register, one.reported):
            if number is not None and not 0 <= number <= MOST:
                raise ValidationError(_("%(number)s cannot be the doses of a month.") % {"number": number})
        if one.register is None and one.note:
            raise ValidationError(_("A note stands beside a count: give the count, or take the note away."))
        if len(one.note) > 300:
            raise ValidationError(_("A note has at most 300 characters."))
