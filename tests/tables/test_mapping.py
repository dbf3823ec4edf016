from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.exchange.files.lines import Line
from indicators.exchange.mapping import BadMapping, Mapping
from indicators.exchange.mapping_suggestion import first_row_of, header_row_of, suggest
from indicators.exchange.problems import MESSAGES
from tests.tables.tables import long, wide

NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8)
WORDS = st.sampled_from(["ND", "N/A", "-", "nsp", "999"])


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=6, max_size=9, unique=True))
    shape = draw(st.sampled_from(["long", "wide"]))
    columns: list[dict[str, str]] = []
    fixed: dict[str, str] = {}

    def told(role: str, name: str) -> None:
        if draw(st.booleans()):
            columns.append({"column": name, "role": role})
        else:
            fixed[role] = draw(NAMES)

    told("unit", names[0])
    if draw(st.booleans()):
        columns += [{"column": names[1], "role": "year"}, {"column": names[2], "role": "month"}]
    else:
        told("period", names[1])
    if shape == "long":
        told("element", names[3])
        columns.append({"column": names[4], "role": "value"})
    else:
        columns += [{"column": name, "role": "value", "element": name} for name in names[3:]]
    decimal, thousands = draw(st.sampled_from([("", ""), (",", "."), (".", ","), (",", " "), ("", "'")]))
    return {
        "shape": shape,
        "columns": columns,
        **fixed,
        "decimal": decimal,
        "thousands": thousands,
        "sheet": draw(st.sampled_from(["", "Données 2024"])),
        "missing": draw(st.lists(WORDS, unique=True)),
        "periods": draw(st.sampled_from(["dhis2", "named", "date"])),
        "header_row": draw(st.integers(0, 5)),
        "first_row": draw(st.sampled_from([0, 6, 99])),
    }


