"""Plans, panels and runs for the tests of this room."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.models import DataElement
from indicators.periods import Period, between
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from research.linkage.plans import actions
from research.linkage.plans.models import AnalysisPlan, PlanVersion
from research.models import Evaluation, ExposureStage
from tests.builders import a_followed_site, a_learning_question, a_user, an_element, an_evaluation, the_default_combo

FIRST, LAST, CHANGE = "202401", "202512", date(2025, 1, 1)


def somebody(*roles: Role) -> User:
    return a_user(*roles or (Role.RESEARCHER,), language="en")


def months(first: str = FIRST, last: str = LAST) -> list[Period]:
    return list(between(Period.parse(first), Period.parse(last)))


def doses(
    places: Sequence[OrgUnit], of: Any = lambda place, at: 20 + at % 3 + (9 if at >= 12 else 0), concept: str = "DTP1"
) -> None:
    """Values of the concept at each place and month: `of(place, index of the month)`; None is not reported."""
    combo = the_default_combo().pk
    element = DataElement.objects.filter(concept=concept).first() or an_element(concept)
    rows = [
        Reported(element.pk, month.code, place.pk, combo, combo, value)
        for place in places
        for at, month in enumerate(months())
        if (value := of(place, at)) is not None
    ]
    record_values(rows, origin="entry", label="test", by=None)
    refresh_now("changed")


def sites(number: int = 3, code: str = "coach2pev", begin: Sequence[date | None] = ()) -> list[OrgUnit]:
    """Sites that the evaluation follows; `begin`: the day of first use of each, None for never."""
    followed = [a_followed_site(code) for _ in range(number)]
    for site, day in zip(followed, begin, strict=False):
        if day:
            ExposureStage.objects.create(site=site, stage="first_use", began_on=day, evidence_fr="Registre")
    return [site.unit for site in followed]


def a_plan(by: User, evaluation: Evaluation | None = None, **values: Any) -> AnalysisPlan:
    question = evaluation.learning_question if evaluation else a_learning_question()
    words = {"title_fr": "Effet du coaching", "title_en": "Effect of coaching", "learning_question": question}
    return actions.write_plan(by=by, client_uuid=uuid.uuid4(), values={**words, "evaluation": evaluation} | values)


def content(units: Sequence[OrgUnit], **more: Any) -> dict[str, Any]:
    """What a draft of a time series with one date says."""
    return {
        "method": "its_ols", "options": {}, "outcome": "dtp1_doses", "rival": "", "first": FIRST, "last": LAST,
        "exposure": "date", "changed_on": CHANGE, "dose": "", "units": list(units), "comparison": [],
        "threshold": None, "threshold_why": "", "why": "Le coaching commence en janvier.",
    } | more  # fmt: skip


def a_draft(by: User, units: Sequence[OrgUnit], plan: AnalysisPlan | None = None, **more: Any) -> PlanVersion:
    plan = plan or a_plan(by, an_evaluation())
    return actions.write_draft(plan, by=by, client_uuid=uuid.uuid4(), values=content(units, **more))


def a_locked(by: User, units: Sequence[OrgUnit], plan: AnalysisPlan | None = None, **more: Any) -> PlanVersion:
    draft = a_draft(by, units, plan, **more)
    return actions.lock_version(draft, by=by, version=draft.version)
