"""The study's files load whole, twice is once, a bad file loads nothing and says where it is bad."""

import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from indicators.accounts.roles import Role
from indicators.models import DataElement, OrgUnit, OrgUnitAlias, OrgUnitGroup, PublishedFigure, Source
from indicators.periods import Period
from research.coach2pev.measures.codes import ALL as COACHING
from research.medexis.episodes.days import CODES
from research.medexis.measures.codes import OWN as STOCK
from research.models import (
    AssessmentFactor,
    Evaluation,
    EvaluationSite,
    ExposureStage,
    LearningQuestion,
    Observation,
    Partner,
    Product,
    StockReport,
    StudyDistrict,
    StudySite,
    SupervisionVisit,
    Typology,
)
from research.study.files import DIRECTORY
from research.study.load import load_study
from research.study.problems import StudyFileError
from tests.builders import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the study's files that a test may spoil."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "files"))


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def test_the_four_districts_and_eight_cscom_of_the_page() -> None:
    load_study()
    found = {str(d): (d.typology.key, [str(site) for site in d.sites.all()]) for d in StudyDistrict.objects.all()}
    assert found == {
        "Ségou": ("urban", ["Pelengana Nord", "Cinzana Gare"]),
        "Yorosso": ("conflict", ["Boura", "Karangana"]),
        "Bougouni": ("special", ["Bougouni Est", "Kologo"]),
        "Niono": ("rural", ["Niono Central", "Ndebougou"]),
    }
    assert [t.key for t in Typology.objects.filter(is_conflict=True)] == ["conflict"]
    for site in StudySite.objects.all():
        assert site.unit.level == 4
        assert site.unit.parent == site.district.unit
        assert site.unit.path == f"{site.district.unit.path}{site.unit.pk}/"


def test_another_spelling_finds_the_same_place_and_a_doubtful_one_finds_none() -> None:
    load_study()
    assert OrgUnitAlias.objects.get(normalised="ndebougou").unit.name == "Ndebougou"
    assert not OrgUnitAlias.objects.filter(name__in=["Bougouni Oest", "Asaco-Sodia", "Aniasco"]).exists()


def test_eight_questions_of_which_two_are_compound_and_two_are_evaluated() -> None:
    load_study()
    questions = LearningQuestion.objects.all()
    assert [q.number for q in questions] == list(range(1, 9))
    assert {q.number: q.parts.count() for q in questions if q.parts.exists()} == {1: 2, 6: 2}
    assert {e.code: e.learning_question.number for e in Evaluation.objects.all()} == {"coach2pev": 8, "medexis": 7}
    assert all({g.acronym for g in q.grants.all()} == {"EAF", "HSS-3"} for q in questions)
    assert AssessmentFactor.objects.filter(typology__key="conflict").count() == 7


def test_every_text_stands_in_both_languages_and_every_row_names_its_source() -> None:
    found = load_study()
    for model in found:
        names = {f.name for f in model._meta.fields}
        for row in model._default_manager.all():
            for stem in {name[:-3] for name in names if name.endswith("_fr")}:
                assert bool(getattr(row, f"{stem}_fr")) == bool(getattr(row, f"{stem}_en")), (row, stem)
            if "source" in names:
                assert row.source is not None, row  # type: ignore[attr-defined]
    question = LearningQuestion.objects.get(number=8)
    with translation.override("fr"):
        assert question.short == "Coach2PEV et capacités du personnel"
    with translation.override("en"):
        assert question.short == "Coach2PEV and staff capacity"


def test_exposure_is_what_the_source_says_and_no_plan_is_invented() -> None:
    load_study()
    coached = EvaluationSite.objects.with_exposure().filter(evaluation__code="coach2pev")
    districts = {(str(site.unit.parent), site.exposed_from is not None) for site in coached}
    assert districts == {("Ségou", True), ("Bougouni", True), ("Niono", True), ("Yorosso", False)}
    assert not ExposureStage.objects.filter(site__evaluation__code="medexis").exists()
    assert set(ExposureStage.objects.values_list("stage", "approximate")) == {("first_use", True)}
    assert not EvaluationSite.objects.exclude(expected_from=None, expected_to=None).exists()
    assert "vaccins" in Evaluation.objects.get(code="medexis").caveat_fr


