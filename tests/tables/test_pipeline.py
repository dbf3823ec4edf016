"""Tables all the way into the database: what is refused leaves nothing, what is missing stays missing."""

from pathlib import Path
from typing import Any

import pytest

from indicators.accounts.roles import Role
from indicators.exchange.intake.actions import import_now
from indicators.exchange.problems import Problem
from indicators.models import DataValue, ImportRun, OrgUnit, OrgUnitAlias, ValueComment, WaitingRecord
from indicators.periods import Period
from tests.builders import a_unit, a_user, an_element, the_default_combo
from tests.tables.tables import HEADER, Spec, a_file, a_workbook, long, wide

pytestmark = pytest.mark.django_db
State = ImportRun.State
ANY = {"data_element": "any", "org_unit": "any", "option": "any"}


@pytest.fixture
def units() -> dict[str, OrgUnit]:
    """Two districts with a facility each, a count, a whole number and the default combination."""
    the_default_combo()
    an_element("DTP1", code="DTP1")
    an_element(code="WHOLE", value_type="INTEGER")
    an_element(code="SHARE", value_type="PERCENTAGE")
    country = a_unit("Mali")
    found = {"Ségou": a_unit("Ségou", country), "Niono": a_unit("Niono", country)}
    found["Debougou"] = a_unit("N'Debougou", found["Niono"], code="00123")
    found["Bougouni"] = a_unit("Bougouni Ouest", found["Ségou"])
    a_unit("Bougouni Est", found["Ségou"])
    return found


def table(*lines: str) -> str:
    return "\n".join((HEADER, *lines)) + "\n"


def take(path: Path, spec: Spec, **how: Any) -> ImportRun:
    run = import_now(
        path, file_name=path.name, by=how.pop("by", None), options={"mapping": spec, "schemes": ANY}, **how
    )
    told = run.created + run.updated + run.unchanged + run.deleted + run.rejected + run.waiting
    assert run.read == told
    if run.state == State.REFUSED:
        assert not DataValue.objects.exists()
    return run


def codes(run: ImportRun) -> list[tuple[str, int | None]]:
    return [(problem["code"], problem["row"]) for problem in run.report["problems"]]