@given(specs())
def test_a_mapping_comes_back_from_its_spec_as_it_was(spec: dict[str, Any]) -> None:
    mapping = Mapping.parse(spec)
    assert Mapping.parse(mapping.to_spec()) == mapping
    assert mapping.to_spec() == Mapping.parse(mapping.to_spec()).to_spec()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_nothing_else_is_a_mapping_and_nothing_breaks_on_it(spec: Any) -> None:
    with pytest.raises(BadMapping) as caught:
        Mapping.parse(spec)
    assert {problem.code for problem in caught.value.problems} <= MESSAGES.keys()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"shape": "round"}, "shape", "mapping_choice"),
        ({"shape": 5}, "shape", "mapping_choice"),
        ({"decimal": "'"}, "decimal", "mapping_choice"),
        ({"decimal": ",", "thousands": ","}, "thousands", "mapping_same_sign"),
        ({"header_row": -1}, "header_row", "mapping_row"),
        ({"header_row": True}, "header_row", "mapping_row"),
        ({"first_row": 1}, "first_row", "mapping_row"),
        ({"missing": ["0"]}, "missing", "mapping_words"),
        ({"missing": ["0,0"]}, "missing", "mapping_words"),
        ({"missing": "ND"}, "missing", "mapping_words"),
        ({"sheet": "x" * 300}, "sheet", "mapping_text"),
        ({"unit": "a\nb"}, "unit", "mapping_text"),
        ({"unit": "x"}, "unit", "mapping_both"),
        ({"period": "202401"}, "period", "mapping_both"),
        ({"attribute": "a", "more": {"a": "attribute"}}, "attribute", "mapping_both"),
        ({"more": {"valeur": "ignored"}}, "value", "mapping_required"),
        ({"more": {"unite": "ignored"}}, "unit", "mapping_required"),
        ({"more": {"periode": "ignored"}}, "period", "mapping_required"),
        ({"more": {"periode": "month"}}, "year", "mapping_required"),
        ({"more": {"an": "year"}}, "period", "mapping_both"),
        ({"more": {"element": "ignored"}}, "element", "mapping_required"),
        ({"more": {"b": "value"}}, "columns", "mapping_twice"),
        ({"more": {"Unité ": "ignored"}}, "columns.4.column", "mapping_column_twice"),
        ({"more": {" ": "ignored"}}, "columns.4.column", "mapping_required"),
        ({"more": {"x": "chief"}}, "columns.4.role", "mapping_choice"),
        ({"columns": []}, "columns", "mapping_columns"),
        ({"columns": ["unite"]}, "columns.0", "mapping_type"),
        ({"columns": [{"column": 5}]}, "columns.0.column", "mapping_text"),
        ({"colour": "red"}, "colour", "mapping_unknown"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_by_field(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(BadMapping) as caught:
        Mapping.parse(long(**change))
    assert (field, code) in [(problem.field, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("columns", "field", "code"),
    [
        ([{"column": "x", "role": "value"}], "columns.2.element", "mapping_required"),
        ([{"column": "x", "role": "value", "element": "BCG"}] * 2, "columns.3.element", "mapping_cell_twice"),
        ([{"column": "x", "role": "comment"}], "comment", "mapping_not_wide"),
        ([{"column": "x", "role": "ignored", "element": "BCG"}], "columns.2.element", "mapping_only_wide"),
    ],
)
def test_a_wide_table_names_the_element_of_each_value(columns: list[dict[str, str]], field: str, code: str) -> None:
    spec = wide()
    columns = [{**column, "column": f"x{number}"} for number, column in enumerate(columns)]
    with pytest.raises(BadMapping) as caught:
        Mapping.parse({**spec, "columns": spec["columns"] + columns})
    assert (field, code) in [(problem.field, problem.code) for problem in caught.value.problems]


def roles(spec: dict[str, Any]) -> list[str]:
    return [column["role"] for column in spec["columns"]]


def test_a_proposal_for_a_long_table_by_the_names_of_its_columns() -> None:
    header = ["Région", "Structure", "Période", "Donnée", "Valeur", "Commentaire"]
    spec = suggest(
        header,
        [["Ségou", "CSCom 1", "janv. 2024", "BCG", "4,5", ""], ["Ségou", "CSCom 2", "févr. 2024", "BCG", "3", ""]],
    )
    assert roles(spec) == ["ignored", "unit", "period", "element", "value", "comment"]
    assert (spec["shape"], spec["decimal"], spec["periods"]) == ("long", ",", "named")
    assert Mapping.parse(spec)


def test_a_proposal_for_a_wide_table_takes_the_columns_of_numbers() -> None:
    spec = suggest(
        ["District", "Year", "Month", "BCG", "Note", "Penta1"],
        [["A", 2019.0, "January", 5.0, "x", ""], ["B", 2019.0, "May", 7.0, "", 3.0]],
    )
    assert roles(spec) == ["unit", "year", "month", "value", "ignored", "value"]
    assert [column["element"] for column in spec["columns"]][3:] == ["BCG", "", "Penta1"]
    assert Mapping.parse(spec)


def test_what_is_not_recognised_is_left_to_the_person() -> None:
    spec = suggest(["a", "b"], [["x", "y"]])
    assert roles(spec) == ["ignored", "ignored"]
    with pytest.raises(BadMapping):
        Mapping.parse(spec)


@pytest.mark.parametrize(
    ("dates", "form"),
    [(["25/03/2024", "01/04/2024"], "dmy"), (["03/25/2024"], "mdy"), (["03/04/2024"], ""), (["2024-03-04"], "")],
)
def test_the_order_of_day_and_month_is_proposed_only_where_it_is_certain(dates: list[str], form: str) -> None:
    spec = suggest(["unite", "date", "BCG"], [["A", day, "5"] for day in dates])
    assert (spec["periods"], spec["dates"]) == ("date", form)


def test_titles_above_and_explanations_below_a_header_are_passed_over() -> None:
    lines = [
        Line(1, ["Report"]),
        Line(3, ["a", "b", "c"]),
        Line(4, ["the a", "the b", "the c"]),
        Line(5, ["x", "y", 5.0]),
    ]
    assert header_row_of(lines) == 3
    assert first_row_of(lines, 3) == 5
    assert first_row_of(lines[:2] + lines[3:], 3) == 0
