"""A unit that gets another parent: from a day on, or because the old one was wrong; and what cannot be."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.geography.models import FormerParent, OrgUnit
from indicators.geography.move_actions import move_unit
from indicators.geography.queries import children_in, moves, parent_on, steps
from indicators.models import RefreshJob
from indicators.periods import Period
from tests.builders import a_unit, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

JULY = date(2024, 7, 1)


class Country:
    """A north and a south; the site and its village lie in the north."""

    def __init__(self) -> None:
        self.country = a_unit("country")
        self.north, self.south = a_unit("north", self.country), a_unit("south", self.country)
        self.site = a_unit("site", self.north)
        self.village = a_unit("village", self.site)

    def move(self, unit: OrgUnit, parent: OrgUnit, on: date = JULY, **fields: Any) -> FormerParent:
        return move_unit(unit=OrgUnit.objects.get(pk=unit.pk), parent=parent, on=on, **{"by": None} | fields)


def test_a_move_keeps_the_former_parent_until_the_day_before() -> None:
    it, somebody = Country(), a_user(Role.ADMINISTRATOR)
    row = it.move(it.site, it.south, by=somebody)
    site, village = OrgUnit.objects.get(pk=it.site.pk), OrgUnit.objects.get(pk=it.village.pk)
    assert (row.parent, row.until, site.parent) == (it.north, date(2024, 6, 30), it.south)
    assert village.path == f"{it.south.path}{site.pk}/{village.pk}/"
    assert [parent_on(site, day, moves()) for day in (row.until, JULY)] == [it.north.pk, it.south.pk]
    assert (row.history.get().history_user, site.history.first().history_user) == (somebody, somebody)


def test_the_children_of_a_period_are_those_of_its_months() -> None:
    it = Country()
    it.move(it.site, it.south)
    months = [Period.parse("202406"), Period.parse("202407")]
    for parent, there in ((it.north, months[0]), (it.south, months[1])):
        parts = children_in(parent, months)
        assert list(OrgUnit.objects.filter(parts.where)) == [OrgUnit.objects.get(pk=it.site.pk)]
        assert parts.only == {it.site.pk: {there}}
    assert children_in(it.north, months[:1]).only == {}, "all the months there are"
    assert not OrgUnit.objects.filter(children_in(it.north, months[1:]).where).exists()
    assert [unit.name for unit in OrgUnit.objects.filter(children_in(it.country, months).where)] == ["north", "south"]


def test_each_move_is_told_with_where_the_unit_went() -> None:
    it = Country()
    it.move(it.site, it.south, date(2023, 7, 1))
    it.move(it.site, it.north, date(2024, 7, 1))
    told = [(step.former, step.since, step.on.year) for step in steps(it.north)]
    assert told == [(it.north, it.south, 2023), (it.south, it.north, 2024)]
    assert steps(it.country) == []


@pytest.mark.parametrize(
    ("unit", "parent", "day", "field", "sentence"),
    [
        ("country", "site", JULY, "parent", "stands at the top of the tree"),
        ("site", "north", JULY, "parent", "already stands below north"),
        ("north", "village", JULY, "parent", "lies below this unit"),
        ("site", "site", JULY, "parent", "lies below this unit"),
        ("site", "south", None, "on", "has not come"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    unit: str, parent: str, day: date | None, field: str, sentence: str
) -> None:
    it = Country()
    day = day or timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        it.move(getattr(it, unit), getattr(it, parent), day)
    assert sentence in refused.value.message_dict[field][0]
    assert not FormerParent.objects.exists()
    assert OrgUnit.objects.get(pk=it.site.pk).parent == it.north


@pytest.mark.parametrize("day", [date(2024, 6, 30), JULY])
def test_a_move_comes_after_the_moves_before_it(day: date) -> None:
    it = Country()
    it.move(it.site, it.south)
    with pytest.raises(ValidationError, match="a later move comes after it"):
        it.move(it.site, it.north, day)
    it.move(it.site, it.north, JULY + timedelta(days=1))


def test_a_move_into_what_lay_below_the_unit_at_that_time_is_refused() -> None:
    """The south was below the site until the end of 2024: the site cannot have moved there in July."""
    it = Country()
    FormerParent.objects.create(unit=it.south, parent=it.site, until=date(2024, 12, 31))
    with pytest.raises(ValidationError, match="lay below it at that time"):
        it.move(it.site, it.south)
    it.move(it.site, it.south, date(2025, 1, 1))


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True))
    client.cookies["django_language"] = "en"
    return client


def save(
    office: Client, unit: OrgUnit, past: Sequence[tuple[FormerParent | None, OrgUnit, str]] = (), **changes: Any
) -> Any:
    """The unit's page sent with these rows of former parents."""
    fields: dict[str, Any] = {"uid": unit.uid, "name": unit.name, "parent": unit.parent_id or ""}
    for rows in ("aliases", "former_parents"):
        fields |= {f"{rows}-{part}": 0 for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
    fields["former_parents-TOTAL_FORMS"] = len(past)
    fields["former_parents-INITIAL_FORMS"] = sum(row is not None for row, _parent, _day in past)
    for place, (row, parent, day) in enumerate(past):
        prefix = f"former_parents-{place}"
        fields |= {f"{prefix}-unit": unit.pk, f"{prefix}-parent": parent.pk, f"{prefix}-until": day}
        fields |= {f"{prefix}-id": row.pk} if row else {}
    return office.post(reverse("admin:indicators_orgunit_change", args=[unit.pk]), fields | changes)


def test_another_parent_needs_a_word_on_the_past(office: Client) -> None:
    it = Country()
    answers: list[dict[str, Any]] = [{}, {"moved_on": "2024-07-01", "correction": "on"}, {"moved_on": "2031-02-30"}]
    for words in answers:
        response = save(office, it.site, parent=it.south.pk, **words)
        assert "moved_on" in response.context["adminform"].form.errors
    assert OrgUnit.objects.get(pk=it.site.pk).parent == it.north


def test_a_move_is_entered_with_its_day_and_asks_for_a_refresh(office: Client) -> None:
    it = Country()
    response = save(office, it.site, parent=it.south.pk, moved_on="2024-07-01", name="Site")
    assert response.status_code == 302
    row = FormerParent.objects.get()
    assert (row.unit, row.parent, row.until) == (it.site, it.north, date(2024, 6, 30))
    assert (row.unit.name, row.unit.parent) == ("Site", it.south)
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING
    listed = office.get(reverse("admin:indicators_formerparent_changelist"), {"q": "Site"})
    assert listed.status_code == 200
    assert [found.pk for found in listed.context["cl"].queryset] == [row.pk]
    assert office.get(reverse("admin:indicators_formerparent_add")).status_code == 403


def test_a_correction_leaves_no_trace_in_the_past(office: Client) -> None:
    it = Country()
    assert save(office, it.site, parent=it.south.pk, correction="on").status_code == 302
    assert OrgUnit.objects.get(pk=it.site.pk).parent == it.south
    assert not FormerParent.objects.exists()


def test_a_move_that_cannot_be_is_answered_beside_the_field(office: Client) -> None:
    it = Country()
    it.move(it.site, it.south)
    site = OrgUnit.objects.get(pk=it.site.pk)
    row = FormerParent.objects.get()
    same = [(row, it.north, "2024-06-30")]
    response = save(office, site, same, parent=it.north.pk, moved_on="2024-01-01")
    assert "a later move comes after it" in str(response.context["adminform"].form.errors["moved_on"])
    FormerParent.objects.create(unit=it.south, parent=it.site, until=date(2023, 12, 31))
    response = save(office, it.north, parent=it.site.pk, correction="on")
    assert "parent" in response.context["adminform"].form.errors


def test_the_past_is_corrected_on_the_units_page(office: Client) -> None:
    it = Country()
    row = it.move(it.site, it.south)
    site = OrgUnit.objects.get(pk=it.site.pk)
    assert save(office, site, [(row, it.north, "2024-03-31")]).status_code == 302
    row.refresh_from_db()
    assert row.until == date(2024, 3, 31)
    assert RefreshJob.objects.exists()
    assert save(office, site, [(row, it.north, "2024-03-31")], **{"former_parents-0-DELETE": "on"}).status_code == 302
    assert not FormerParent.objects.exists()


@pytest.mark.parametrize(
    ("parent", "day", "sentence"),
    [
        ("north", "2999-01-01", "lies before today"),
        ("south", "2024-06-30", "followed by itself"),
        ("village", "2024-06-30", "lay below the unit itself"),
    ],
)
def test_a_past_that_cannot_be_is_refused(office: Client, parent: str, day: str, sentence: str) -> None:
    it = Country()
    row = it.move(it.site, it.south)
    site = OrgUnit.objects.get(pk=it.site.pk)
    response = save(office, site, [(row, getattr(it, parent), day)])
    assert response.status_code == 200
    assert sentence in response.content.decode()
    row.refresh_from_db()
    assert (row.parent, row.until) == (it.north, date(2024, 6, 30))


def test_two_former_parents_of_one_day_are_refused(office: Client) -> None:
    it = Country()
    row = it.move(it.site, it.south)
    site = OrgUnit.objects.get(pk=it.site.pk)
    response = save(office, site, [(row, it.north, "2024-06-30"), (None, it.country, "2024-06-30")])
    assert response.status_code == 200
    assert FormerParent.objects.count() == 1


def test_the_past_of_a_unit_at_the_top_is_empty(office: Client) -> None:
    it = Country()
    response = save(office, it.country, [(None, it.south, "2024-06-30")])
    assert "stands at the top of the tree" in response.content.decode()


def test_a_move_and_a_correction_of_the_past_are_two_steps(office: Client) -> None:
    it = Country()
    row = it.move(it.site, it.south)
    site = OrgUnit.objects.get(pk=it.site.pk)
    past = [(row, it.north, "2024-03-31")]
    response = save(office, site, past, parent=it.country.pk, moved_on="2025-01-01")
    assert "Save the new parent first" in response.content.decode()
    assert OrgUnit.objects.get(pk=site.pk).parent == it.south