def test_a_table_goes_in_and_the_same_again_changes_nothing(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    path = a_file(tmp_path, table("00123,202401,DTP1,1 234", "Ségou,202401,DTP1,0", "Ségou,202402,DTP1,"))
    run = take(path, long())
    assert (run.state, run.kind, run.read, run.created) == (State.COMMITTED, "table", 2, 2)
    assert sorted(DataValue.objects.values_list("unit__name", "value")) == [("N'Debougou", 1234), ("Ségou", 0)]
    again = take(path, long())
    assert (again.unchanged, again.created) == (2, 0)


def test_a_wide_workbook_goes_in(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    rows = [["unite", "periode", "DTP1", "WHOLE"], ["Ségou", "janv. 2024", 5, 7], ["Niono", "févr. 2024", "", 8]]
    run = take(a_workbook(tmp_path, rows), wide("DTP1", "WHOLE", periods="named"))
    assert (run.state, run.created) == (State.COMMITTED, 3)
    found = DataValue.objects.values_list("element__code", "unit__name", "period", "value")
    january, february = Period.parse("202401").code, Period.parse("202402").code
    assert sorted(found) == [
        ("DTP1", "Ségou", january, 5),
        ("WHOLE", "Niono", february, 8),
        ("WHOLE", "Ségou", january, 7),
    ]


BAD = [
    ("C-25", "Ségou,202401,DTP1,5", ""),
    ("C-25", "Ségou,202401,DTP1,5", "duplicate_in_file"),
    ("C-26", "Niono,202401,DTP1,5", ""),
    ("C-26", "Niono,202401,DTP1,6", "duplicate_in_file"),
    ("C-41", "Ségou,202402,DTP1,5", ""),
    ("C-41", "Se\u0301gou,202402,DTP1,5", "duplicate_in_file"),
    ("C-27", "Ségou,202403,DTP1,-5", "negative"),
    ("C-28", "Ségou,202403,WHOLE,12.5", "not_integer"),
    ("C-34", "Ségou,202404,WHOLE,2147483648", "out_of_range"),
    ("C-34", "Ségou,202404,DTP1,9223372036854775808", "out_of_range"),
    ("C-40", "Ségou,202405,DTP1,ND", "not_a_number"),
    ("C-47", "Ségou,202413,DTP1,5", "bad_period"),
    ("C-47", "Ségou,2024Q5,DTP1,5", "bad_period"),
    ("C-48", "Ségou,2024W53,DTP1,5", "bad_period"),
    ("C-50", "Ségou,209901,DTP1,5", "future_period"),
    ("C-52", "Ségou,202406,DTP9,5", "unknown_data_element"),
]


def test_bad_rows_keep_the_whole_file_out_and_are_told_one_by_one(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    run = take(a_file(tmp_path, table("Niono,202402,DTP1,5", *(line for _, line, _ in BAD))), long())
    assert run.state == State.REFUSED
    expected = {(code, number) for number, (_, _, code) in enumerate(BAD, 3) if code}
    assert expected <= set(codes(run))
    assert (run.read, run.created) == (len(BAD) + 1, 1)


def test_c_01_a_file_that_is_no_table_is_refused_with_its_reason(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    for content, code in (("", "empty_file"), (HEADER + "\n", "no_rows"), ('a,"b\n', "unclosed_quote")):
        run = take(a_file(tmp_path, content), long(), kind="table")
        assert (run.state, codes(run)[0][0]) == (State.REFUSED, code)


def test_c_29_c_30_signs_of_numbers(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    path = a_file(tmp_path, table("Ségou,202401,DTP1,1,234").replace(",", ";").replace("1;234", "1,234"))
    assert codes(take(path, long())) == [("ambiguous_number", 2)]
    take(path, long(decimal=","))
    assert list(DataValue.objects.values_list("value", flat=True)) == [1.234]


def test_c_40_declared_words_are_missing_and_never_zero(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    path = a_file(tmp_path, table("Ségou,202401,DTP1,ND", "Ségou,202402,DTP1,0"))
    run = take(path, long(missing=["ND"]))
    assert (run.read, run.created) == (1, 1)
    assert [note["code"] for note in run.report["notes"]] == ["missing_cells"]


def test_c_42_spellings_of_one_name_are_one_unit(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    names = ["N'Debougou", "N’Debougou", "Ndebougou", "NDEBOUGOU", "N'De\u0301bougou"]
    run = take(a_file(tmp_path, table(*(f"{name},20240{i},DTP1,5" for i, name in enumerate(names, 1)))), long())
    assert (run.created, run.waiting) == (5, 0)
    assert set(DataValue.objects.values_list("unit", flat=True)) == {units["Debougou"].pk}


def test_c_43_44_what_nobody_knows_waits_and_nothing_is_matched_by_likeness(
    units: dict[str, OrgUnit], tmp_path: Path
) -> None:
    path = a_file(tmp_path, table("Bougouni Oest,202401,DTP1,5", "Bougouni Est,202401,DTP1,6", "Xyz,202401,DTP1,7"))
    run = take(path, long())
    assert (run.state, run.created, run.waiting) == (State.COMMITTED, 1, 2)
    assert sorted(WaitingRecord.objects.values_list("name", flat=True)) == ["Bougouni Oest", "Xyz"]
    assert not OrgUnit.objects.filter(name="Xyz").exists()
    OrgUnitAlias.objects.create(unit=units["Bougouni"], name="Bougouni Oest")
    take(a_file(tmp_path, table("Bougouni Oest,202402,DTP1,5")), long())
    assert DataValue.objects.filter(unit=units["Bougouni"], period=Period.parse("202402").code).exists()


def test_c_46_units_of_others_read_as_unknown(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    clerk = a_user(Role.CLERK, districts=[units["Niono"]])
    run = take(a_file(tmp_path, table("Bougouni Est,202401,DTP1,5")), long(), by=clerk)
    assert (run.state, run.rejected, run.waiting) == (State.REFUSED, 1, 0)
    [told] = codes(run)
    sentences = [Problem(code, 2, None, "x").message for code in (told[0], "unknown_org_unit")]
    assert sentences[0] == sentences[1]


def test_c_54_formulas_in_a_comment_are_text(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    path = a_file(tmp_path, f"{HEADER},note\nSégou,202401,DTP1,5,=HYPERLINK(A1)\nNiono,202401,DTP1,5,'@SUM(1)\n")
    take(path, long(more={"note": "comment"}))
    assert set(ValueComment.objects.values_list("text", flat=True)) == {"=HYPERLINK(A1)", "@SUM(1)"}


def test_one_bad_cell_of_a_wide_row_costs_the_others_nothing_when_only_valid_ones_go_in(
    units: dict[str, OrgUnit], tmp_path: Path
) -> None:
    path = a_file(tmp_path, "unite,periode,DTP1,WHOLE,SHARE\nSégou,202401,5,1.5,x\nNiono,202401,-1,2,3\n")
    spec = wide("DTP1", "WHOLE", "SHARE")
    run = take(path, spec, dry_run=True)
    assert sorted(codes(run)) == [("negative", 3), ("not_a_number", 2), ("not_integer", 2)]
    run = take(path, spec, valid_only=True)
    assert (run.read, run.created, run.rejected) == (6, 3, 3)
    assert sorted(DataValue.objects.values_list("element__code", "value")) == [("DTP1", 5), ("SHARE", 3), ("WHOLE", 2)]


def test_announcements_reach_the_report(units: dict[str, OrgUnit], tmp_path: Path) -> None:
    run = take(a_file(tmp_path, table("Ségou,202401,DTP1,5").encode("cp1252")), long())
    assert [(note["code"], note["value"]) for note in run.report["notes"]] == [("encoding_found", "Windows-1252")]
    assert DataValue.objects.get().unit == units["Ségou"]
