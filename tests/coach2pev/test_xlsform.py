"""XLSForm workbooks as checklists: what is read, what is refused and where, and that what goes out comes back equal."""

import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from indicators.accounts.roles import Role
from indicators.exchange.problems import BadFile
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList
from research.coach2pev.visits.answers import problems, read_answer
from research.coach2pev.visits.sheets import sheet_of
from research.coach2pev.xlsform.actions import store_form
from research.coach2pev.xlsform.columns import column_of
from research.coach2pev.xlsform.forms import Form, Reading
from research.coach2pev.xlsform.reading import read_form
from research.coach2pev.xlsform.rows import form_of
from research.coach2pev.xlsform.writing import workbook_of
from tests.builders import a_checklist, a_user
from tests.coach2pev.xlsforms import HEADER, YES_NO, a_file, a_workbook
from tests.exchange import shared_data

MALI = shared_data.FOLDER / "mali_health_xlsform.xlsx"


def read(folder: Path, survey: list[list[Any]], choices: Any = None, settings: Any = None, **more: Any) -> Reading:
    return read_form(a_file(folder, a_workbook(survey, choices, settings, **more)), "fichier")


def said(reading: Reading) -> list[tuple[str, int, str]]:
    return [(problem.sheet, problem.row, problem.column) for problem in reading.problems]


def form(reading: Reading) -> Form:
    assert reading.form is not None, reading.problems
    return reading.form


# What is read


@pytest.mark.skipif(not MALI.exists(), reason="the health ministry's form is not on this machine")
@pytest.mark.django_db
def test_the_form_of_malis_health_facilities_loads_whole_and_cascades() -> None:
    found = form(read_form(MALI))
    assert [len(section.items) for section in found.sections] == [15]
    assert {one.code: len(one.choices) for one in found.lists} == {
        "region": 9, "district": 60, "structure": 61, "type": 3, "source": 2,
    }  # fmt: skip
    checklist, new = store_form(found, by=a_user(Role.LEAD))
    assert new
    assert checklist.state == "draft"
    sheet = sheet_of(checklist)
    items = sheet.by_code

    def answers(**raw: str) -> dict[str, Any]:
        return {code: read_answer(items[code], text) for code, text in raw.items()}

    assert not problems(sheet, answers(region="kayes", DISTRICT="kita", PCODE2="AbC1234"))
    assert set(problems(sheet, answers(region="gao", DISTRICT="kita", PCODE2="AbC123"))) == {"DISTRICT", "PCODE2"}
    assert form_of(checklist) == found


def test_groups_become_sections_and_inner_groups_carry_the_conditions_of_both(tmp_path: Path) -> None:
    survey = [
        [*HEADER, "relevant"],
        ["integer", "agents", "Agents", "Staff"],
        ["begin group", "froid", "Froid", "Cold", "${agents} > 0"],
        ["text", "a", "A", "A"],
        ["begin_group", "frigo", "Frigo", "Fridge", "${a} != ''"],
        ["text", "b", "B", "B"],
        ["end_group"],
        ["text", "c", "C", "C", "${b} = 'x'"],
        ["end group", "froid"],
    ]
    sections = form(read(tmp_path, survey)).sections
    assert [(one.code, one.name_fr, one.relevant, [item.code for item in one.items]) for one in sections] == [
        ("form", "fichier", "", ["agents"]),
        ("froid", "Froid", "${agents} > 0", ["a"]),
        ("frigo", "Froid – Frigo", "(${agents} > 0) and (${a} != '')", ["b"]),
        ("froid_2", "Froid", "${agents} > 0", ["c"]),
    ]


