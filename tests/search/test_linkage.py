"""Analyses, theories of change and dated events are found by whoever may open them."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.linkage.annotations.models import DatedAnnotation
from research.search.engine import matching
from research.search.index import rebuild
from research.search.queries import findable
from research.search.questions import read
from tests.builders import a_clerk_of, a_study_site, a_user
from tests.linkage.contribution.theories import a_linked_pair, an_assumption
from tests.linkage.plans.plans import a_draft, a_locked, a_plan, sites

pytestmark = pytest.mark.django_db


def found(user: User, words: str) -> list[str]:
    return [entry.address for entry in matching(findable(user), read(words))]


def test_a_plan_is_the_teams_until_it_is_locked_and_then_of_all_who_read_every_district() -> None:
    lead, partner = a_user(Role.LEAD), a_user(Role.VIEWER)
    places = sites(2)
    clerk = a_clerk_of(places[0])
    draft = a_draft(lead, places, a_plan(lead, title_fr="Effet du mentorat"), why="hypothese provisoire")
    rebuild()
    address = reverse("analysis-detail", args=[draft.plan_id])
    assert [found(one, "mentorat") for one in (lead, partner, clerk)] == [[address], [], []]
    locked = a_locked(lead, places, a_plan(lead, title_fr="Effet du mentorat"), why="raison scellee")
    a_draft(lead, places, locked.plan, why="hypothese suivante")
    rebuild()
    address = reverse("analysis-detail", args=[locked.plan_id])
    assert [found(one, "scellee") for one in (lead, partner, clerk)] == [[address], [address], []]
    assert found(lead, "hypothese suivante") == []  # what is not locked yet is not told beside what is


def test_a_theory_is_found_by_its_steps_links_and_assumptions(django_capture_on_commit_callbacks: Any) -> None:
    lead, partner = a_user(Role.LEAD), a_user(Role.VIEWER)
    with django_capture_on_commit_callbacks(execute=True):
        link = a_linked_pair(lead)
        assumed = an_assumption(link, lead, text_fr="Les motos roulent", text_en="Motorbikes run")
    address = reverse("theory-detail", args=[link.theory_id])
    assert found(partner, "motos") == found(partner, "motorbike") == [address]
    with django_capture_on_commit_callbacks(execute=True):
        assumed.withdrawn_because = "vu autrement"
        assumed.save()
    assert found(partner, "motos") == []


def test_an_event_is_found_where_its_page_opens() -> None:
    site = a_study_site().unit
    assert site.parent
    near = a_user(Role.RESEARCHER, districts=[site.parent])
    far, partner = a_user(Role.RESEARCHER), a_user(Role.VIEWER)
    open_one, hidden = (
        DatedAnnotation.objects.create(
            kind="conflict", unit=site, starts_on=date(2025, 3, 1), title_fr="Marché fermé", restricted=restricted
        )
        for restricted in (False, True)
    )
    rebuild()
    first, second = (reverse("annotation-detail", args=[one.pk]) for one in (open_one, hidden))
    assert sorted(found(near, "marché")) == sorted([first, second])
    assert found(far, "marché") == found(partner, "marché") == [first]
    DatedAnnotation.objects.update(withdrawn_because="doublon")
    rebuild()
    assert found(near, "marché") == []
