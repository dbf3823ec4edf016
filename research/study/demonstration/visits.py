"""Made-up coaching visits, August to December 2025, at the sites of the first deployment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit
from research.coach2pev.models import Checklist, ChecklistAnswer, Coach, Coachee, SupervisionVisit, VisitPlan
from research.coach2pev.models.visits import Selection
from research.coach2pev.planning.ranking import Candidate, Ranked, as_rows, at_random
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.loaded import LoadedVisit
from research.coach2pev.visits.loading import load_visits
from research.study.demonstration.conversations import conversation
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
DOUBLY_ASSESSED = (("pelengana-nord", 9), ("bougouni-est", 11), ("niono-central", 10))
"""Site and month of the visits that a second coach assessed too, where such a visit was done with its checklist."""
_DRAWN = 4  # of the sites, for December


@dataclass(frozen=True)
class _Drawn:
    """A visit as it came out of the seed; what is done has `done_on`."""

    key: str
    month: int
    name: str
    state: str
    planned_on: date | None
    done_on: date | None = None
    details: dict[str, Any] = field(default_factory=dict)


def demonstration_uuid(name: str) -> UUID:
    """The same for the same name: an entry that is there already is recognised by it."""
    return uuid5(NAMESPACE_URL, f"demonstration:{SEED}:{name}")


def ensure_plan(units: dict[str, OrgUnit]) -> int:
    """How many plans were made now: the round of December, drawn at random; its seed and its draw are kept."""
    uuid = demonstration_uuid("plan:12")
    if VisitPlan.objects.filter(client_uuid=uuid).exists():
        return 0
    plan = VisitPlan(
        client_uuid=uuid, method=Selection.RANDOM, first=date(2025, 12, 1), last=date(2025, 12, 31), seed=SEED,
        ranking=as_rows(_draw(units)), note="Démonstration : tournée de décembre, tirée au sort", demonstration=True,
    )  # fmt: skip
    bulk_create_with_history([plan], VisitPlan)
    return 1


def ensure_visits(units: dict[str, OrgUnit]) -> tuple[int, int]:
    """How many visits and how many answers were made now. The done ones come in as files of submissions do."""
    checklist = Checklist.objects.get(key="exemple-supervision", state=Checklist.State.PUBLISHED)
    before = ChecklistAnswer.objects.count()
    drawn = [*_drawn(), _unplanned(), *_coming(), _comparison()]
    loaded = load_visits(
        sorted(_loaded(units, checklist, drawn), key=lambda one: one.done_on), by=None, demonstration=True, follow=False
    )
    others = _others(units, checklist, [one for one in drawn if one.done_on is None])
    there = set(
        SupervisionVisit.objects.filter(client_uuid__in=[visit.client_uuid for visit in others])
        .values_list("client_uuid", flat=True)
    )  # fmt: skip
    visits = bulk_create_with_history([v for v in others if v.client_uuid not in there], SupervisionVisit)
    begun = [visit for visit in visits if visit.state == State.IN_PROGRESS]
    first = list(checklist.items.order_by("section__order", "order")[:3])
    answers = [ChecklistAnswer(visit=visit, item=item, answer=Answer.YES) for visit in begun for item in first]
    bulk_create_with_history(answers, ChecklistAnswer)
    return loaded.created + len(visits), ChecklistAnswer.objects.count() - before


def _draw(units: dict[str, OrgUnit]) -> list[Ranked]:
    candidates = [Candidate(units[key].pk, units[key].uid, units[key].name) for key in _COACHED]
    return at_random(candidates, _DRAWN, SEED)


def _drawn() -> list[_Drawn]:
    found = []
    for key in _COACHED:
        random = Random(f"{SEED}:visits:{key}")
        for month in _MONTHS:
            planned_on = _weekday(date(2025, month, random.randint(4, 24)))
            luck = random.random()
            done_on = _weekday(planned_on + timedelta(random.randint(0, 4)))
            details: dict[str, Any] = {
                "coach_role": random.choice(_ROLES),
                "coachees": random.randint(2, 6),
                "minutes": random.choice((75, 90, 105, 120, 150, 180)),
                "agreed": random.choice(_AGREED),
            }
            name = f"visit:{key}:{month}"
            if month == 12 and luck < 0.5:
                found.append(_Drawn(key, month, name, State.PLANNED, planned_on))
            elif luck > 0.84:
                reason = {"cancelled_reason": random.choice(_REASONS)}
                found.append(_Drawn(key, month, name, State.CANCELLED, planned_on, details=reason))
            else:
                details["checklist"] = luck <= 0.76  # else a visit without its checklist
                found.append(_Drawn(key, month, name, State.DONE, planned_on, done_on, details))
    return found


def _unplanned() -> _Drawn:
    details = {"coach_role": _ROLES[1], "coachees": 3, "minutes": 60, "agreed": _AGREED[2], "checklist": True}
    return _Drawn("niono-central", 11, "visit:niono-central:unplanned", State.DONE, None, date(2025, 11, 28), details)


def _coming() -> list[_Drawn]:
    """One that was agreed with the site, and one that has begun and waits to be finished."""
    begun = {"coachees": 2, "coach_role": _ROLES[0]}
    return [
        _Drawn("kologo", 12, "visit:kologo:agreed", State.SCHEDULED, date(2025, 12, 29)),
        _Drawn("ndebougou", 12, "visit:ndebougou:begun", State.IN_PROGRESS, date(2025, 12, 30), details=begun),
    ]


def _comparison() -> _Drawn:
    """Yorosso was not in the first deployment: no visit is done there, one was planned and cancelled."""
    reason = {"cancelled_reason": "Accès jugé non sûr"}
    return _Drawn("boura", 12, "visit:boura:12", State.CANCELLED, date(2025, 12, 9), details=reason)


def _loaded(units: dict[str, OrgUnit], checklist: Checklist, drawn: list[_Drawn]) -> Iterator[LoadedVisit]:
    codes = list(checklist.items.order_by("section__order", "order").values_list("code", flat=True))
    coaches = list(Coach.objects.filter(demonstration=True).order_by("code").values_list("pk", flat=True))
    for one in drawn:
        if one.done_on is None:
            continue
        random = Random(f"{SEED}:coaching:{one.name}")
        uuid = demonstration_uuid(one.name)
        details = dict(one.details)
        asked = details.pop("checklist")
        answers = _answers(uuid, codes, _COACHED[one.key]) if asked else {}
        twice = asked and (one.key, one.month) in DOUBLY_ASSESSED and one.planned_on is not None
        first, second = random.sample(coaches, 2)
        yield LoadedVisit(
            client_uuid=uuid,
            site=units[one.key].pk,
            done_on=one.done_on,
            planned_on=one.planned_on,
            checklist=checklist.pk if asked else None,
            answers=answers,
            second_answers=_seen_by_another(random, answers) if twice else {},
            coach=first,
            second_coach=second if twice else None,
            people=_people(random, units[one.key], one.done_on, details["coachees"]),
            **_plan_of(units, one),
            **{**conversation(random), **details},
        )


def _others(units: dict[str, OrgUnit], checklist: Checklist, drawn: list[_Drawn]) -> list[SupervisionVisit]:
    """Visits that are not done: planned, agreed with the site, begun, cancelled."""
    found = []
    for one in drawn:
        fields: dict[str, Any] = {"state": one.state, "planned_on": one.planned_on, **one.details}
        if one.state == State.IN_PROGRESS:
            fields |= {"done_on": one.planned_on, "checklist": checklist}
        plan = {f"{name}_id" if name == "plan" else name: value for name, value in _plan_of(units, one).items()}
        uuid = demonstration_uuid(one.name)
        found.append(SupervisionVisit(client_uuid=uuid, site=units[one.key], demonstration=True, **fields, **plan))
    return found


def _plan_of(units: dict[str, OrgUnit], one: _Drawn) -> dict[str, Any]:
    """The round of December, where the site was drawn for it."""
    chosen = {ranked.candidate.site for ranked in _draw(units) if ranked.chosen}
    if one.month != 12 or units[one.key].pk not in chosen:
        return {}
    plan = VisitPlan.objects.filter(client_uuid=demonstration_uuid("plan:12")).first()
    return {"selection": Selection.RANDOM, "plan": plan.pk} if plan else {}


def _people(random: Random, site: OrgUnit, day: date, count: int) -> tuple[int, ...]:
    """Who was there, of those in post; of one visit in six only the number was written down."""
    staff = Coachee.objects.filter(site=site, demonstration=True, in_post_from__lte=day).order_by("code")
    present = [one.pk for one in staff if one.in_post_to is None or one.in_post_to >= day]
    if random.random() < 1 / 6:
        return ()
    return tuple(sorted(random.sample(present, min(count, len(present)))))


def _weekday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _answers(uuid: UUID, codes: list[str], chance: float) -> dict[str, Given]:
    random = Random(f"{SEED}:answers:{uuid}")
    partly_filled = random.random() < 0.15
    found = {}
    for code in codes:
        luck, skipped = random.random(), random.random() < (0.4 if partly_filled else 0.02)
        if luck < chance:
            answer = Answer.YES
        elif luck < chance + 0.2:
            answer = Answer.PARTIAL
        else:
            answer = Answer.NOT_APPLICABLE if luck > 0.97 else Answer.NO
        if not skipped:
            found[code] = Given(answer.value)
    return found


def _seen_by_another(random: Random, answers: dict[str, Given]) -> dict[str, Given]:
    """The same visit through other eyes: mostly the same answers."""
    others = (Answer.YES.value, Answer.PARTIAL.value, Answer.NO.value)
    return {code: given if random.random() < 0.8 else Given(random.choice(others)) for code, given in answers.items()}