def test_yes_and_no_are_taken_as_such_and_earn_a_point_where_the_file_gives_none(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEADER, ["select_one on", "a", "A", "A"], ["integer", "n", "N", "N"]], YES_NO)
    first, second = form(reading).items
    assert (first.kind, first.weight, first.partial, first.not_applicable) == ("yes_no", 1, False, False)
    assert second.weight == 0
    assert not form(reading).lists
    assert any("points" in notice.sentence for notice in reading.notices)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("label::Français (fr)", ("label", "fr")),
        ("label::francais", ("label", "fr")),
        ("Label:English", ("label", "en")),
        ("hint :: Bambara (bm)", ("hint", "bm")),
        ("label", ("label", "")),
        ("relevance", ("relevant", "")),
        ("bind::constraint", ("constraint", "")),
        ("constraint message", ("constraint_message", "")),
        ("list name", ("list_name", "")),
        ("capev::action::French (fr)", ("capev::action", "fr")),
        ("region", ("region", "")),
    ],
)
def test_columns_in_all_their_spellings(header: str, column: tuple[str, str]) -> None:
    assert tuple(column_of(header)) == column


def test_a_text_in_one_language_serves_for_both(tmp_path: Path) -> None:
    reading = read(tmp_path, [["type", "name", "label"], ["text", "a", "Ici"]])
    assert (form(reading).items[0].text_fr, form(reading).items[0].text_en) == ("Ici", "Ici")
    default = [["default_language", "form_title"], ["English", "Title"]]
    rows = [["type", "name", "label", "label::French (fr)"], ["text", "a", "Here", "Ici"]]
    item = form(read(tmp_path, rows, None, default)).items[0]
    assert (item.text_fr, item.text_en) == ("Ici", "Here")


def test_what_has_no_counterpart_is_kept_as_a_text_or_left_out_and_named(tmp_path: Path) -> None:
    survey = [HEADER, ["start", "start"], ["image", "photo", "Photo", "Photo"], ["today", "today"], ["range", "r", "R"]]
    reading = read(tmp_path, survey)
    assert [(item.code, item.kind) for item in form(reading).items] == [
        ("photo", "text"), ("today", "calculated"), ("r", "number"),
    ]  # fmt: skip
    assert [notice.row for notice in reading.notices if notice.row > 1] == [2, 3, 4, 5]


def test_columns_sheets_languages_and_lists_that_are_not_taken_in_are_named(tmp_path: Path) -> None:
    survey = [[*HEADER, "label::Bambara (bm)", "appearance"], ["text", "a", "A", "A", "A", "multiline"]]
    reading = read(tmp_path, survey, YES_NO, None, entities=[["a"], ["b"]])
    words = " ".join(notice.sentence + notice.column for notice in reading.notices)
    for name in ("bm", "appearance", "entities", "on"):
        assert name in words


def test_or_other_becomes_a_choice(tmp_path: Path) -> None:
    choices = [YES_NO[0], ["c", "a", "A", "A"], ["c", "b", "B", "B"]]
    found = form(read(tmp_path, [HEADER, ["select_one c or_other", "x", "X", "X"]], choices))
    assert [choice.code for choice in found.lists[0].choices] == ["a", "b", "other"]


# What is refused, and where


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (["select_one_from_file x.csv", "a", "A", "A"], ("survey", 3, "type")),
        (["wormhole", "a", "A", "A"], ("survey", 3, "type")),
        (["select_one nowhere", "a", "A", "A"], ("survey", 3, "type")),
        (["text", "", "A", "A"], ("survey", 3, "name")),
        (["text", "1a", "A", "A"], ("survey", 3, "name")),
        (["text", "a b", "A", "A"], ("survey", 3, "name")),
        (["text", "first", "A", "A"], ("survey", 3, "name")),
        (["text", "a", "A" * 1001, "A"], ("survey", 3, "label::French (fr)")),
        (["text", "a", "A", "A", "pulldata('x', 'y', 'z', 'q')"], ("survey", 3, "relevant")),
        (["text", "a", "A", "A", "${nobody} = 1"], ("survey", 3, "relevant")),
        (["text", "a", "A", "A", "${last} = 1"], ("survey", 3, "relevant")),
        (["text", "a", "A", "A", "${a} = 1"], ("survey", 3, "relevant")),
        (["text", "a", "A", "A", "first = 1"], ("survey", 3, "relevant")),
        (["text", "a", "A", "A", "(1"], ("survey", 3, "relevant")),
        (["calculate", "a", "A", "A"], ("survey", 3, "calculation")),
        (["begin repeat", "a", "A", "A"], ("survey", 3, "type")),
        (["begin group", "a", "A", "A"], ("survey", 3, "type")),
        (["end group"], ("survey", 3, "type")),
        (["text", "a", "A", "A", "", "", "lots"], ("survey", 3, "capev::weight")),
        (["integer", "a", "A", "A", "", "", "101"], ("survey", 3, "capev::weight")),
        (["integer", "a", "A", "A", "", "", "1.5"], ("survey", 3, "capev::weight")),
        (["text", "a", "A", "A", "", "", "2"], ("survey", 3, "capev::weight")),
        (["", "a", "A", "A"], ("survey", 3, "type")),
    ],
)
def test_a_mistake_is_said_with_its_sheet_row_and_column(tmp_path: Path, row: list[Any], place: Any) -> None:
    survey = [[*HEADER, "relevant", "calculation", "capev::weight"], ["text", "first", "A", "A"], row]
    reading = read(tmp_path, [*survey, ["text", "last", "A", "A"]], YES_NO)
    assert reading.form is None
    assert place in said(reading), reading.problems


