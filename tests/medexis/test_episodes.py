"""Cards, entered stock-outs and monthly reports come to episodes; what contradicts stays in the open."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from research.medexis.episodes.actions import rebuild
from research.medexis.episodes.claims import CARD, ENTRY, Claim, claim_of_report
from research.medexis.episodes.reconcile import reconcile
from research.medexis.formulas.balance import Line
from research.medexis.models import CardLine, MovementReason, StockCard, StockLine, StockOut, StockOutEpisode
from tests.builders import a_product, a_stock_report, a_unit

TODAY = date(2025, 12, 31)
JANUARY, FEBRUARY, MARCH = (Period.parse(text) for text in ("202501", "202502", "202503"))


def entry(start: date, end: date | None, key: int = 1) -> Claim:
    return Claim(ENTRY, key, start, end)


def card(start: date, end: date | None) -> Claim:
    return Claim(CARD, 9, start, end)


def report(month: Period, days: int | None, *, key: int = 5, **line: Any) -> Claim:
    claim = claim_of_report(key, month, Line(days_out=days, **line))
    assert claim is not None
    return claim


def test_a_whole_month_out_is_all_its_days() -> None:
    (one,) = reconcile([report(FEBRUARY, 28)], today=TODAY)
    assert (one.start, one.end, one.days, one.precision) == (FEBRUARY.start, FEBRUARY.end, 28, "month")


def test_months_that_meet_without_stock_are_one_stock_out() -> None:
    said = [report(JANUARY, 10, closing=0), report(FEBRUARY, 28), report(MARCH, 3, opening=0, closing=50)]
    (one,) = reconcile(said, today=TODAY)
    assert (one.start, one.end, one.days, len(one.claims)) == (JANUARY.start, MARCH.end, 41, 3)
    apart = reconcile([report(JANUARY, 10, closing=20), report(FEBRUARY, 4, opening=20)], today=TODAY)
    assert [one.days for one in apart] == [10, 4]


def test_what_a_report_says_and_what_it_leaves_open() -> None:
    assert claim_of_report(1, JANUARY, Line(closing=5)) is None
    assert report(JANUARY, None, closing=0).days is None
    assert report(JANUARY, 300).days is None  # impossible: it was out, for how long is not known
    assert reconcile([report(JANUARY, 0, closing=5)], today=TODAY) == []
    (one,) = reconcile([report(JANUARY, 300)], today=TODAY)
    assert one.days is None


def test_the_card_prevails_and_what_differs_is_told() -> None:
    days = card(date(2025, 1, 10), date(2025, 1, 14))
    agreeing = [days, entry(date(2025, 1, 10), date(2025, 1, 14)), report(JANUARY, 5)]
    (one,) = reconcile(agreeing, today=TODAY, card_known=(date(2024, 1, 1), TODAY))
    assert (one.basis, one.days, one.disagreement, len(one.claims)) == ("card", 5, False, 3)
    (one,) = reconcile([days, entry(date(2025, 1, 12), date(2025, 1, 20))], today=TODAY)
    assert (one.start, one.end, one.disagreement) == (days.start, days.end, True)
    (one,) = reconcile([days, report(JANUARY, 0)], today=TODAY)
    assert one.disagreement  # the report denies it


def test_an_entry_against_a_card_that_shows_stock_is_kept_and_contradicted() -> None:
    said = [card(date(2025, 1, 1), date(2025, 1, 3)), entry(date(2025, 3, 1), date(2025, 3, 9))]
    first, second = reconcile(said, today=TODAY, card_known=(date(2024, 6, 1), TODAY))
    assert (first.basis, first.disagreement) == ("card", False)
    assert (second.basis, second.disagreement, second.days) == ("entry", True, 9)
    before_the_card = reconcile(said[1:], today=TODAY, card_known=(date(2025, 6, 1), TODAY))
    assert not before_the_card[0].disagreement


def test_what_goes_on_has_no_length_and_reports_are_held_against_the_days_so_far() -> None:
    (one,) = reconcile([entry(date(2025, 12, 20), None), report(Period.parse("202512"), 12)], today=TODAY)
    assert (one.end, one.days, one.disagreement) == (None, None, False)


days_of_2025 = st.integers(0, 364).map(lambda number: date(2025, 1, 1) + timedelta(days=number))


@given(st.lists(st.tuples(days_of_2025, st.integers(0, 40)), max_size=5), st.lists(st.integers(0, 31), max_size=12))
def test_no_source_is_lost_and_no_claim_is_counted_twice(spans: list[tuple[date, int]], reported: list[int]) -> None:
    """Every claim of days stands in some episode, and episodes of one basis share no day."""
    entries: list[Claim] = []
    for key, (start, more) in enumerate(sorted(spans)):
        if not entries or start > (entries[-1].end or date.max):
            entries.append(entry(start, start + timedelta(days=more), key))
    months = [Period.parse(f"2025{number:02}") for number in range(1, len(reported) + 1)]
    reports = [
        one for key, (month, days) in enumerate(zip(months, reported, strict=True), 100)
        if (one := claim_of_report(key, month, Line(days_out=days)))
    ]  # fmt: skip
    found = reconcile([*entries, *reports], today=date(2026, 12, 31))
    told = {(claim.source, claim.key) for one in found for claim in one.claims}
    assert {(claim.source, claim.key) for claim in entries} <= told
    assert {(claim.source, claim.key) for claim in reports if claim.days != 0} <= told
    dated = [one for one in found if one.precision == "day"]
    assert sum(one.days or 0 for one in dated) == sum(((c.end or c.start) - c.start).days + 1 for c in entries)
    touched = {Period.month_of(claim.start + timedelta(days=n)) for claim in entries
               for n in range(((claim.end or claim.start) - claim.start).days + 1)}  # fmt: skip
    assert not {month for one in found if one.precision == "month" for c in one.claims for month in [c.month]} & touched


@pytest.mark.django_db
class TestRebuilding:
    def made(self) -> tuple[Any, Any]:
        return a_unit(), a_product()

    def a_card(self, site: Any, product: Any, *lines: tuple[str, str, int]) -> StockCard:
        stock_card = StockCard.objects.create(site=site, product=product)
        for day, kind, quantity in lines:
            reason, _made = MovementReason.objects.get_or_create(
                key=kind, defaults={"name_fr": kind, "name_en": kind, "kind": kind, "column": "received"}
            )
            CardLine.objects.create(card=stock_card, occurred_on=day, reason=reason, quantity=quantity)
        return stock_card

    def test_all_sources_come_to_one_row_and_again_to_the_same(self) -> None:
        site, product = self.made()
        self.a_card(
            site, product, ("2025-01-01", "credit", 10), ("2025-01-10", "debit", 10), ("2025-01-15", "credit", 5)
        )
        StockOut.objects.create(site=site, product=product, start=date(2025, 1, 10), end=date(2025, 1, 16))
        StockLine.objects.create(report=a_stock_report("202501", site=site), product=product, days_out=5, closing=5)
        rebuild([(site.pk, product.pk)])
        row = StockOutEpisode.objects.get()
        assert (row.start, row.end, row.days, row.basis) == (date(2025, 1, 10), date(2025, 1, 14), 5, "card")
        assert row.disagreement
        assert [claim["source"] for claim in row.claims] == ["card", "entry", "report"]
        rebuild([(site.pk, product.pk)])
        assert StockOutEpisode.objects.get().pk == row.pk

    def test_a_corrected_source_changes_its_episode_and_no_other(self) -> None:
        site, product = self.made()
        other = a_product(key="bcg")
        for one in (product, other):
            StockOut.objects.create(site=site, product=one, start=date(2025, 1, 10), end=date(2025, 1, 16))
        rebuild([(site.pk, product.pk), (site.pk, other.pk)])
        kept = StockOutEpisode.objects.get(product=other).pk
        StockOut.objects.filter(product=product).update(start=date(2025, 1, 12))
        StockOut.objects.filter(product=other).delete()
        rebuild([(site.pk, product.pk)])
        assert StockOutEpisode.objects.get(product=product).start == date(2025, 1, 12)
        assert StockOutEpisode.objects.filter(pk=kept).exists()
        rebuild([(site.pk, other.pk)])
        assert not StockOutEpisode.objects.filter(product=other).exists()

    def test_made_up_where_any_claim_is(self) -> None:
        site, product = self.made()
        StockOut.objects.create(site=site, product=product, start=timezone.localdate(), demonstration=True)
        rebuild([(site.pk, product.pk)])
        assert StockOutEpisode.objects.get().demonstration

    def test_as_many_queries_for_many(self, django_assert_num_queries: Any) -> None:
        sites, product = [a_unit() for _number in range(12)], a_product()
        for site in sites:
            StockOut.objects.create(site=site, product=product, start=date(2025, 1, 1), end=date(2025, 1, 2))
        with django_assert_num_queries(6):
            rebuild([(sites[0].pk, product.pk)])
        with django_assert_num_queries(6):
            rebuild([(site.pk, product.pk) for site in sites[1:]])
        assert StockOutEpisode.objects.count() == 12

    def test_a_report_that_says_nothing_makes_none(self) -> None:
        site, product = self.made()
        StockLine.objects.create(report=a_stock_report("202501", site=site), product=product, closing=4)
        rebuild([(site.pk, product.pk)])
        rebuild([])
        assert not StockOutEpisode.objects.exists()
