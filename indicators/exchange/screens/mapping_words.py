"""What the settings of a mapping are called on screen."""

from django.utils.translation import gettext_lazy as _

from indicators.exchange import mapping

ROLES = {
    mapping.IGNORED: _("left out"),
    mapping.UNIT: _("organisation unit"),
    mapping.PERIOD: _("period or date"),
    mapping.YEAR: _("year"),
    mapping.MONTH: _("month of the year"),
    mapping.ELEMENT: _("data element"),
    mapping.VALUE: _("value"),
    mapping.OPTION: _("category option"),
    mapping.ATTRIBUTE: _("attribute option"),
    mapping.COMMENT: _("comment"),
}
SHAPES = [
    (mapping.LONG, _("Each row holds one value: a column names the data element, another holds the value")),
    (mapping.WIDE, _("Each row holds several values: each data element has its own column")),
]
DECIMALS = [("", _("found in the file")), (",", _("comma: 45,5")), (".", _("point: 45.5"))]
THOUSANDS = [
    ("", _("found in the file")),
    ("space", _("space: 1 234")),
    (",", _("comma: 1,234")),
    (".", _("point: 1.234")),
    ("'", _("apostrophe: 1'234")),
]
PERIODS = [
    ("dhis2", _("as DHIS2 writes them: 202401, 2024Q1")),
    ("named", _("by name: janv. 2024, T1 2024, 01/2024")),
    ("date", _("as dates")),
]
DATES = [
    ("", _("found in the file; refused where two readings fit")),
    ("dmy", _("day first: 31/01/2024")),
    ("mdy", _("month first: 01/31/2024")),
    ("ymd", _("year first: 2024-01-31")),
]
LENGTHS = [
    ("day", _("a day")),
    ("month", _("a month")),
    ("quarter", _("a quarter")),
    ("half", _("a half-year")),
    ("year", _("a year")),
]
NAMED_BY = [
    ("any", _("whatever fits: identifier, code or name")),
    ("uid", _("DHIS2 identifier (uid)")),
    ("code", _("code")),
    ("name", _("name or alias")),
]
ENCODINGS = [
    ("", _("found in the file")),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
]
DELIMITERS = [
    ("", _("found in the file")),
    (",", _("comma")),
    (";", _("semicolon")),
    ("tab", _("tab")),
    ("|", _("vertical bar")),
]
SIGNS = {"tab": "\t", "space": " "}
"""Signs that a browser would not send back as they are, by the word that stands for them in the form."""