@pytest.mark.parametrize(
    ("choices", "row"),
    [
        ([["c", "a", "A", "A"], ["c", "a", "B", "B"]], 3),
        ([["c", "a b", "A", "A"]], 2),
        ([["c", "", "A", "A"]], 2),
        ([["", "a", "A", "A"]], 2),
        ([["c", "a", "A", "A", "1.5"]], 2),
        ([["c", "a", "A", "A", "half"]], 2),
    ],
)
def test_a_mistake_in_a_choice(tmp_path: Path, choices: list[list[str]], row: int) -> None:
    survey = [HEADER, ["select_one c", "a", "A", "A"]]
    reading = read(tmp_path, survey, [[*YES_NO[0], "capev_share"], *choices])
    assert reading.form is None
    assert ("choices", row) in [(problem.sheet, problem.row) for problem in reading.problems]


def test_a_filter_asks_only_for_columns_that_the_list_has(tmp_path: Path) -> None:
    choices = [[*YES_NO[0], "region"], ["r", "x", "X", "X", None], ["d", "y", "Y", "Y", "x"]]
    items = [["select_one r", "r", "R", "R"], ["select_one d", "d", "D", "D", "region=${r}"]]
    survey = [[*HEADER, "choice_filter"], *items]
    assert form(read(tmp_path, survey, choices)).lists[1].choices[0].attributes == {"region": "x"}
    survey[2][4] = "county=${r}"
    assert said(read(tmp_path, survey, choices)) == [("survey", 3, "choice_filter")]


def test_what_pyxform_refuses_is_refused_in_its_words(tmp_path: Path) -> None:
    # Two sections and an item may share a name here; XLSForm finds that ambiguous as soon as somebody asks for it.
    survey = [
        [*HEADER, "relevant"], ["begin group", "a", "A", "A"], ["text", "a", "A", "A"],
        ["text", "b", "B", "B", "${a}='1'"], ["end group"],
    ]  # fmt: skip
    reading = read(tmp_path, survey)
    assert reading.form is None
    assert "pyxform" in reading.problems[0].sentence


def test_a_workbook_without_the_sheet_that_asks(tmp_path: Path) -> None:
    assert read_form(a_file(tmp_path, a_workbook([HEADER]))).form is None
    path = a_file(tmp_path, a_workbook(None, YES_NO))  # type: ignore[arg-type]
    assert "survey" in read_form(path).problems[0].sentence


def test_broken_and_hostile_files_are_refused(tmp_path: Path) -> None:
    for content in (b"", b"name,type\n", b"PK\x03\x04garbage"):
        with pytest.raises(BadFile):
            read_form(a_file(tmp_path, content))
    good = a_file(tmp_path, a_workbook([HEADER, ["text", "a", "A", "A"]]))
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + content
            target.writestr(name, content)
    with pytest.raises(BadFile) as refused:
        read_form(evil)
    assert refused.value.problem.code == "xml_forbidden"
    (tmp_path / "large.xlsx").write_bytes(b"PK\x03\x04" + b"0" * (6 * 1024**2))
    with pytest.raises(BadFile):
        read_form(tmp_path / "large.xlsx")


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    survey = [HEADER, *(["text", f"a{number}", "A", "A"] for number in range(2001))]
    reading = read(tmp_path, survey)
    assert reading.form is None
    assert "2000" in reading.problems[0].sentence


