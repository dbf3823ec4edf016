"""Made-up ratings of competence, and registers counted anew beside what was reported. No trend is put in."""

from random import Random

from simple_history.utils import bulk_create_with_history

from indicators.models import DataElement, DataValue
from indicators.periods import Period
from research.coach2pev.models import (
    CompetencyDomain,
    CompetencyLevel,
    CompetencyRating,
    RegisterCheck,
    SupervisionVisit,
)
from research.coach2pev.models.visits import Assessor
from research.study.demonstration.doses import SEED
from research.study.demonstration.visits import demonstration_uuid

_DOMAINS, _RATED = 3, 3  # domains looked at on a visit, and people at most
_CHECKED = (10, 11)  # months of the visits on which registers were counted


def _done() -> list[SupervisionVisit]:
    rows = SupervisionVisit.objects.filter(demonstration=True, state=SupervisionVisit.State.DONE)
    return list(rows.select_related("site").prefetch_related("people").order_by("done_on", "client_uuid"))


def ensure_ratings() -> int:
    """How many ratings were made now, on the scale and in the domains that the study ships as an example."""
    domains = list(CompetencyDomain.objects.filter(active=True, example=True).order_by("order", "key"))[:_DOMAINS]
    levels = sorted(CompetencyLevel.objects.values_list("value", flat=True))
    if not domains or not levels:
        return 0
    rows = []
    for visit in _done():
        random = Random(f"{SEED}:ratings:{visit.client_uuid}")
        for person in sorted(visit.people.all(), key=lambda one: one.code)[:_RATED]:
            usual = Random(f"{SEED}:competence:{person.code}")
            for domain in domains:
                base, seen = usual.choice(levels[1:] or levels), random.choice((-1, 0, 0, 0, 1))
                level = min(max(base + seen, levels[0]), levels[-1])
                assessors = [(Assessor.FIRST, level, visit.coach_id)]
                if visit.second_coach_id:
                    other = min(max(level + random.choice((-1, 0, 0, 0, 1)), levels[0]), levels[-1])
                    assessors.append((Assessor.SECOND, other, visit.second_coach_id))
                rows += [
                    CompetencyRating(
                        client_uuid=demonstration_uuid(f"rating:{visit.client_uuid}:{person.code}:{domain.key}:{who}"),
                        visit=visit, coachee=person, coach_id=coach, domain=domain, level_id=value, assessor=who,
                        demonstration=True,
                    )
                    for who, value, coach in assessors
                ]  # fmt: skip
    there = set(CompetencyRating.objects.values_list("visit", "coachee", "domain", "assessor"))
    rows = [row for row in rows if (row.visit_id, row.coachee_id, row.domain_id, row.assessor) not in there]
    bulk_create_with_history(rows, CompetencyRating)
    return len(rows)


def ensure_register_checks() -> int:
    """How many register checks were made now: DTP1 and DTP3 of the two months before some of the visits."""
    elements = list(DataElement.objects.filter(code__in=["DTP1", "DTP3"]).order_by("code"))
    reported = {
        (element, period, unit): value
        for element, period, unit, value in DataValue.objects.filter(
            element__in=elements, unit__visits__demonstration=True
        ).values_list("element", "period", "unit", "value")
    }
    there = set(RegisterCheck.objects.values_list("visit", "month", "data_element"))
    rows = []
    for visit in _done():
        assert visit.done_on is not None
        random = Random(f"{SEED}:register:{visit.client_uuid}")
        if visit.done_on.month not in _CHECKED or visit.planned_on is None or random.random() < 0.4:
            continue
        for back in (1, 2):
            month = Period.month_of(visit.done_on).shift(-back)
            for element in elements:
                said = reported.get((element.pk, month.code, visit.site_id))
                counted = round((said if said is not None else 40) * random.uniform(0.82, 1.06))
                if (visit.pk, month.id, element.pk) not in there:
                    rows.append(
                        RegisterCheck(
                            client_uuid=demonstration_uuid(f"register:{visit.client_uuid}:{month.id}:{element.code}"),
                            visit=visit, month=month.id, data_element=element, register=counted,
                            reported=None if said is None else round(said), demonstration=True,
                        )
                    )  # fmt: skip
    bulk_create_with_history(rows, RegisterCheck)
    return len(rows)
