"""Levels given on a visit: once however often sent, cell by cell, two coaches apart from each other."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from research.coach2pev.competency.actions import rate_visit
from research.coach2pev.models import CompetencyRating, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.revisions import Conflict
from tests.builders import (
    a_clerk_of,
    a_coach,
    a_coachee,
    a_day,
    a_domain,
    a_followed_site,
    a_rating,
    a_user,
    a_visit,
    the_process_elements,
    the_scale,
)

pytestmark = pytest.mark.django_db
FIRST, SECOND = Assessor.FIRST, Assessor.SECOND


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


class Scene:
    """A visit of a site with two people coached, two domains and the scale."""

    def __init__(self, **fields: Any) -> None:
        the_process_elements()
        the_scale()
        self.site = a_followed_site().unit
        self.coach, self.second = a_coach(), a_coach()
        self.visit: SupervisionVisit = a_visit(site=self.site, coach=self.coach, **fields)
        self.a, self.b = a_coachee(self.site), a_coachee(self.site)
        self.visit.people.set([self.a, self.b])
        self.d, self.e = a_domain(), a_domain()
        self.clerk = a_clerk_of(self.site, language="en")

    def rate(self, levels: Mapping[Any, int | None], was: Any = None, **more: Any) -> int:
        keys = {(person.pk, domain.pk): level for (person, domain), level in levels.items()}
        seen = {(person.pk, domain.pk): level for (person, domain), level in (was or {}).items()}
        said: dict[str, Any] = {"by": self.clerk, "assessor": FIRST, "was": seen, "levels": keys}
        return rate_visit(self.visit, **said | more)

    def stored(self, assessor: int = FIRST) -> dict[tuple[int, int], int]:
        rows = CompetencyRating.objects.filter(assessor=assessor)
        return {(row.coachee_id, row.domain_id): row.level_id for row in rows}


def test_levels_are_stored_once_with_who_gave_them() -> None:
    scene = Scene()
    assert scene.rate({(scene.a, scene.d): 2, (scene.b, scene.d): None}) == 1
    assert scene.rate({(scene.a, scene.d): 2, (scene.b, scene.d): None}) == 0
    rating = CompetencyRating.objects.get()
    assert (rating.level_id, rating.coach, rating.created_by) == (2, scene.coach, scene.clerk)
    assert rating.history.get().history_user == scene.clerk


def test_zero_is_a_level_and_blank_takes_away() -> None:
    scene = Scene()
    cell = (scene.a, scene.d)
    scene.rate({cell: 0})
    assert scene.stored() == {(scene.a.pk, scene.d.pk): 0}
    scene.rate({cell: None}, was={cell: 0})
    assert scene.stored() == {}
    assert [row.history_type for row in CompetencyRating.history.order_by("history_id")] == ["+", "-"]


def test_another_s_cells_stay_and_the_same_cell_is_a_conflict() -> None:
    scene = Scene()
    mine, theirs = (scene.a, scene.d), (scene.b, scene.d)
    scene.rate({theirs: 4})
    assert scene.rate({mine: 1, theirs: None}) == 1, "this form had not touched the other cell"
    assert scene.stored() == {(scene.a.pk, scene.d.pk): 1, (scene.b.pk, scene.d.pk): 4}
    with pytest.raises(Conflict):
        scene.rate({mine: 3, (scene.a, scene.e): 2})
    assert scene.stored() == {(scene.a.pk, scene.d.pk): 1, (scene.b.pk, scene.d.pk): 4}


def test_strangers_domains_and_levels_off_the_scale_are_refused() -> None:
    scene = Scene()
    stranger = a_coachee(scene.site)
    idle = a_domain(active=False)
    for cell, level in (((stranger, scene.d), 1), ((scene.a, idle), 1), ((scene.a, scene.d), 9)):
        with pytest.raises(ValidationError):
            scene.rate({cell: level})
    assert scene.stored() == {}


def test_nobody_else_rates_and_no_visit_that_has_not_begun() -> None:
    scene = Scene()
    cell = {(scene.a, scene.d): 1}
    for person in (a_user(Role.RESEARCHER), a_user(Role.VIEWER), a_clerk_of(a_followed_site().unit)):
        with pytest.raises(PermissionDenied):
            scene.rate(cell, by=person)
    with pytest.raises(PermissionDenied):
        scene.rate(cell, assessor=SECOND)  # the visit names no second coach
    for state in ({"state": "planned", "planned_on": a_day()}, {"state": "cancelled", "cancelled_reason": "pluie"}):
        with pytest.raises(PermissionDenied):
            Scene(**state).rate(cell)


def test_two_coaches_rate_apart() -> None:
    scene = Scene(state="in_progress", done_on=a_day())
    scene.second.account = a_clerk_of(scene.site, language="en")
    scene.second.save()
    scene.visit.second_coach = scene.second
    scene.visit.save()
    cell = {(scene.a, scene.d): 1}
    with pytest.raises(PermissionDenied):
        scene.rate(cell, by=scene.second.account)
    with pytest.raises(PermissionDenied):
        scene.rate(cell, assessor=SECOND)
    assert scene.rate({(scene.a, scene.d): 3}, by=scene.second.account, assessor=SECOND) == 1
    url = reverse("visit-ratings", args=[scene.visit.pk])
    assert signed_in(scene.clerk).get(f"{url}?evaluateur=2").status_code == 403, "not before the visit is done"
    assert signed_in(scene.clerk).get(url).context["form"].stored == {}
    scene.rate(cell)
    assert signed_in(scene.second.account).get(url).context["form"].stored == {(scene.a.pk, scene.d.pk): 3}
    assert CompetencyRating.objects.get(assessor=SECOND).coach == scene.second


def test_whoever_is_rated_is_put_down_as_coached_where_nobody_was() -> None:
    scene = Scene()
    scene.visit.people.clear()
    gone = a_coachee(scene.site, in_post_to=a_day("2025-01-31"))
    scene.rate({(scene.a, scene.d): 2, (scene.b, scene.d): None})
    scene.visit.refresh_from_db()
    assert list(scene.visit.people.all()) == [scene.a]
    assert scene.visit.version == 2
    scene.visit.people.clear()
    with pytest.raises(ValidationError):
        scene.rate({(gone, scene.d): 2})


def test_the_gain_of_the_month_is_published() -> None:
    scene = Scene()
    before = a_visit(site=scene.site, coach=scene.coach, done_on=a_day("2025-08-01"))
    a_rating(before, scene.a, scene.d, 1)
    scene.rate({(scene.a, scene.d): 3, (scene.a, scene.e): 2})
    values = {
        code: list(DataValue.objects.filter(unit=scene.site, element__code=code).values_list("value", flat=True))
        for code in ("COACH_RATED_AGAIN", "COACH_LEVELS_GAINED")
    }
    assert values == {"COACH_RATED_AGAIN": [1], "COACH_LEVELS_GAINED": [2]}


def opened(client: Client, url: str) -> dict[str, str]:
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_the_grid_is_filled_in_and_opened_again() -> None:
    scene = Scene()
    client, url = signed_in(scene.clerk), reverse("visit-ratings", args=[scene.visit.pk])
    cell = f"level-{scene.a.pk}-{scene.d.pk}"
    sent = opened(client, url)
    assert client.post(url, sent | {cell: "3"}).status_code == 302
    assert opened(client, url)[cell] == "3"
    assert client.post(url, sent | {cell: "3"}).status_code == 302
    late = client.post(url, sent | {cell: "1", f"level-{scene.b.pk}-{scene.d.pk}": "2"})
    assert late.status_code == 409
    assert late.context["form"].errors.keys() == {cell}
    again = {name: late.context["form"][name].value() or "" for name in late.context["form"].fields}
    assert client.post(url, again).status_code == 302
    assert scene.stored() == {(scene.a.pk, scene.d.pk): 1, (scene.b.pk, scene.d.pk): 2}


@pytest.mark.parametrize("typed", ["9", "-1", "2.5", "deux"])
def test_a_bad_level_is_refused_beside_its_field(typed: str) -> None:
    scene = Scene()
    client, url = signed_in(scene.clerk), reverse("visit-ratings", args=[scene.visit.pk])
    cell = f"level-{scene.a.pk}-{scene.d.pk}"
    answer = client.post(url, opened(client, url) | {cell: typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {cell}
    assert scene.stored() == {}


def test_who_meets_the_grid() -> None:
    scene = Scene()
    url = reverse("visit-ratings", args=[scene.visit.pk])
    assert signed_in(a_clerk_of(a_followed_site().unit)).get(url).status_code == 404
    assert signed_in(a_user(Role.VIEWER)).get(url).status_code == 403
    reader = signed_in(a_user(Role.RESEARCHER, language="en"))
    page = reader.get(url)
    assert page.status_code == 200
    assert "<select" not in page.content.decode().split("<main")[1]
    assert reader.post(url, {}).status_code == 403


def test_a_visit_without_anybody_to_rate_says_so() -> None:
    scene = Scene()
    scene.visit.people.clear()
    scene.a.delete()
    scene.b.delete()
    page = signed_in(scene.clerk).get(reverse("visit-ratings", args=[scene.visit.pk]))
    assert "Nobody to rate" in page.content.decode()
