"""The only writer of coaches, coachees and counts of staff in post."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.coach2pev import policies
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.models import Coach, Coachee, StaffCount
from research.coach2pev.people.codes import Wrong, wrong_with_code, wrong_with_role
from research.revisions import Conflict

EARLIEST = 2000


def version_of(row: Any) -> int:
    """The latest entry of the row's history: what a form names as the version that it edits. 0 without any."""
    latest = row.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return latest or 0


@transaction.atomic
def save_coach(
    *,
    by: User,
    code: str,
    role: str,
    account: User | None = None,
    active: bool = True,
    coach: Coach | None = None,
    version: int = 0,
) -> Coach:
    """Stores a new coach, or with `coach` the changed one, and returns it; written only where something differs.

    A new one sent twice with the same content is one. Raises ValidationError by field (a code in use, what looks like
    a name, an account that is another coach's), PermissionDenied, and Conflict where `version` is not the stored one.
    """
    policies.check_manage_people(by)
    found = _people_problems(code, role)
    taken = account and _besides(Coach.objects.filter(account=account), coach)
    content = {"code": code, "role": role.strip(), "account": account, "active": active}
    stored = locked(coach, version) if coach else Coach.objects.filter(code=code).first()
    if coach is None and stored and all(getattr(stored, name) == value for name, value in content.items()):
        return stored
    if taken:
        found["account"] = _("This account is another coach's.")
    if other := _besides(Coach.objects.filter(code__iexact=code), coach):
        found["code"] = _code_taken(other)
    _refuse(found)
    return store(stored if coach and stored else Coach(), content, by)


@transaction.atomic
def save_coachee(
    *,
    by: User,
    code: str,
    role: str,
    site: OrgUnit,
    in_post_from: date | None = None,
    in_post_to: date | None = None,
    coachee: Coachee | None = None,
    version: int = 0,
) -> Coachee:
    """Stores a new coachee, or with `coachee` the changed one. Otherwise as `save_coach`.

    The site stays once the person was coached there: who changes post ends it and gets a new code at the new one.
    """
    policies.check_enter(by, site)
    if coachee:
        policies.check_enter(by, coachee.site)
    content = {
        "code": code, "role": role.strip(), "site": site, "in_post_from": in_post_from, "in_post_to": in_post_to,
    }  # fmt: skip
    stored = locked(coachee, version) if coachee else Coachee.objects.filter(code=code).first()
    if coachee is None and stored and all(getattr(stored, name) == value for name, value in content.items()):
        return stored
    found = _people_problems(code, role)
    if in_post_from and in_post_to and in_post_to < in_post_from:
        found["in_post_to"] = _("The post ends before it begins.")
    if other := _besides(Coachee.objects.filter(code__iexact=code), coachee):
        found["code"] = _code_taken(other)
    if coachee and stored and stored.site_id != site.pk and was_coached(stored):
        found["site"] = _("This person was coached at the former site. End that post, and give a new code here.")
    _refuse(found)
    return store(stored if coachee and stored else Coachee(), content, by)


def was_coached(coachee: Coachee) -> bool:
    """Whether any visit or rating names the person."""
    return coachee.visits.exists() or coachee.ratings.exists()


@transaction.atomic
def count_staff(
    *,
    by: User,
    site: OrgUnit,
    counted_on: date,
    staff: int,
    evidence: str,
    count: StaffCount | None = None,
    version: int = 0,
) -> StaffCount:
    """Stores how many staff were in post at the site on the day, or with `count` corrects that; returns it.

    Sent twice with the same content it is one count; another number for the same day is refused: it is corrected
    instead. The measures of the months for which the count holds are published. Errors as `save_coach`.
    """
    policies.check_enter(by, site)
    content: dict[str, Any] = {
        "site": site, "counted_on": counted_on, "staff": staff, "evidence": evidence.strip(),
    }  # fmt: skip
    stored = locked(count, version) if count else StaffCount.objects.filter(site=site, counted_on=counted_on).first()
    if count is None and stored and all(getattr(stored, name) == value for name, value in content.items()):
        return stored
    if count and stored:
        policies.check_enter(by, stored.site)
    found = {}
    if counted_on > timezone.localdate():
        found["counted_on"] = _("This day is still to come.")
    elif counted_on.year < EARLIEST:
        found["counted_on"] = _("This is too long ago. Check the year.")
    if other := _besides(StaffCount.objects.filter(site=site, counted_on=counted_on), count):
        found["counted_on"] = _("For this day %(staff)s staff are stored already. Correct that count instead.") % {
            "staff": other.staff
        }
    _refuse(found)
    before = _months_of(stored) if count and stored else set()
    saved = store(stored if count and stored else StaffCount(), content, by)
    if months := before | _months_of(saved):
        publish_measures(months, by=by)
    return saved


def _months_of(count: StaffCount) -> set[tuple[int, Period]]:
    """The months for which the count holds: up to the month of the next one, or to the present."""
    following = StaffCount.objects.filter(site=count.site_id, counted_on__gt=count.counted_on)
    last = following.order_by("counted_on").values_list("counted_on", flat=True).first() or timezone.localdate()
    return {(count.site_id, month) for month in between(Period.month_of(count.counted_on), Period.month_of(last))}


def _besides(rows: models.QuerySet[Any], row: models.Model | None) -> Any:
    """The first of the rows that is not this one."""
    return (rows.exclude(pk=row.pk) if row else rows).first()


def locked(row: Any, version: int) -> Any:
    """The stored row, locked until the transaction ends. Raises Conflict where `version` is not its latest one."""
    stored = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if version_of(stored) != version:
        raise Conflict(stored)
    return stored


def store(row: Any, content: dict[str, Any], by: User) -> Any:
    """Saves the row with this content where it differs, and returns it.

    Raises ValidationError by field, and where two store the same code or day at once.
    """
    if row.pk and all(getattr(row, name) == value for name, value in content.items()):
        return row
    for name, value in content.items():
        setattr(row, name, value)
    relations = [field.name for field in row._meta.fields if isinstance(field, models.ForeignKey)]
    row.clean_fields(exclude=relations)
    row._history_user = by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("Somebody stored the same at this moment. Open the list again.")) from error
    return row


def _people_problems(code: str, role: str) -> dict[str, str]:
    found = {}
    if wrong_with_code(code):
        found["code"] = _("A code holds at least one digit, for example SEG-07: names are not kept.")
    wrong = wrong_with_role(role)
    if wrong is Wrong.NAME:
        found["role"] = _(
            "This looks like a name. Write the role only, in small letters, for example “agent vaccinateur”."
        )
    elif wrong:
        found["role"] = _("Telephone numbers and addresses are not kept here. Write the role only.")
    return found


def _code_taken(other: Coach | Coachee) -> str:
    return _("The code %(code)s is in use (%(role)s). Choose another one.") % {"code": other.code, "role": other.role}


def _refuse(found: dict[str, str]) -> None:
    if found:
        raise ValidationError({field: [sentence] for field, sentence in found.items()})
