"""The only writer of stages of exposure and of plans. Measures that rest on them are published anew."""

from datetime import date
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.sources.models import Source
from research.evaluations.changed import sites_changed
from research.evaluations.models import EvaluationSite, ExposureStage
from research.evaluations.policies import check_edit_exposure
from research.revisions import Conflict

EARLIEST = date(2000, 1, 1)
"""Before this a year is a slip of the finger."""
Stage = ExposureStage.Stage


class Said(TypedDict):
    """What a person says about a stage. One of the two texts or a source must be there: a stage is proved."""

    stage: str
    began_on: date
    approximate: bool
    evidence_fr: str
    evidence_en: str
    source: Source | None


def seen(row: ExposureStage | EvaluationSite) -> int:
    """Which state of the row a person has before their eyes: 0 for a row without any history yet."""
    last = row.history.order_by("-history_id").first()
    return last.history_id if last else 0


@transaction.atomic
def record_stage(*, by: User, site: EvaluationSite, said: Said) -> ExposureStage:
    """Stores a stage of the site and returns it; the same one sent again is the stored one.

    Raises ValidationError by field, PermissionDenied where the person is no lead.
    """
    check_edit_exposure(by)
    _one_at_a_time(site)
    row = ExposureStage(site=site, **_clean(said))
    stored = site.stages.filter(stage=row.stage, began_on=row.began_on).first()
    if stored and _content(stored) == _content(row):
        return stored
    _check(row)
    return _save(row, by)


@transaction.atomic
def edit_stage(row: ExposureStage, *, by: User, version: int, said: Said) -> ExposureStage:
    """Stores a changed stage; `version` is what `seen` gave where the form was opened. Raises Conflict, as above."""
    check_edit_exposure(by)
    stored = _lock(row, version)
    before = _content(stored)
    for name, value in _clean(said).items():
        setattr(stored, name, value)
    if _content(stored) == before:
        return stored
    _check(stored)
    return _save(stored, by)


@transaction.atomic
def remove_stage(row: ExposureStage, *, by: User, version: int) -> None:
    """Takes a stage away; its history stays. Raises Conflict."""
    check_edit_exposure(by)
    stored = _lock(row, version)
    site = stored.site
    stored._history_user = by  # type: ignore[attr-defined]
    stored.delete()
    sites_changed.send(EvaluationSite, sites=[site], by=by)


@transaction.atomic
def set_plan(
    site: EvaluationSite, *, by: User, version: int, expected_from: date | None, expected_to: date | None
) -> EvaluationSite:
    """From when to when the evaluation expects records of the site; without a first day it expects none.

    A plan that a person sets is no demonstration. Raises ValidationError by field, Conflict, PermissionDenied.
    """
    check_edit_exposure(by)
    stored = EvaluationSite.objects.select_for_update(no_key=True).get(pk=site.pk)
    if seen(stored) != version:
        raise Conflict(stored)
    if (stored.expected_from, stored.expected_to) == (expected_from, expected_to):
        return stored
    problems = {}
    if expected_from and expected_from < EARLIEST:
        problems["expected_from"] = _("This is too long ago. Check the year.")
    if expected_to and not expected_from:
        problems["expected_from"] = _("Give the first day, or leave both days blank.")
    if expected_from and expected_to and expected_to < expected_from:
        problems["expected_to"] = _("The last day lies before the first one.")
    if problems:
        raise ValidationError({field: [sentence] for field, sentence in problems.items()})
    stored.expected_from, stored.expected_to, stored.demonstration = expected_from, expected_to, False
    stored._history_user = by  # type: ignore[attr-defined]
    stored.save()
    sites_changed.send(EvaluationSite, sites=[stored], by=by)
    return stored


def _clean(said: Said) -> Said:
    texts = {name: said[name].strip() for name in ("evidence_fr", "evidence_en")}  # type: ignore[literal-required]
    return {**said, **texts}  # type: ignore[typeddict-item]


def _content(row: ExposureStage) -> tuple[object, ...]:
    return (row.stage, row.began_on, row.approximate, row.evidence_fr, row.evidence_en, row.source_id)


def _one_at_a_time(site: EvaluationSite) -> None:
    EvaluationSite.objects.select_for_update(no_key=True).get(pk=site.pk)


def _lock(row: ExposureStage, version: int) -> ExposureStage:
    _one_at_a_time(row.site)
    stored = ExposureStage.objects.select_related("site").filter(pk=row.pk).first()
    if stored is None:
        raise ValidationError(_("This stage was taken away in the meantime."))
    if seen(stored) != version:
        raise Conflict(stored)
    return stored


def _check(row: ExposureStage) -> None:
    others = [other for other in row.site.stages.all() if other.pk != row.pk]
    found: dict[str, str] = {}
    if row.began_on > timezone.localdate():
        found["began_on"] = _("This day has not come yet. Only what has happened is a stage.")
    elif row.began_on < EARLIEST:
        found["began_on"] = _("This is too long ago. Check the year.")
    elif any((other.stage, other.began_on) == (row.stage, row.began_on) for other in others):
        found["began_on"] = _("This stage is recorded for that day already. Correct it instead.")
    if row.stage == Stage.FIRST_USE and any(other.stage == Stage.FIRST_USE for other in others):
        found["stage"] = _("The first use is recorded already. Correct it instead.")
    used = [other for other in others if other.stage in (Stage.FIRST_USE, Stage.ACTIVE)]
    if row.stage == Stage.STOPPED and not any(other.began_on <= row.began_on for other in used):
        found["stage"] = _("A site stops what it has used: record the first use before.")
    if row.stage == Stage.FIRST_USE and any(other.began_on < row.began_on for other in used):
        found["began_on"] = _("The site was active before that day already.")
    if not (row.evidence_fr or row.evidence_en or row.source_id):
        found["evidence_fr"] = _("Say what proves it, or choose a source.")
    if found:
        raise ValidationError({field: [sentence] for field, sentence in found.items()})
    row.clean_fields(exclude=["site", "source"])


def _save(row: ExposureStage, by: User) -> ExposureStage:
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    sites_changed.send(EvaluationSite, sites=[row.site], by=by)
    return row
