"""What every reader yields. Readers write nothing and know no database; pure.

A reader is a function `read(path, options) -> Iterator[Item]`. It yields a `Row` for each record that can be
understood, an `Unreadable` for each that cannot, and a `Note` for what a person should know though nothing is wrong. It
raises BadFile where the file as a whole cannot be taken. Rows and Unreadables together are what was read.
"""

from typing import NamedTuple

from indicators.exchange.problems import Problem

DEFAULT = ""
"""An option or attribute combination that the file leaves out: DHIS2's default one."""


class Row(NamedTuple):
    """One record as written; a missing field is an empty text.

    `number` is what a person finds it by: the place in the file's list from 1, or the line of a table. Several rows
    share it where a line of a wide table holds several values; `field` then names the column of the value.

    A report declared complete (kind `registrations`) is a Row too: `data_element` is its data set, `value` the day as
    yyyy-mm-dd, `deleted` says that it is no longer complete; `option` and `attribute` are empty.
    """

    number: int
    data_element: str
    period: str
    org_unit: str
    option: str
    attribute: str
    value: str
    deleted: bool
    comment: str = ""
    field: str = ""


class Unreadable(NamedTuple):
    """One record that is none; it counts as read and rejected. The problems all name its row."""

    problems: tuple[Problem, ...]


class Note(NamedTuple):
    """Nothing is wrong, but somebody should know: an unknown column was left out, hidden rows were read."""

    problem: Problem


Item = Row | Unreadable | Note
