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
    "not_finite": _("The file holds {value}, which is not a number of JSON."),
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
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `row` counts the records of the file's list from 1, None where the whole file is meant."""

    code: str
    row: int | None
    field: str | None
    value: str

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]).format(value=self.value)

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