# Out and back


def a_full_checklist() -> Checklist:
    """Every kind of item, with all that it can carry, and texts that spreadsheets like to compute."""
    checklist = a_checklist(1, 3, key="complete", state="draft", fails_below=Decimal("0.7"), note="Première\nligne")
    one = ChoiceList.objects.create(checklist=checklist, code="region")
    for order, (code, share) in enumerate([("kayes", "1"), ("gao", "0.25"), ("a-b.c", None)]):
        Choice.objects.create(
            choice_list=one, code=code, label_fr=f"={code}", label_en=code.upper(), order=order,
            share=Decimal(share) if share else None,
            attributes={"pays": "ml", "zone": ""} if order else {"pays": "", "zone": "n"},
        )  # fmt: skip
    part = ChecklistSection.objects.create(
        checklist=checklist, code="i1", name_fr="Même code qu’un item", name_en="Same",
        relevant="${i0} = 'yes'", order=5,
    )  # fmt: skip
    both = {"text_fr": "=1+1", "text_en": '@cmd "x"', "checklist": checklist, "section": part}
    make = ChecklistItem.objects.create
    make(**both, code="n", kind="number", weight=7, target=Decimal("12.5"), decimals=True, order=1, constraint=". >= 0",
         constraint_message_fr="Pas moins", constraint_message_en="Not less", required=True,
         action_fr="Agir", action_en="Act")  # fmt: skip
    make(**both, code="c", kind="choice", weight=2, choice_list=one, order=2, hint_fr="Aide", hint_en="Help")
    make(**both, code="m", kind="choices", weight=0, choice_list=one, order=3,
         choice_filter="pays = ${c} or zone = 'n'")  # fmt: skip
    make(**both, code="y", kind="yes_no", weight=0, order=4, partial=False, not_applicable=False, relevant="${n} > 1")
    for order, kind in enumerate(["text", "day", "place", "note"], 5):
        make(**both, code=f"k_{kind}", kind=kind, weight=0, order=order)
    make(**both, code="calc", kind="calculated", weight=0, order=9, calculation="${n} * 2")
    ChecklistSection.objects.create(checklist=checklist, code="vide", name_fr="Vide", name_en="Empty", order=9)
    return checklist


@pytest.mark.django_db
def test_what_goes_out_comes_back_equal_and_pyxform_takes_it(tmp_path: Path) -> None:
    checklist = a_full_checklist()
    out = form_of(checklist)
    content = workbook_of(out, checklist.version)
    assert "<h:title>" in convert(content, file_type=".xlsx").xform
    back = read_form(a_file(tmp_path, content))
    assert form(back) == out
    assert not back.notices
    again, new = store_form(replace(out, note="autre"), by=a_user(Role.LEAD))
    assert (new, again.version, again.state) == (True, 2, "draft")
    assert form_of(again) == replace(out, note="autre")
    assert sheet_of(again).by_code["n"].target == Decimal("12.5")
    assert Choice.history.filter(choice_list__checklist=again).count() == 3


@pytest.mark.django_db
def test_a_form_that_says_the_same_is_stored_once_and_changes_nothing_that_exists() -> None:
    lead = a_user(Role.LEAD)
    published = a_checklist(2, key="froid", name_fr="Froid", name_en="Cold")
    assert store_form(form_of(published), by=lead) == (published, False)
    changed = replace(form_of(published), name_en="Colder")
    draft, new = store_form(changed, by=lead)
    assert (new, draft.version, draft.state) == (True, 2, "draft")
    assert store_form(changed, by=lead) == (draft, False)
    published.refresh_from_db()
    assert (published.state, published.name_en) == ("published", "Cold")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CLERK, Role.RESEARCHER, Role.VIEWER])
def test_only_leads_make_checklists(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        store_form(form_of(a_checklist(1)), by=a_user(role))
