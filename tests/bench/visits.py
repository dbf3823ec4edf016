"""Supervision visits in bulk: sixty items each, loaded, scored and shown, a hundred of them and ten thousand.

The hundred are those of four of the forty sites, every tenth of each: pages of a site have as many visits, months and
quarters to show with few visits as with many.
"""

import statistics
from collections import Counter
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from tests.bench.timing import seconds

ITEMS, SITES, PEOPLE, MANY = 60, 40, 3, 10_000
FIRST = date(2023, 1, 2)


def load_100_visits() -> list[float]:
    return _load({site + SITES * turn for site in range(4) for turn in range(0, MANY // SITES, 10)})


def load_10k_visits() -> list[float]:
    """The hundred that are there are loaded again, unchanged, with the rest."""
    return _load(set(range(MANY)))


def _load(numbers: set[int]) -> list[float]:
    from research.coach2pev.visits.loading import load_visits

    made = list(_visits(numbers))
    taken = seconds(lambda: load_visits(made, by=None))
    again = load_visits(made[:50], by=None)
    assert (again.created, again.unchanged) == (0, 50)
    return taken


def _visits(numbers: set[int]) -> Any:
    """From a fixed seed: every fourth item fails, one in twenty does not apply, one in twenty is not answered."""
    from research.coach2pev.models import Checklist, Coachee
    from research.coach2pev.visits.answers import Given
    from research.coach2pev.visits.loaded import LoadedVisit

    checklist = Checklist.objects.filter(key="bench").first() or _ground()
    codes = list(checklist.items.order_by("order").values_list("code", flat=True))
    staff: dict[int, list[int]] = {}
    for person, site in Coachee.objects.filter(code__startswith="bench-").values_list("pk", "site"):
        staff.setdefault(site, []).append(person)
    sites = sorted(staff)
    random = Random(20251123)
    for number in range(MANY):
        chosen = random.choices(["yes", "partial", "no", "na", ""], [12, 2, 4, 1, 1], k=ITEMS)
        if number not in numbers:
            continue
        site = sites[number % SITES]
        yield LoadedVisit(
            client_uuid=UUID(int=number + 1),
            site=site,
            done_on=FIRST + timedelta(days=number * 1000 // MANY),
            planned_on=FIRST + timedelta(days=number * 1000 // MANY),
            checklist=checklist.pk,
            answers={code: Given(answer) for code, answer in zip(codes, chosen, strict=True) if answer},
            people=tuple(staff[site][:2]),
            coachees=2,
            minutes=90,
            goal="But",
            agreed="Convenu",
        )


def _ground() -> Any:
    """Forty sites that the evaluation follows, their staff, and a checklist of six sections of ten items."""
    from indicators.geography.actions import save_unit
    from indicators.models import OrgUnit, Source
    from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Coachee
    from research.evaluations.models import Evaluation, EvaluationSite

    evaluation, source = Evaluation.objects.get(code=Evaluation.COACH2PEV), Source.objects.first()
    assert source
    district = OrgUnit.objects.filter(study_district__isnull=False).first()
    for number in range(SITES):
        site = OrgUnit(name=f"Bench {number}", parent=district, uid=f"Bn{number:09}")
        save_unit(site)
        EvaluationSite.objects.create(evaluation=evaluation, unit=site, source=source, expected_from=FIRST)
        for person in range(PEOPLE):
            Coachee.objects.create(code=f"bench-{number}-{person}", site=site, role="Agent")
    checklist = Checklist.objects.create(key="bench", name_fr="Bench", name_en="Bench", state="published")
    for part in range(6):
        names = {"name_fr": f"Partie {part}", "name_en": f"Part {part}"}
        section = ChecklistSection.objects.create(checklist=checklist, code=f"s{part}", order=part, **names)
        for item in range(ITEMS // 6):
            texts = {"text_fr": f"Point {part}.{item}", "text_en": f"Item {part}.{item}"}
            ChecklistItem.objects.create(
                checklist=checklist, section=section, code=f"i{part}_{item}", order=item, weight=1 + item % 3, **texts
            )
    return checklist


def measure_visit_pages() -> dict[str, list[float]]:
    """Page → [milliseconds (median of seven, warm), queries]."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from indicators.rollup.actions import refresh_now
    from research.coach2pev.models import Coachee, ImprovementAction, SupervisionVisit
    from tests.bench.pages import _counted, _lead

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_lead())
    visit = SupervisionVisit.objects.filter(client_uuid=UUID(int=1)).get()
    action = ImprovementAction.objects.filter(site=visit.site).order_by("pk").first()
    person = Coachee.objects.filter(site=visit.site).first()
    assert action
    assert person
    addresses = {
        "visit-list": reverse("visit-list"),
        "visit-list of a site": f"{reverse('visit-list')}?site={visit.site_id}",
        "visit-detail": reverse("visit-detail", args=[visit.pk]),
        "visit-report": reverse("visit-report", args=[visit.pk]),
        "visit-calendar": reverse("visit-calendar"),
        "visit-planner": reverse("visit-planner"),
        "visit-coverage": reverse("visit-coverage"),
        "action-list": reverse("action-list"),
        "action-detail": reverse("action-detail", args=[action.pk]),
        "competency-list": reverse("competency-list"),
        "site-scorecard": reverse("site-scorecard", args=[visit.site_id]),
        "evaluation-detail": reverse("evaluation-detail", args=["coach2pev"]),
        "exposure": reverse("exposure", args=["coach2pev"]),
    }

    def measured(address: str) -> list[float]:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        count = Counter[str]()
        with connection.execute_wrapper(partial(_counted, count)):
            client.get(address)
        return [1000 * statistics.median(seconds(lambda: client.get(address), 7)), count["queries"]]

    found = {name: measured(address) for name, address in addresses.items()}
    refresh_now()  # until here a refresh waited, so that nothing that pages may keep was kept
    return found | {"evaluation-detail, refreshed": measured(addresses["evaluation-detail"])}
