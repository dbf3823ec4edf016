"""What may be wrong with a file: stable codes, one translatable sentence each."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_SHOWN = 80

MESSAGES: dict[str, Promise] = {
    # the file as a whole
    "file_not_found": _("The file cannot be read: {value}."),
    "too_large": _("The file is larger than {value} once unpacked."),
    "bad_archive": _("The compressed file is damaged or cut off."),
    "bad_encoding": _("The file is not UTF-8 text."),
    "bad_json": _("The file is not valid JSON: {value}."),
    "not_finite": _("The file holds {value}, which is not a finite number."),
    "duplicate_key": _("An object of the file names “{value}” twice; one of the two would be lost."),
    "too_deep": _("The file is nested too deeply to be data."),
    "bad_unicode": _("The file holds half a character (a lone surrogate)."),
    "wrong_shape": _("The file is not what was expected: {value}."),
    "another_import_running": _("Another import is running. Try again when it has finished."),
    # organisation units and metadata
    "missing_field": _("A required field is missing or blank."),
    "wrong_type": _("The field does not hold a text."),
    "bad_uid": _("“{value}” is no DHIS2 identifier: a letter, then ten letters or digits."),
    "too_long": _("The text is too long."),
    "control_char": _("The text holds a control character."),
    "bad_date": _("“{value}” is no date."),
    "closed_before_opened": _("The unit closes before it opens."),
    "duplicate_uid": _("The identifier “{value}” stands twice in the file."),
    "code_taken": _("The code “{value}” belongs to another record."),
    "unknown_indicator_type": _("The indicator type “{value}” is not in the file."),
    "missing_parent": _("The parent “{value}” is neither in the file nor known."),
    "tree_cycle": _("The unit lies below itself."),
    "parent_changed": _(
        "The unit “{value}” is known below another parent. Say with --moved-on from which day it stands below this one"
        " (its numbers before that day stay with the former parent), or with --correct-tree that it always did."
    ),
    "root_moved": _(
        "The unit “{value}” stood at the top of the tree, so it has no former parent to keep. Use --correct-tree."
    ),
    "moved_before": _(
        "The unit “{value}” has moved on that day or later already: a new move must come after the ones known."
    ),
    # geometries
    "geometry_type": _("“{value}” is not drawn here: a Polygon, MultiPolygon or Point is needed."),
    "coordinates": _("“{value}” is no position: longitude and latitude are needed, as numbers."),
    "outside_the_world": _("{value} lies outside the world. Degrees of longitude, then latitude (WGS84) are needed."),
    "ring_short": _("A border of {value} corners encloses nothing."),
    "ring_open": _("A border is not closed: {value}."),
    "ring_flat": _("A border encloses no surface: {value}."),
    "wrong_projection": _("The file is not in degrees (WGS84): {value}."),
    "nameless_place": _("The place has neither identifier nor code nor name. Say which properties hold them."),
    "place_twice": _("Two places of the file are the same unit: rows {value}."),
    # data sets and the registrations of their reports
    "bad_days": _("“{value}” is no number of days between 0 and 366."),
    "frequency_changed": _("The data set “{value}” is known with another period type."),
    "unknown_data_set": _("The data set “{value}” is not known. It was not created: import its metadata first."),
    "part_of_report": _("The option combination “{value}” is a part of a report; only whole reports can be imported."),
    "future_day": _("The day {value} has not come."),
    # values
    "unknown_data_element": _(
        "The data element “{value}” is not known. It was not created: import its metadata first."
    ),
    "unknown_org_unit": _("The organisation unit “{value}” is not known. It was not created: import it first."),
    "unknown_option_combo": _("The option combination “{value}” is not known. It was not created: import it first."),
    "bad_period": _("“{value}” is no period."),
    "period_type": _("“{value}” is not a month; only monthly values can be imported."),
    "future_period": _("The month “{value}” has not begun."),
    "blank_value": _("The value is blank. A value to be removed is marked “deleted”."),
    "not_a_number": _("“{value}” is not a number in DHIS2’s notation."),
    "not_integer": _("“{value}” is not a whole number."),
    "negative": _("“{value}” is negative; this cannot be."),
    "out_of_range": _("“{value}” lies outside what this data element allows."),
    "not_numeric_element": _("The data element “{value}” does not hold numbers."),
    "duplicate_in_file": _("Rows {value} report the same cell."),
    "more_problems": _("{value} further problems are not listed."),
    # tables: the file as text
    "empty_file": _("The file is empty."),
    "encoding": _("The file is neither UTF-8, UTF-16 nor Windows-1252 text: byte {value} cannot be read."),
    "delimiter": _("The file separates its cells with different signs. Use one: a comma, a semicolon, a tab or a bar."),
    "unclosed_quote": _("A quotation mark that opens in this row is not closed where its cell ends."),
    "line_too_long": _("The row is longer than {value} characters."),
    "too_many_columns": _("The table has more than {value} columns."),
    "too_many_rows": _("The table has more than {value} rows. Send it in parts."),
    "no_rows": _("The file holds a header and nothing below it."),
    "no_header": _("Row {value}, where the header should stand, is empty or missing."),
    "no_table": _("The file is no table: its content is {value}."),
    "duplicate_header": _("Two columns are called “{value}”."),
    "missing_column": _("The column “{value}” is missing."),
    "too_many_cells": _("The row has more cells than the header has columns: {value}."),
    "too_few_cells": _("The row has fewer cells than the header has columns: {value}."),
    # tables: workbooks
    "encrypted": _("The file is protected by a password. Save it without one."),
    "workbook_type": _("The file is not an Excel workbook without macros ({value}). Save it as .xlsx and send that."),
    "bad_workbook": _("The workbook is damaged: {value}."),
    "too_large_unpacked": _("A part of the file is larger than {value} once unpacked."),
    "xml_forbidden": _(
        "The file declares a document type. It is refused: such a file can read others or fill the memory."
    ),
    "unknown_sheet": _("The workbook has no sheet “{value}”."),
    "choose_sheet": _("The workbook has several sheets. Choose the one to read: {value}."),
    "merged_header": _("Cells of the header, row {value}, are merged. Unmerge them and name each column."),
    "formula_no_value": _("The formula in {value} holds no computed value. Open the file in Excel and save it again."),
    "excel_error": _("The cell holds the error {value}."),
    "boolean_cell": _("The cell holds “{value}” where a number or a text is expected."),
    "percent_cell": _("The cell shows {value} but holds a hundredth of it. Format the column as a number."),
    "date_not_expected": _("The cell is a date, {value}, where none is expected. Format the column as text or number."),
    # tables: cells
    "ambiguous_number": _("“{value}” may be read in two ways. Choose the decimal sign in the mapping."),
    "ambiguous_date": _("“{value}” may be read in two ways. Choose the order of day and month in the mapping."),
    "number_too_long": _("The number has too many digits."),
    "estimates": _(
        "The workbook holds estimates that others published, not reports: they are kept beside the values and never"
        " added to them. The command import_estimates takes them in."
    ),
    "no_figures": _("The file holds no estimates of this country."),
    "not_a_percentage": _("“{value}” is no percentage between 0 and 100."),
    # tables: what was left out or found, though nothing is wrong
    "encoding_found": _("The file is not UTF-8; it was read as {value}. Look at the accents."),
    "unknown_column": _("The column “{value}” is not in the mapping; it was left out."),
    "missing_cells": _("Cells without a value: {value}. They are missing, not zero."),
    "hidden_rows": _("Hidden rows were read: {value}."),
    "hidden_columns": _("The sheet has hidden columns: {value}. The mapped ones were read."),
    "hidden_sheets": _("The workbook has hidden sheets: {value}. They were not read."),
    "foreign_parts": _("Links to other files or embedded objects were left out: {value}."),
    "stripped": _("Invisible characters were taken out of comments: {value}."),
    "left_out_sheet": _("The sheet “{value}” holds no values by district and period; it was left out."),
    "left_out_column": _("The column “{value}” holds a rate. Rates are computed here from counts, so it was left out."),
    # column mappings
    "no_mapping": _("This table needs a mapping: which column holds what."),
    "bad_mapping": _("The mapping of the columns cannot be used: {value}."),
    "mapping_type": _("The mapping is not in the expected form."),
    "mapping_unknown": _("“{value}” is no setting of a mapping."),
    "mapping_choice": _("“{value}” is not one of the choices."),
    "mapping_text": _("The text is too long or holds characters that cannot be shown."),
    "mapping_row": _("“{value}” is no row, or does not come after the header."),
    "mapping_words": _("At most 50 words of 40 characters; a zero is a number and cannot mean missing."),
    "mapping_columns": _("Choose what at least one column holds."),
    "mapping_required": _("This is needed: choose a column or give what holds for the whole file."),
    "mapping_twice": _("Two columns have the role “{value}”; one can."),
    "mapping_both": _("This is told twice: by a column and for the whole file, or in two ways."),
    "mapping_not_wide": _("A table with a column for each data element has no column “{value}”."),
    "mapping_only_wide": _("Only a table with a column for each data element names them by column."),
    "mapping_same_sign": _("The sign between thousands and the decimal sign are the same."),
    "mapping_column_twice": _("The column “{value}” stands twice in the mapping."),
    "mapping_cell_twice": _("Two columns hold the data element “{value}” with the same option."),
    # the way in
    "too_costly": _("Reading the file takes more memory or time than one file may. Send it in parts."),
    "reader_failed": _(
        "The file could not be read: the reader stopped at it. The administrators find the reason logged."
    ),
    "too_many_waiting": _("More than {value} records are of unknown units. Import the organisation units first."),
    "too_many_comments": _("The file holds more than {value} different comments. Send it in parts."),
    "not_your_district": _("The organisation unit “{value}” is not known. It was not created: import it first."),
    "period_locked": _("This value is approved and closed. An evaluation lead can open it again for some days."),
    "newer_stands": _("A newer value stands where this record would go."),
    "import_failed": _("The import broke off several times, and nothing was written. Tell an administrator."),
    # DHIS2's formats
    "bad_xml": _("The file is not valid XML: {value}."),
    "row_count_mismatch": _("The file does not hold as many records as it should: {value}. It may have been cut off."),
    "unknown_id_scheme": _("The file names things by “{value}”. Known are: uid, code and name."),
    "default_after_list": _("“{value}” stands behind the values that it belongs to. Put it before them."),
    "computed_here": _("“{value}” is an indicator or a rate. These are computed here from counts, and not imported."),
    "does_not_add_up": _(
        "The numbers of “{value}” cannot be added up over the further dimensions of this response. Ask without them."
    ),
    "id_scheme": _("The file names things by their {value}."),
    "completeness_not_taken": _(
        "The file says that its report was complete on {value}. Import the registrations of complete reports to keep"
        " that."
    ),
    "aggregated_numbers": _(
        "The file is an analytics response: its numbers are totals that DHIS2 computed, and not reports. They are"
        " stored at the units and periods that they were computed for; where units below report too, both would be"
        " added up."
    ),
    "summed_over": _("The numbers were added up over the further dimensions of this response: {value}."),
    "column_left_out": _("The column “{value}” is none of DHIS2’s; it was left out."),
}
OF_FILES: dict[str, Promise] = {
    "wrong_type": _(
        "This cannot be imported here: {value}. Send DHIS2 values as JSON, XML or CSV, or a table as CSV or as .xlsx; a"
        " .zip may hold one file."
    ),
}
"""Codes that say something else of the file as a whole than of a row."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `row` counts the records of the file's list from 1, None where the whole file is meant."""

    code: str
    row: int | None
    field: str | None
    value: str

    @property
    def message(self) -> str:
        whole = OF_FILES.get(self.code) if self.row is None and self.field is None else None
        return str(whole or MESSAGES[self.code]).format(value=self.value)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "message": self.message}


class BadFile(Exception):
    """The file cannot be taken at all; `problem` says why, and `file` which one."""

    def __init__(self, code: str, value: object = "", field: str | None = None, row: int | None = None) -> None:
        self.problem = Problem(code, row, field, shown(value))
        super().__init__(code)


def shown(value: object) -> str:
    """The value as it may be shown and logged: at most 80 characters, none that steers a terminal."""
    text = "".join(char if char.isprintable() else "�" for char in str(value)[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
