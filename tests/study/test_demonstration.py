"""The demonstration: made once, marked everywhere, gone without a trace, never at the cost of a real record."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import CASCADE, Model
from django.test import TestCase
from django.utils import translation

from indicators.accounts.roles import Role
from indicators.audit.check import broken
from indicators.audit.models import AuditEntry
from indicators.audit.seal import seal_new
from indicators.demonstration import demonstrable_models
from indicators.models import (
    Aggregate,
    Batch,
    DataElement,
    DataValue,
    Denominator,
    OptionCombo,
    OrgUnit,
    OrgUnitGroup,
    RefreshJob,
    Source,
    UnitBoundary,
    User,
)
from indicators.periods import Frequency, Period, between
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from indicators.values.models import ChangedCell
from research.coach2pev.measures import codes
from research.coach2pev.measures.actions import publish_measures
from research.evidence.examine import examine_all
from research.evidence.kinds import find_all
from research.evidence.queries import missing_of
from research.medexis.formulas.balance import Flag, Line, flags
from research.medexis.models import StockLine, StockReport
from research.models import (
    ActionComment,
    ChecklistAnswer,
    Coachee,
    EvaluationSite,
    EvidenceLink,
    ExposureStage,
    Finding,
    ImprovementAction,
    Observation,
    Quote,
    RegisterCheck,
    SupervisionVisit,
    VisitPlan,
)
from research.study.demonstration import DemonstrationInUse, load_demonstration, remove_demonstration
from research.study.demonstration.doses import FIRST, LAST, Place, monthly_doses, surviving_infants
from research.study.demonstration.loading import StudyMissing
from research.study.demonstration.people import ACCOUNT
from research.study.demonstration.places import SITES, demonstration_places
from research.study.load import load_study
from tests.builders import a_user

MONTH = Period(Frequency.MONTH, 2025, 9)


def dump() -> dict[str, list[str]]:
    """Every row of every table of ours, history included, but the record of refreshes."""
    tables = {}
    for model in apps.get_models():
        if model._meta.app_label in ("indicators", "research") and model not in (RefreshJob, ChangedCell):
            rows: Any = model._default_manager.order_by("pk").values()
            tables[model._meta.label] = [json.dumps(row, default=str, sort_keys=True) for row in rows]
    return tables


def boura() -> OrgUnit:
    return OrgUnit.objects.get(name="Boura")


def write_real(unit: OrgUnit, value: float) -> None:
    element, default = DataElement.objects.get(code="DTP1"), OptionCombo.objects.get().pk
    record_values(
        [Reported(element.pk, MONTH.code, unit.pk, default, default, value)],
        origin=Batch.Origin.ENTRY,
        label="real",
        by=None,
    )


@pytest.mark.parametrize("place", SITES, ids=lambda place: place.key)
def test_the_same_seed_gives_the_same_doses(place: Place) -> None:
    assert monthly_doses(place) == monthly_doses(place)
    assert list(monthly_doses(place)) == list(between(FIRST, LAST))
    assert all((d.dtp1 or 0) >= 0 and (d.dtp3 or 0) >= 0 for d in monthly_doses(place).values())


def test_the_doses_hold_what_real_ones_hold() -> None:
    found = [(place, month, doses) for place in SITES for month, doses in monthly_doses(place).items()]
    assert any(doses.dtp1 is None for _, _, doses in found)
    assert any(doses.dtp1 == 0 for _, _, doses in found)
    assert any(doses.dtp1 and doses.dtp3 and doses.dtp3 > doses.dtp1 for _, _, doses in found)
    assert any((doses.dtp1 or 0) * 12 > surviving_infants(place)[month.year] for place, month, doses in found)
    nation = dict.fromkeys((2021, 2024), 0.0)
    for place in demonstration_places():
        for month, doses in monthly_doses(place).items():
            if month.year in nation:
                nation[month.year] += doses.dtp1 or 0
    assert nation[2024] > nation[2021]


@pytest.mark.django_db
def test_without_the_study_it_is_refused() -> None:
    with pytest.raises(StudyMissing):
        load_demonstration()
    with pytest.raises(CommandError, match="load_study"):
        call_command("load_demonstration")
    assert not OrgUnit.objects.exists()


class Loaded(TestCase):
    """A TestCase, because it loads once for all its tests and takes back what each of them does."""

    study: dict[str, list[str]]
    made: dict[type[Model], int]

    @classmethod
    def setUpTestData(cls) -> None:
        load_study()
        cls.study = dump()
        cls.made = load_demonstration(refresh=False)

    def test_every_made_up_row_is_marked(self) -> None:
        for model in demonstrable_models():
            marked = model._default_manager.filter(demonstration=True).count()
            before = len(self.study[model._meta.label])
            expected: dict[type[Model], int] = {EvaluationSite: self.made[EvaluationSite], Batch: Batch.objects.count()}
            assert marked == expected.get(model, model._default_manager.count() - before), model
        assert Batch.objects.exists()
        assert not Batch.objects.exclude(origin=Batch.Origin.DEMONSTRATION).exists()
        assert not SupervisionVisit.objects.exclude(created_by=None).exists()

    def test_the_three_levels_have_their_members(self) -> None:
        assert OrgUnitGroup.objects.get(key="gavi-44").units.count() == 44
        assert OrgUnitGroup.objects.get(key="hub-districts").units.count() == 4
        leaves = OrgUnit.objects.filter(children=None)
        assert leaves.count() == len(demonstration_places()) == 64
        assert not Denominator.objects.exclude(unit__in=leaves).exists()  # sums above are sums of what is below

    def test_a_second_time_makes_nothing(self) -> None:
        before, out = dump(), StringIO()
        with translation.override("en"):
            call_command("load_demonstration", "--no-refresh", stdout=out)
        assert "Nothing changed." in out.getvalue()
        assert dump() == before
        assert not any(counts.changed for counts in load_study().values())

    def test_the_entries_hold_what_entries_hold(self) -> None:
        states = set(SupervisionVisit.objects.values_list("state", flat=True))
        assert states == set(SupervisionVisit.State.values)
        assert not SupervisionVisit.objects.filter(site__parent__name="Yorosso", state="done").exists()
        done = SupervisionVisit.objects.filter(state="done")
        assert done.filter(checklist=None).exists()
        assert set(ChecklistAnswer.objects.values_list("answer", flat=True)) == {"yes", "partial", "no", "na"}
        self.the_coaching_holds_what_coaching_holds()
        raised = {
            flag
            for row in StockLine.objects.all()
            for flag in flags(Line(*(getattr(row, name) for name in Line.__dataclass_fields__)))
        }
        assert {Flag.IMBALANCE, Flag.ZERO_WITHOUT_DAYS_OUT, Flag.INCOMPLETE} <= raised
        assert StockReport.objects.count() < 8 * 12
        assert {o.site.parent.name for o in Observation.objects.filter(sensitivity="restricted")} == {"Yorosso"}  # type: ignore[union-attr]
        assert Quote.objects.filter(language="bm", text__contains="ɲ").exclude(translation_fr="").exists()
        assert not Observation.objects.filter(site__parent__name="Yorosso", sensitivity="normal").exists()

    def the_coaching_holds_what_coaching_holds(self) -> None:
        actions = ImprovementAction.objects.all()
        assert set(actions.values_list("state", flat=True)) == set(ImprovementAction.State.values)
        assert actions.filter(failed_again__gt=0, reopened_by__isnull=False).exists()
        assert not actions.filter(site__parent__name="Yorosso").exists()
        assert ActionComment.objects.filter(created_at__year=2025).count() == ActionComment.objects.count() > 0
        twice = SupervisionVisit.objects.filter(second_coach__isnull=False)
        assert all(visit.answers.filter(assessor=2).exists() for visit in twice)
        assert twice.filter(ratings__assessor=2).exists()
        plan = VisitPlan.objects.get()
        drawn = {row["site"] for row in plan.ranking if row["chosen"]}
        assert (plan.method, len(drawn)) == ("random", 4)
        assert set(plan.visits.values_list("site", flat=True)) <= drawn
        checks = RegisterCheck.objects.all()
        assert checks.filter(reported__isnull=False).exists()
        assert any(check.register > (check.reported or 0) for check in checks)
        assert not User.objects.get(username=ACCOUNT).is_active
        assert SupervisionVisit.objects.filter(state="done", people=None).exists()
        assert ExposureStage.objects.filter(demonstration=True).count() == 11

    def test_every_measure_of_the_coaching_has_values(self) -> None:
        found = DataValue.objects.filter(element__code__in=codes.ALL).values_list("element__code", flat=True)
        assert set(found) == set(codes.ALL)
        assert not DataValue.objects.filter(element__code__in=codes.ALL, batch__demonstration=False).exists()

    def test_findings_rest_on_made_up_records_and_numbers_are_linked_once_they_are_there(self) -> None:
        approved = Finding.objects.filter(state="approved")
        assert approved.count() == 2
        assert not any(missing_of(finding) for finding in approved)
        assert missing_of(Finding.objects.get(state="submitted"))  # something to review that is not whole
        kinds = set(EvidenceLink.objects.values_list("kind", flat=True))
        assert kinds == {"observation", "quote", "visit", "action", "stock_out"}
        shown = find_all(EvidenceLink.objects.values_list("kind", "key"), None)
        assert len(shown) == EvidenceLink.objects.count()
        assert all(item.demonstration and not item.withdrawn for item in shown.values())
        assert examine_all() == 0
        refresh_now(RefreshJob.Scope.EVERYTHING)
        assert sum(load_demonstration(refresh=False).values()) == 2
        assert examine_all() == 1  # the series ends before the data do

    def test_a_person_keeps_what_rests_on_the_demonstration(self) -> None:
        coachee = Coachee.objects.filter(demonstration=True).first()
        visit = SupervisionVisit.objects.create(site=boura(), state="done", done_on=date(2025, 9, 4))
        assert coachee
        visit.people.add(coachee)
        with pytest.raises(DemonstrationInUse) as error:
            remove_demonstration()
        assert [(model, count) for model, _field, count in error.value.uses] == [(SupervisionVisit.people.through, 1)]

    def test_an_edited_made_up_visit_leaves_nothing_behind(self) -> None:
        visit = SupervisionVisit.objects.filter(state="done").exclude(people=None).first()
        assert visit
        visit.people.clear()
        visit.save()
        remove_demonstration()
        assert dump() == self.study

    def test_measures_are_published_as_values(self) -> None:
        def total(code: str) -> float:
            return sum(DataValue.objects.filter(element__code=code).values_list("value", flat=True))

        assert total("COACH_VISITS_DONE") == SupervisionVisit.objects.filter(state="done").count()
        assert total("STOCK_REPORTS") == StockReport.objects.count()
        assert 0 < total("COACH_POINTS") < total("COACH_POSSIBLE")
        assert total("STOCK_DAYS_OUT") > 0
        assert 0 < total("STOCKOUT_DAYS_WHOLE_ZERO") < total("STOCKOUT_DAYS_CALENDAR")

    def test_removed_it_leaves_the_study_as_it_was(self) -> None:
        remove_demonstration()
        assert dump() == self.study
        assert not ChangedCell.objects.exists()

    def test_removed_after_it_was_sealed_the_journal_holds_and_says_why(self) -> None:
        seal_new()
        remove_demonstration()
        seal_new()
        assert list(broken()) == []
        reasons = AuditEntry.objects.filter(rewritten=True).values_list("reason", flat=True)
        assert set(reasons) == {"demonstration removed"}

    def test_removed_after_a_refresh_no_aggregate_stays(self) -> None:
        call_command("refresh_aggregates", stdout=StringIO())
        assert Aggregate.objects.filter(demonstration=True).exists()
        out = StringIO()
        with translation.override("en"):
            call_command("remove_demonstration", stdout=out)
        assert not Aggregate.objects.exists()
        assert f"supervision visits: {self.made[SupervisionVisit]} removed" in out.getvalue()
        with translation.override("en"):
            call_command("remove_demonstration", stdout=out)
        assert "There is no demonstration data." in out.getvalue()

    def test_a_real_visit_stays_and_its_months_are_measured_without_the_made_up_ones(self) -> None:
        site = OrgUnit.objects.get(name="Kologo")
        SupervisionVisit.objects.create(site=site, state="done", done_on=date(2025, 9, 4))
        publish_measures([(site, MONTH)], by=None)
        of_the_site = DataValue.objects.filter(element__code="COACH_VISITS_DONE", unit=site)
        remove_demonstration()
        assert SupervisionVisit.objects.get().site == site
        assert [(v.period, v.value, v.batch.demonstration) for v in of_the_site] == [(MONTH.code, 1, False)]

    def test_a_real_record_at_a_made_up_place_is_named_and_nothing_goes(self) -> None:
        district = OrgUnit.objects.get(name="District de démonstration 01")
        write_real(district, 12)
        a_user(Role.CLERK, districts=[district])
        before = dump()
        with pytest.raises(DemonstrationInUse) as error:
            remove_demonstration()
        assert {(model, count) for model, _field, count in error.value.uses} == {
            (DataValue, 1),
            (User.districts.through, 1),
        }
        with translation.override("en"), pytest.raises(CommandError, match="Nothing was removed"):
            call_command("remove_demonstration")
        assert dump() == before

    def test_a_plan_that_a_person_changed_stays(self) -> None:
        site = EvaluationSite.objects.get(evaluation__code="medexis", unit=boura())
        site.expected_from = date(2025, 2, 1)
        site._history_user = a_user(Role.LEAD)  # type: ignore[attr-defined]
        site.save()
        remove_demonstration()
        site.refresh_from_db()
        assert (site.expected_from, site.expected_to, site.demonstration) == (
            date(2025, 2, 1),
            date(2025, 12, 31),
            False,
        )
        others = EvaluationSite.objects.exclude(pk=site.pk)
        assert not others.exclude(expected_from=None, expected_to=None).exists()


@pytest.mark.django_db
def test_a_real_number_a_real_month_and_a_real_denominator_are_never_overwritten() -> None:
    load_study()
    write_real(boura(), 77)
    report = StockReport.objects.create(site=boura(), period=MONTH.code, received_on=date(2025, 10, 3))
    real = Denominator.objects.create(
        unit=boura(), year=2025, kind="surviving_infants", value=700, source=Source.objects.get(key="zdlh-mali")
    )
    load_demonstration(refresh=False)
    kept = DataValue.objects.get(element__code="DTP1", unit=boura(), period=MONTH.code)
    assert (kept.value, kept.batch.demonstration) == (77, False)
    assert StockReport.objects.get(site=boura(), period=MONTH.code) == report
    assert Denominator.objects.get(unit=boura(), year=2025, preferred=True) == real
    remove_demonstration()
    assert [d.pk for d in Denominator.objects.all()] == [real.pk]
    assert [(v.value, v.batch.demonstration) for v in DataValue.objects.filter(element__code="DTP1")] == [(77, False)]


def test_models_without_a_mark_are_counted_with_their_whole() -> None:
    """A new kind of part (a row that only belongs to a marked one) must be added to the removal."""
    from research.study.demonstration.removal import _PARTS

    marked, parts = set(demonstrable_models()), set[Any]()
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label == "research" and not model._meta.label.startswith("research.Historical")
    ]
    for _level in range(3):  # parts of parts too
        parts |= {
            model
            for model in ours
            for f in model._meta.fields
            if f.is_relation and f.related_model in marked | parts and _cascades(f) and model not in marked
        }
    assert parts == set(_PARTS)


def _cascades(field: Any) -> bool:
    return field.remote_field.on_delete is CASCADE


@pytest.mark.django_db
def test_every_place_that_reports_has_a_place_on_the_map_and_real_boundaries_stay() -> None:
    load_study()
    real = {"type": "Point", "coordinates": [-5.0, 12.9]}
    kept = UnitBoundary.objects.create(unit=boura(), geometry=real)
    load_demonstration(refresh=False)
    rows = UnitBoundary.objects.select_related("unit")
    assert {row.unit.level for row in rows if row.geometry["type"] == "Polygon"} == {3}
    assert rows.filter(unit__level=3).count() == 56
    assert rows.filter(unit__level=4).count() == 12
    assert UnitBoundary.objects.get(demonstration=False) == kept
    corners = [tuple(corner) for row in rows.filter(unit__level=3) for corner in row.geometry["coordinates"][0][:-1]]
    assert len(set(corners)) < len(corners) / 2  # each is shared by two or three neighbours
    assert load_demonstration(refresh=False)[UnitBoundary] == 0
    remove_demonstration(refresh=False)
    assert list(UnitBoundary.objects.all()) == [kept]