def test_printed_figures_and_only_those() -> None:
    load_study()
    printed = PublishedFigure.objects.filter(source__key="zdlh-mali")
    values = {(f.printed_place, f.period and Period.from_code(f.period).id): f.value for f in printed if f.value}
    assert values == {
        ("Bougouni Oest", None): 100,
        ("Bougouni Oest", "2023Q4"): 48,
        ("Bougouni Oest", "2024Q1"): 142,
        ("Aniasco", None): 100,
        ("Asaco-Sodia", "2022Q4"): 142,
        ("Asaco-Sodia", "2023Q2"): 74,
        ("Asaco-Sodia", "2024Q1"): 59,
        ("Boura", "2022Q4"): 107,
        ("Boura", "2023Q2"): 62,
        ("Boura", None): 100,
        ("these sub-districts", None): 155,
    }
    ranges = {(f.printed_place, f.low, f.high) for f in printed if f.precision == "range"}
    assert ranges == {("N'Debougou", 40, 50), ("Niono Central", 40, 50), ("Kologo", 40, 50)}
    assert {f.printed_place for f in printed.filter(precision="about")} == {"Bougouni Oest", "Aniasco"}
    assert {f.printed_place for f in printed.filter(unit=None)} == {
        "Bougouni Oest",
        "Aniasco",
        "Asaco-Sodia",
        "these sub-districts",
    }
    assert PublishedFigure.objects.get(key="zero-dose-mali-2021").value == 157_055


def test_national_estimates_equal_the_published_workbook() -> None:
    workbook = Path(settings.BASE_DIR).parent / "shared" / "data" / "wuenic2024.xlsx"
    if not workbook.exists() and not os.environ.get("CI"):
        pytest.skip(f"{workbook} is not on this machine")
    import python_calamine

    load_study()
    book = python_calamine.CalamineWorkbook.from_path(workbook)
    for vaccine, indicator in (("DTP1", "dtp1_coverage"), ("DTP3", "dtp3_coverage")):
        header, *rows = book.get_sheet_by_name(vaccine).to_python()
        [mali] = [dict(zip(header, row, strict=True)) for row in rows if row[header.index("iso3")] == "MLI"]
        figures = PublishedFigure.objects.filter(indicator=indicator, source__key="wuenic-2024")
        ours = {str(Period.from_code(f.period).year): f.value for f in figures if f.period}
        assert ours == {str(year): mali[str(year)] for year in range(2019, 2025)}


def test_measures_and_the_tracer_exist_for_the_rooms_that_publish() -> None:
    load_study()
    codes = {"DTP1", "DTP3", *COACHING, *STOCK, *CODES.values()}
    assert set(DataElement.objects.values_list("code", "concept")) == {(code, code) for code in codes}
    assert [p.key for p in Product.objects.filter(tracer=True)] == ["penta"]
    hub_districts = OrgUnitGroup.objects.get(key="hub-districts")
    assert {unit.name for unit in hub_districts.units.all()} == {"Ségou", "Yorosso", "Bougouni", "Niono"}
    assert OrgUnitGroup.objects.get(key="gavi-44").units.count() == 0  # no source lists its members


def test_a_second_load_changes_nothing_and_says_so() -> None:
    load_study()
    history = {model: model.history.count() for model in (OrgUnit, LearningQuestion, PublishedFigure)}
    out = StringIO()
    with translation.override("en"):
        call_command("load_study", stdout=out)
    assert "Nothing changed." in out.getvalue()
    assert "organisation units: 0 created, 0 updated, 15 unchanged" in out.getvalue()
    assert {model: model.history.count() for model in history} == history


