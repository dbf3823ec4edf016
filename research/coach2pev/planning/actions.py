"""The only writer of plans of visits."""

from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.measures.actions import published_once
from research.coach2pev.models import VisitPlan
from research.coach2pev.models.visits import Selection
from research.coach2pev.planning.ranking import fingerprint
from research.coach2pev.planning.rounds import Round, draw
from research.coach2pev.policies import check_enter
from research.coach2pev.visits.actions import plan_visit
from research.revisions import Conflict, create_once


@transaction.atomic
def plan_round(*, by: User, client_uuid: UUID, asked: Round, seen: str) -> VisitPlan:
    """Stores a plan and a planned visit for each chosen site. Returns the plan.

    `seen` is the fingerprint of the ranking that the person was shown: where records changed it since, nothing is
    stored. Sent again with the same `client_uuid` the stored plan is returned; Conflict where that is another one.
    Raises ValidationError by field, PermissionDenied at a site where the person may not enter.
    """
    check_enter(by)
    if stored := VisitPlan.objects.filter(client_uuid=client_uuid).first():
        return _same(stored, by, asked, seen)
    drawn = draw(asked, by)
    if drawn.fingerprint != seen:
        raise ValidationError(
            _("Records have changed since this ranking was shown. It is shown anew below: look at it and confirm.")
        )
    plan = VisitPlan(client_uuid=client_uuid, created_by=by, ranking=drawn.rows, **_content(asked))
    plan._history_user = by  # type: ignore[attr-defined]
    plan, new = create_once(plan, find=VisitPlan.objects.filter(client_uuid=client_uuid).first)
    if not new:
        return _same(plan, by, asked, seen)
    sites = OrgUnit.objects.in_bulk(list(drawn.days))
    with published_once(by=by):
        for site, day in drawn.days.items():
            plan_visit(
                by=by,
                client_uuid=uuid5(client_uuid, sites[site].uid),
                site=sites[site],
                plan=plan,
                selection=asked.method,
                planned_on=day,
                coach=asked.coach,
            )
    return plan


def _content(asked: Round) -> dict[str, object]:
    seed = asked.seed if asked.method == Selection.RANDOM else None
    return {
        "method": asked.method, "first": asked.first, "last": asked.last, "seed": seed, "note": asked.note.strip(),
    }  # fmt: skip


def _same(stored: VisitPlan, by: User, asked: Round, seen: str) -> VisitPlan:
    alike = all(getattr(stored, name) == value for name, value in _content(asked).items())
    if stored.created_by_id != by.pk or not alike or fingerprint(stored.ranking) != seen:
        raise Conflict(stored)
    return stored
