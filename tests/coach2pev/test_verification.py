"""Registers against reports: recounts, the factor they give, and the pages."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from indicators.accounts.roles import Role
from indicators.models import Batch, DataElement, DataValue, OptionCombo, User
from indicators.periods import Period
from indicators.values.actions import Reported, write_values
from research.coach2pev.models import RegisterCheck, SupervisionVisit
from research.coach2pev.verification import queries
from research.coach2pev.verification.actions import Counted, record_checks
from research.coach2pev.verification.factor import Factor, Kind, Recount, factor
from research.revisions import Conflict
from tests.builders import (
    a_clerk_of,
    a_day,
    a_followed_site,
    a_user,
    a_visit,
    an_element,
    the_default_combo,
)


@pytest.mark.parametrize(
    ("recounts", "value", "kind"),
    [
        ([(40, 50), (45, 50)], 0.85, Kind.OVER_REPORTED),
        ([(60, 50)], 1.2, Kind.UNDER_REPORTED),
        ([(40, 50), (60, 50)], 1.0, Kind.AGREES),
        ([(0, 50)], 0.0, Kind.NOT_FOUND),
        ([(0, 0)], None, Kind.BOTH_ZERO),
        ([(3, 0)], None, Kind.NOT_REPORTED),
        ([(3, None)], None, Kind.MISSING),
        ([], None, Kind.MISSING),
        ([(10, 0), (10, 20), (99, None)], 1.0, Kind.AGREES),
    ],
)
def test_what_a_factor_says(recounts: list[tuple[int, int | None]], value: float | None, kind: Kind) -> None:
    found = factor(Recount(*one) for one in recounts)
    assert (found.value, found.kind) == (value, kind)


@given(some.lists(some.tuples(some.integers(0, 90), some.none() | some.integers(0, 90)), max_size=12))
def test_the_factor_is_sum_by_sum_and_never_a_mean(recounts: list[tuple[int, int | None]]) -> None:
    both = [(register, reported) for register, reported in recounts if reported is not None]
    found = factor(Recount(*one) for one in recounts)
    bottom = sum(reported for _, reported in both)
    slow = None if not bottom else sum(register for register, _ in both) / bottom
    assert found.value == slow
    assert (found.months, found.unreported) == (len(both), len(recounts) - len(both))


@pytest.mark.usefixtures("in_english")
@pytest.mark.django_db
class TestRecounts:
    def test_recounts_are_stored_changed_and_taken_away_with_their_history(self) -> None:
        by, visit, dtp1 = a_user(Role.LEAD), a_visit(), an_element("DTP1")
        key = ("202508", dtp1.pk)
        assert record_checks(visit, by=by, counted={key: Counted(40, 50, "page 3")}) == 1
        check = RegisterCheck.objects.get()
        assert (check.register, check.reported, check.note, check.created_by, check.version) == (
            40,
            50,
            "page 3",
            by,
            1,
        )
        assert record_checks(visit, by=by, counted={key: Counted(40, 50, "page 3")}) == 0, "sent again"
        assert record_checks(visit, by=by, counted={key: Counted(42, 50, "page 3", version=1)}) == 1
        assert record_checks(visit, by=by, counted={key: Counted(None, 50, version=2)}) == 1
        assert not RegisterCheck.objects.exists()
        assert [row.history_type for row in RegisterCheck.history.order_by("history_id")] == ["+", "~", "-"]
        assert {row.history_user for row in RegisterCheck.history.all()} == {by}

    def test_nobody_overwrites_unseen(self) -> None:
        by, visit, dtp1 = a_user(Role.LEAD), a_visit(), an_element("DTP1")
        august, july = ("202508", dtp1.pk), ("202507", dtp1.pk)
        record_checks(visit, by=by, counted={august: Counted(40, 50)})
        with pytest.raises(Conflict):
            record_checks(visit, by=by, counted={july: Counted(1, 1), august: Counted(41, 50)})
        assert RegisterCheck.objects.get().register == 40, "and nothing half-written"

    def test_a_blank_count_is_no_check_and_zero_is_one(self) -> None:
        by, visit, dtp1 = a_user(Role.LEAD), a_visit(), an_element("DTP1")
        counted = {("202507", dtp1.pk): Counted(None, 50), ("202508", dtp1.pk): Counted(0, None)}
        assert record_checks(visit, by=by, counted=counted) == 1
        check = RegisterCheck.objects.get()
        assert (check.month, check.register, check.reported) == ("202508", 0, None)

    @pytest.mark.parametrize("state", ["planned", "scheduled", "cancelled"])
    def test_a_visit_that_did_not_take_place_has_no_recounts(self, state: str) -> None:
        visit = a_visit(state=state, planned_on=a_day(), cancelled_reason="pluie" if state == "cancelled" else "")
        counted = {("202508", an_element("DTP1").pk): Counted(1)}
        with pytest.raises(ValidationError, match="takes place"):
            record_checks(visit, by=a_user(Role.LEAD), counted=counted)

    @pytest.mark.parametrize("month", ["202510", "2025", "2025Q3", "x", "", "20258", "202513"])
    def test_months_that_cannot_be_counted(self, month: str) -> None:
        counted = {(month, an_element("DTP1").pk): Counted(1)}
        with pytest.raises(ValidationError):
            record_checks(a_visit(), by=a_user(Role.LEAD), counted=counted)
        assert not RegisterCheck.objects.exists()

    @pytest.mark.parametrize(
        "one", [Counted(-1), Counted(1_000_001), Counted(1, -1), Counted(None, note="x"), Counted(1, note="x" * 301)]
    )
    def test_numbers_that_cannot_be(self, one: Counted) -> None:
        with pytest.raises(ValidationError):
            record_checks(a_visit(), by=a_user(Role.LEAD), counted={("202508", an_element("DTP1").pk): one})

    def test_only_doses_are_recounted(self) -> None:
        other = an_element("STOCK_DAYS_OUT")
        with pytest.raises(ValidationError, match="vaccine doses"):
            record_checks(a_visit(), by=a_user(Role.LEAD), counted={("202508", other.pk): Counted(1)})

    def test_who_may(self) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        counted = {("202508", dtp1.pk): Counted(1)}
        stranger = a_clerk_of(a_followed_site().unit)
        for user in (stranger, a_user(Role.RESEARCHER), a_user(Role.VIEWER)):
            with pytest.raises(PermissionDenied):
                record_checks(visit, by=user, counted=counted)
        assert record_checks(visit, by=a_clerk_of(visit.site), counted=counted) == 1


def checked(visit: SupervisionVisit, element: DataElement, **months: tuple[int, int | None]) -> None:
    counted = {(month.strip("m"), element.pk): Counted(*pair) for month, pair in months.items()}
    record_checks(visit, by=a_user(Role.LEAD), counted=counted)


@pytest.mark.usefixtures("in_english")
@pytest.mark.django_db
class TestFactors:
    def test_the_factor_of_a_site_sums_months_and_takes_the_latest_count(self) -> None:
        lead, dtp1, dtp3 = a_user(Role.LEAD), an_element("DTP1"), an_element("DTP3")
        site, other = a_followed_site().unit, a_followed_site().unit
        early = a_visit(site=site, state="done", done_on=a_day("2025-09-01"))
        late = a_visit(site=site, state="done", done_on=a_day("2025-10-01"))
        checked(late, dtp1, m202507=(50, 50))
        checked(early, dtp1, m202507=(10, 50), m202508=(40, 50))
        checked(early, dtp3, m202508=(9, None))
        checked(a_visit(site=other), dtp1, m202508=(20, 10))
        found = {(one.site, one.element): one.factor for one in queries.factors(lead)}
        assert found[site, dtp1] == Factor(90, 100, 2, 0)
        assert found[site, dtp3].kind == Kind.MISSING
        assert found[other, dtp1].value == 2
        sums = {
            element: (of_all.register, of_all.reported, sites)
            for element, of_all, sites in queries.sum_of(queries.factors(lead))
        }
        assert sums == {dtp1: (110, 110, 2), dtp3: (0, 0, 1)}
        assert [one.site for one in queries.factors(a_clerk_of(other))] == [other]
        assert len(queries.factors(lead, site=site)) == 2
        assert len(queries.factors(lead, element=dtp3)) == 1
        assert queries.factors(a_user(Role.VIEWER)) == []

    def test_a_visit_that_was_cancelled_after_all_does_not_count(self) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        checked(visit, dtp1, m202508=(1, 1))
        SupervisionVisit.objects.update(state="cancelled", done_on=None, planned_on=a_day(), cancelled_reason="erreur")
        assert queries.factors(a_user(Role.LEAD)) == []

    def test_as_many_queries_for_many_sites_as_for_few(self, django_assert_num_queries: Any) -> None:
        lead, dtp1 = a_user(Role.LEAD), an_element("DTP1")
        for number in (1, 6):
            for _ in range(number):
                checked(a_visit(), dtp1, m202508=(1, 1))
            user = User.objects.get(pk=lead.pk)
            with django_assert_num_queries(4):  # roles; checks, sites, elements
                queries.factors(user)


def reported(site: Any, element: DataElement, month: str, *values: float, demonstration: bool = False) -> None:
    batch = Batch.objects.create(origin="entry", label="rapport", demonstration=demonstration)
    default = the_default_combo().pk
    options = [default] + [OptionCombo.objects.create(uid=f"O{n:010d}", name=str(n)).pk for n in range(1, len(values))]
    code = Period.parse(month).code
    rows = [
        Reported(element.pk, code, site.pk, option, default, value)
        for option, value in zip(options, values, strict=True)
    ]
    write_values(rows, batch=batch)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.usefixtures("in_english")
@pytest.mark.django_db
class TestPages:
    def opened(self, client: Client, url: str) -> dict[str, Any]:
        form = client.get(url).context["form"]
        values = {name: form[name].value() for name in form.fields}
        return {name: "" if value is None else value for name, value in values.items()}

    def test_the_form_begins_with_what_was_reported_and_says_where_there_is_none(self) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        an_element("DTP2")
        reported(visit.site, dtp1, "202508", 30, 15)
        reported(visit.site, dtp1, "202507", 0, demonstration=True)
        client = signed_in(a_clerk_of(visit.site, language="en"))
        url = reverse("register-check", args=[visit.pk])
        page = client.get(url)
        text = page.content.decode()
        assert "Stored report: 45." in text
        assert "Stored report: 0." in text
        assert "No report is stored." in text
        sent = self.opened(client, url)
        assert [sent[f"reported-{month}-{dtp1.pk}"] for month in ("202506", "202507", "202508")] == ["", 0, 45] or [
            sent[f"reported-{month}-{dtp1.pk}"] for month in ("202506", "202507", "202508")
        ] == ["", "0", "45"]
        answer = client.post(url, sent | {f"register-202508-{dtp1.pk}": "36", f"register-202506-{dtp1.pk}": "7"})
        assert answer.status_code == 302
        assert {(row.month, row.register, row.reported) for row in RegisterCheck.objects.all()} == {
            ("202508", 36, 45), ("202506", 7, None)
        }  # fmt: skip
        page = client.get(url)
        assert "0.80" in page.content.decode()
        assert "1 month was counted without a report" in page.content.decode()
        assert client.post(url, self.opened(client, url)).status_code == 302
        assert RegisterCheck.history.count() == 2, "nothing was different"

    def test_a_stale_form_loses_nothing(self) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        client = signed_in(a_clerk_of(visit.site, language="en"))
        url = reverse("register-check", args=[visit.pk])
        mine = theirs = self.opened(client, url)
        name = f"register-202508-{dtp1.pk}"
        client.post(url, theirs | {name: "10"})
        page = client.post(url, mine | {name: "20"})
        assert page.status_code == 409
        assert RegisterCheck.objects.get().register == 10
        form = page.context["form"]
        again = {field: form[field].value() or "" for field in form.fields}
        assert again[name] == "20"
        assert client.post(url, again).status_code == 302
        assert RegisterCheck.objects.get().register == 20

    @pytest.mark.parametrize("typed", ["12 abc", "-1", "1.5", "٣", "1000001", "9" * 40])
    def test_bad_numbers_are_a_sentence_beside_their_field(self, typed: str) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        client = signed_in(a_clerk_of(visit.site, language="en"))
        url = reverse("register-check", args=[visit.pk])
        name = f"register-202508-{dtp1.pk}"
        page = client.post(url, self.opened(client, url) | {name: typed, f"register-202507-{dtp1.pk}": "5"})
        assert list(page.context["form"].errors) == [name]
        assert not RegisterCheck.objects.exists()

    def test_a_note_without_a_count_is_asked_about(self) -> None:
        visit, dtp1 = a_visit(), an_element("DTP1")
        client = signed_in(a_clerk_of(visit.site, language="en"))
        url = reverse("register-check", args=[visit.pk])
        page = client.post(url, self.opened(client, url) | {f"note-202508-{dtp1.pk}": "registre perdu"})
        assert list(page.context["form"].errors) == [f"register-202508-{dtp1.pk}"]

    def test_other_months_and_doses_are_chosen_in_the_address(self) -> None:
        visit, dtp3 = a_visit(), an_element("DTP3")
        client = signed_in(a_clerk_of(visit.site, language="en"))
        url = reverse("register-check", args=[visit.pk])
        page = client.get(url, {"depuis": "202501", "jusqua": "202502", "element": str(dtp3.pk)})
        assert f"register-202501-{dtp3.pk}" in page.context["form"].fields
        wrong: list[Any] = [
            {"depuis": "202502", "jusqua": "202501", "element": dtp3.pk},
            {"depuis": "202401", "jusqua": "202506", "element": dtp3.pk},
            {"depuis": "nul", "jusqua": "202506", "element": "x"},
            {"depuis": "209901", "jusqua": "209902", "element": dtp3.pk},
        ]
        for bad in wrong:
            page = client.get(url, bad)
            assert page.status_code == 200
            assert page.context["choice"].errors
            assert f"register-202508-{dtp3.pk}" in page.context["form"].fields

    def test_who_meets_the_pages(self) -> None:
        visit = a_visit()
        register, factors = reverse("register-check", args=[visit.pk]), reverse("verification-factors")
        clerk, stranger = a_clerk_of(visit.site), a_clerk_of(a_followed_site().unit)
        expected = {
            clerk: (200, 200), stranger: (404, 200), a_user(Role.LEAD): (200, 200), a_user(Role.RESEARCHER): (403, 200),
            a_user(Role.VIEWER): (403, 403),
        }  # fmt: skip
        for user, codes in expected.items():
            client = signed_in(user)
            assert (client.get(register).status_code, client.get(factors).status_code) == codes

    def test_the_page_of_factors_tells_zero_above_one_and_missing_apart(self) -> None:
        dtp1 = an_element("DTP1")
        for pair in ((0, 50), (60, 50), (3, 0), (5, None)):
            checked(a_visit(), dtp1, m202508=pair)
        client = signed_in(a_user(Role.LEAD, language="en"))
        text = client.get(reverse("verification-factors")).content.decode()
        for sentence in (
            "the register shows none",
            "shows more than was reported",
            "There is no ratio",
            "No month has",
        ):
            assert sentence in text
        assert client.get(reverse("verification-factors"), {"district": "x", "element": "999"}).status_code == 200
        assert DataValue.objects.count() == 0, "recounts correct nothing by themselves"