def test_a_changed_record_updates_its_row_and_no_other(files: Path) -> None:
    load_study()
    spoil(files / "hub.yaml", 'role_en: "Leads the learning hub"', 'role_en: "Runs the learning hub"')
    found = load_study(directory=files)
    assert {model: counts.updated for model, counts in found.items() if counts.changed} == {Partner: 1}
    assert Partner.objects.get(key="ganeshaid").history.count() == 2


def test_a_place_that_moved_takes_what_is_below_it_along(files: Path) -> None:
    load_study()
    spoil(files / "places.yaml", 'name: "Yorosso", parent: region-sikasso', 'name: "Yorosso", parent: region-segou')
    load_study(directory=files)
    boura = OrgUnit.objects.get(name="Boura")
    assert boura.path.startswith(OrgUnit.objects.get(name="Région de Ségou").path)


def test_what_a_person_edited_is_kept_unless_told_otherwise() -> None:
    load_study()
    partner = Partner.objects.get(key="ganeshaid")
    partner.name_en = "GaneshAID (Mali)"
    partner._history_user = a_user(Role.ADMINISTRATOR)  # type: ignore[attr-defined]
    partner.save()
    assert load_study()[Partner].kept == 1
    partner.refresh_from_db()
    assert partner.name_en == "GaneshAID (Mali)"
    assert load_study(overwrite=True)[Partner].updated == 1
    partner.refresh_from_db()
    assert partner.name_en == "GaneshAID"


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("grants.yaml", "start_year: 2024", "start_year: about 2024", "grants.yaml, record eaf, start_year"),
        ("grants.yaml", 'name_en: "Equity Accelerator Funding"', "", "record eaf, name: "),
        ("strategies.yaml", "parent: fpp", "parent: fqp", "record fpp-session-times, parent"),
        ("figures.yaml", "period: 2023Q4", "period: 2023Q5", "record bougouni-oest-2023q4, period"),
        ("figures.yaml", "precision: about", "precision: roughly", "record bougouni-oest-general, precision"),
        ("hub.yaml", "end: 2025-12-31", "end: 2025-12-32", "record capev, end"),
        ("questions.yaml", "    - number: 2\n", "    - number: 1\n", "questions.yaml 1/parts, record 1"),
        ("products.yaml", "key: bcg", "key: penta", "products.yaml, record penta"),
        ("typologies.yaml", ", order: 1, source: zdlh-mali", ", order: 1", "record urban, source"),
        ("typologies.yaml", "order: 1,", "order: 1, colour: red,", "record urban, colour"),
        ("wuenic.csv", "81,percent", "81 %,percent", "wuenic.csv, record wuenic-dtp1-2019, value"),
        ("wuenic.csv", "81,percent,", "81,percent,x,", "wuenic.csv, record 1"),
        ("hub.yaml", "acronym: CAPEV", "acronym: CAPEV\n  acronym: CAPEV", "hub.yaml, line 3"),
        ("hub.yaml", "- key: capev", "key: [capev", "hub.yaml, line"),
    ],
)
def test_a_bad_record_is_named_and_nothing_is_loaded(
    files: Path, file: str, before: str, after: str, said: str
) -> None:
    spoil(files / file, before, after)
    with translation.override("en"), pytest.raises(CommandError) as error:
        call_command("load_study", directory=files)
    assert said in str(error.value)
    assert not Source.objects.exists()


def test_a_missing_file_is_named(files: Path) -> None:
    (files / "places.yaml").unlink()
    with pytest.raises(StudyFileError, match=r"places\.yaml"):
        load_study(directory=files)


def test_the_study_ships_no_records_that_people_enter() -> None:
    load_study()
    assert not SupervisionVisit.objects.exists()
    assert not StockReport.objects.exists()
    assert not Observation.objects.exists()
