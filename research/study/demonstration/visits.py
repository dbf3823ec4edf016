"""Made-up coaching visits, August to December 2025, at the sites of the first deployment."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit
from indicators.periods import Period
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, SupervisionVisit
from research.study.demonstration.doses import SEED

State, Answer = SupervisionVisit.State, ChecklistAnswer.Answer
_MONTHS = (8, 9, 10, 11, 12)
_COACHED = {  # likelihood of a «yes» at the first visit; no trend after it, so that nothing looks like a result
    "pelengana-nord": 0.72, "cinzana-gare": 0.55, "bougouni-est": 0.66,
    "kologo": 0.48, "niono-central": 0.60, "ndebougou": 0.52,
}  # fmt: skip
_ROLES = ("Superviseur du district (équipe cadre)", "Chargé du PEV du district", "Coach régional")
_REASONS = (
    "Route coupée par les pluies",
    "Carburant non disponible",
    "Équipe mobilisée par une campagne de vaccination",
)
_AGREED = (
    "Afficher le calendrier des séances et le revoir chaque lundi avec les relais.",
    "Relever la température matin et soir, week-end compris ; le coach vérifie à distance.",
    "Compter le stock de Penta chaque vendredi et corriger la fiche le jour même.",
    "Établir la liste des enfants zéro dose de deux villages éloignés avant la prochaine visite.",
    "Revoir ensemble les messages clés donnés aux mères après l'injection.",
    "",
)


def demonstration_uuid(name: str) -> UUID:
    """The same for the same name: an entry that is there already is recognised by it."""
    return uuid5(NAMESPACE_URL, f"demonstration:{SEED}:{name}")


def ensure_visits(units: dict[str, OrgUnit]) -> tuple[int, int]:
    """How many visits and how many answers were made now. Publishes the measures of their months."""
    checklist = Checklist.objects.get(key="exemple-supervision")
    planned = [*_visits(units, checklist), *_comparison(units)]
    there = set(
        SupervisionVisit.objects.filter(client_uuid__in=[visit.client_uuid for visit in planned])
        .values_list("client_uuid", flat=True)
    )  # fmt: skip
    missing = [visit for visit in planned if visit.client_uuid not in there]
    visits = bulk_create_with_history(missing, SupervisionVisit)
    items = list(checklist.items.order_by("section__order", "order"))
    chances = {units[key].pk: chance for key, chance in _COACHED.items()}
    answers = [answer for visit in visits if visit.checklist_id for answer in _answers(visit, items, chances)]
    bulk_create_with_history(answers, ChecklistAnswer)
    publish_measures(touched_months(visits), by=None)
    return len(visits), len(answers)


def touched_months(visits: Iterable[SupervisionVisit]) -> set[tuple[OrgUnit, Period]]:
    """The sites and months whose measures these visits enter."""
    return {(v.site, Period.month_of(day)) for v in visits for day in (v.planned_on, v.done_on) if day}


def _visits(units: dict[str, OrgUnit], checklist: Checklist) -> list[SupervisionVisit]:
    found = []
    for key in _COACHED:
        random = Random(f"{SEED}:visits:{key}")
        for month in _MONTHS:
            planned_on = _weekday(date(2025, month, random.randint(4, 24)))
            luck = random.random()
            done_on = _weekday(planned_on + timedelta(random.randint(0, 4)))
            done: dict[str, Any] = {"state": State.DONE, "done_on": done_on}
            details: dict[str, Any] = {
                "coach_role": random.choice(_ROLES),
                "coachees": random.randint(2, 6),
                "minutes": random.choice((75, 90, 105, 120, 150, 180)),
                "agreed": random.choice(_AGREED),
                "checklist": checklist,
            }
            if month == 12 and luck < 0.5:
                done, details = {"state": State.PLANNED}, {}
            elif luck > 0.84:
                done, details = {"state": State.CANCELLED, "cancelled_reason": random.choice(_REASONS)}, {}
            elif luck > 0.76:
                details["checklist"] = None  # a visit without its checklist
            name = f"visit:{key}:{month}"
            found.append(_visit(name, units[key], planned_on=planned_on, **done, **details))
    unplanned = _visit(
        "visit:niono-central:unplanned", units["niono-central"], state=State.DONE, done_on=date(2025, 11, 28),
        coach_role=_ROLES[1], coachees=3, minutes=60, checklist=checklist, agreed=_AGREED[2],
    )  # fmt: skip
    return [*found, unplanned]


def _comparison(units: dict[str, OrgUnit]) -> list[SupervisionVisit]:
    """Yorosso was not in the first deployment: no visit is done there, one was planned and cancelled."""
    reason = "Accès jugé non sûr"
    boura = units["boura"]
    day = date(2025, 12, 9)
    return [_visit("visit:boura:12", boura, planned_on=day, state=State.CANCELLED, cancelled_reason=reason)]


def _visit(name: str, site: OrgUnit, **fields: Any) -> SupervisionVisit:
    return SupervisionVisit(client_uuid=demonstration_uuid(name), site=site, demonstration=True, **fields)


def _weekday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _answers(visit: SupervisionVisit, items: list[ChecklistItem], chances: dict[int, float]) -> list[ChecklistAnswer]:
    random = Random(f"{SEED}:answers:{visit.client_uuid}")
    partly_filled = random.random() < 0.15
    found = []
    for item in items:
        luck, skipped = random.random(), random.random() < (0.4 if partly_filled else 0.02)
        chance = chances[visit.site_id]
        if luck < chance:
            answer = Answer.YES
        elif luck < chance + 0.2:
            answer = Answer.PARTIAL
        else:
            answer = Answer.NOT_APPLICABLE if luck > 0.97 else Answer.NO
        if not skipped:
            found.append(ChecklistAnswer(visit=visit, item=item, answer=answer))
    return found
