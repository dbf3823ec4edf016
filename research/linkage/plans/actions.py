"""The only writer of plans and of their versions: draft, locked, and what had been seen by then. Runs: `run.py`."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.linkage.plans import rules
from research.linkage.plans.content import FIELDS, content_of, fingerprint
from research.linkage.plans.models import AnalysisPlan, PlanVersion
from research.linkage.plans.policies import check_edit, check_write
from research.linkage.plans.seen import results_before
from research.revisions import Conflict, create_once, hold, lock

_OWN = {"id", "version", "created_at", "updated_at", "created_by", "client_uuid", "demonstration"}
_PLACES = ("units", "comparison")


@transaction.atomic
def write_plan(*, by: User, client_uuid: UUID, values: dict[str, Any]) -> AnalysisPlan:
    """Stores a new plan without any version; sent again with the same `client_uuid`, the stored one is returned.

    Raises ValidationError by field, PermissionDenied, Conflict where that uuid is stored with other words.
    """
    check_write(by)
    row = AnalysisPlan(client_uuid=client_uuid, created_by=by)
    _apply_plan(row, values, by)
    stored, new = create_once(row, find=AnalysisPlan.objects.filter(client_uuid=client_uuid).first)
    if not new and (stored.created_by_id != by.pk or _words(stored) != _words(row)):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_plan(plan: AnalysisPlan, *, by: User, version: int, values: dict[str, Any]) -> AnalysisPlan:
    """Stores the edited title and question. Raises Conflict where `version` is not the stored one; ValidationError
    where the evaluation changes although a locked version reads its stages."""
    check_edit(by, plan)
    stored = lock(plan, version=version)
    before, evaluation = _words(stored), stored.evaluation_id
    _apply_plan(stored, values, by)
    if stored.evaluation_id != evaluation and stored.versions.exclude(locked_at=None).exists():
        raise ValidationError({"evaluation": _("A locked version speaks of this evaluation.")})
    if _words(stored) != before:
        stored.version += 1
        stored.save()
    return stored


@transaction.atomic
def write_draft(plan: AnalysisPlan, *, by: User, client_uuid: UUID, values: dict[str, Any]) -> PlanVersion:
    """Stores the next version of the plan as a draft. One draft at a time. Raises as `write_plan`."""
    check_write(by)
    hold(plan)
    highest = plan.versions.aggregate(highest=Max("number"))["highest"] or 0
    row = PlanVersion(
        plan=plan, number=highest + 1, client_uuid=client_uuid, created_by=by, demonstration=plan.demonstration
    )
    places = _apply(row, values, by)
    if (other := plan.versions.filter(locked_at=None).first()) and other.client_uuid != client_uuid:
        raise ValidationError(_("Version %(number)s is a draft still: go on with it.") % {"number": other.number})
    stored, new = create_once(row, find=PlanVersion.objects.filter(client_uuid=client_uuid).first)
    if new:
        _set_places(stored, places)
    elif stored.created_by_id != by.pk or _differs(stored, row, places):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_draft(draft: PlanVersion, *, by: User, version: int, values: dict[str, Any]) -> PlanVersion:
    """Stores the edited draft. Raises Conflict where `version` is not the stored one; PermissionDenied once locked."""
    check_edit(by, draft)
    stored = lock(draft, version=version)
    check_edit(by, stored)
    before, had = _words(stored), _places(stored)
    places = _apply(stored, values, by)
    if _words(stored) != before or had != _pks(places):
        stored.version += 1
        stored.save()
        _set_places(stored, places)
    return stored


@transaction.atomic
def discard_draft(draft: PlanVersion, *, by: User) -> None:
    """Deletes a draft; its history keeps what it said. PermissionDenied once it is locked."""
    stored = PlanVersion.objects.select_for_update().get(pk=draft.pk)
    check_edit(by, stored)
    _sign(stored, by)
    stored.delete()


@transaction.atomic
def lock_version(draft: PlanVersion, *, by: User, version: int) -> PlanVersion:
    """Freezes the draft and keeps which results of its outcome and places were there by now.

    Raises Conflict where `version` is not the stored one, ValidationError where it cannot be computed as it stands
    (what it rests on may have changed since it was written), PermissionDenied.
    """
    check_edit(by, draft)
    stored = lock(draft, version=version)
    check_edit(by, stored)
    units, comparison = list(stored.units.all()), list(stored.comparison.all())
    _check(stored, units, comparison)
    stored.locked_at, stored.locked_by = timezone.now(), by
    stored.sha256 = fingerprint(content_of(stored))
    stored.results_before = results_before(stored, stored.locked_at)
    _sign(stored, by)
    stored.save()
    return stored


def _apply_plan(row: AnalysisPlan, values: dict[str, Any], by: User) -> None:
    _sign(row, by)
    for name, value in values.items():
        setattr(row, name, value)
    found: dict[str, str] = {}
    if not row.title_fr and not row.title_en:
        found["title_fr"] = _("Write it in at least one language.")
    if not row.learning_question_id:
        found["learning_question"] = _("Choose the learning question that it answers.")
    elif row.evaluation and row.evaluation.learning_question_id != row.learning_question_id:
        found["evaluation"] = _("This evaluation belongs to another learning question.")
    if found:
        raise ValidationError(found)


def _apply(row: PlanVersion, values: dict[str, Any], by: User) -> dict[str, list[OrgUnit]]:
    """Writes the values into the row; returns its places, which are stored with it."""
    _sign(row, by)
    places = {name: list(values[name]) if name in values else list(getattr(row, name).all()) for name in _PLACES}
    for name in FIELDS:
        setattr(row, name, values.get(name, getattr(row, name)))
    if row.exposure != PlanVersion.Exposure.DATE:
        row.changed_on = None
    if row.exposure != PlanVersion.Exposure.INDICATOR:
        row.dose = ""
    if row.threshold is None:
        row.threshold_why = ""
    _check(row, places["units"], places["comparison"])
    return places


def _check(row: PlanVersion, units: list[OrgUnit], comparison: list[OrgUnit]) -> None:
    if found := rules.problems(row, units, comparison, has_stages=row.plan.evaluation_id is not None):
        raise ValidationError(found)


def _differs(stored: PlanVersion, typed: PlanVersion, places: dict[str, list[OrgUnit]]) -> bool:
    return _words(stored) != _words(typed) or _places(stored) != _pks(places)


def _places(row: PlanVersion) -> dict[str, set[int]]:
    return {name: set(getattr(row, name).values_list("pk", flat=True)) for name in _PLACES}


def _pks(places: dict[str, list[OrgUnit]]) -> dict[str, set[int]]:
    return {name: {unit.pk for unit in units} for name, units in places.items()}


def _set_places(row: PlanVersion, places: dict[str, list[OrgUnit]]) -> None:
    for name, units in places.items():
        getattr(row, name).set(units)


def _sign(row: Any, by: User) -> None:
    row._history_user = by  # simple_history: who, outside of a request too


def _words(row: Any) -> tuple[Any, ...]:
    return tuple(
        getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in _OWN | {"number"}
    )
