"""What may be wrong with a row of a file of stock: stable codes, one translatable sentence each."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from indicators.exchange.problems import shown

UNKNOWN_SITE, AMBIGUOUS_SITE, NOT_YOUR_DISTRICT = "unknown_site", "ambiguous_site", "not_your_district"
UNKNOWN_PRODUCT, UNKNOWN_REASON = "unknown_product", "unknown_reason"
BAD_MONTH, BAD_DAY, NOT_A_NUMBER = "bad_month", "bad_day", "not_a_number"
SAID_TWICE, DAYS_DIFFER, CANNOT_BE = "said_twice", "days_differ", "cannot_be"
SET_ASIDE = (UNKNOWN_SITE, AMBIGUOUS_SITE, NOT_YOUR_DISTRICT, UNKNOWN_PRODUCT, UNKNOWN_REASON)
"""Names that are not known here. None is created, none is guessed."""
MESSAGES = {
    UNKNOWN_SITE: _("No site whose stock is followed is called “{value}”. Nothing is guessed."),
    AMBIGUOUS_SITE: _("Several sites are called “{value}”. Write the code."),
    NOT_YOUR_DISTRICT: _("“{value}” is not in your districts."),
    UNKNOWN_PRODUCT: _("No product is called “{value}”. Nothing is guessed."),
    UNKNOWN_REASON: _("The reason “{value}” of a movement is not known here."),
    BAD_MONTH: _("“{value}” is no month. Write 2025-09."),
    BAD_DAY: _("“{value}” is no day. Write 2025-09-30."),
    NOT_A_NUMBER: _("“{value}” is no whole number. Write digits only, without spaces."),
    SAID_TWICE: _("Rows {value} say different things of the same product, month and site."),
    DAYS_DIFFER: _("Other rows give another day of reception for this month and site: {value}."),
    CANNOT_BE: "{value}",
}


class RowProblem(NamedTuple):
    """`row` counts as in the file, `field` is the name of its column."""

    row: int
    code: str
    field: str
    value: str

    @property
    def sentence(self) -> str:
        value = self.value if self.code == CANNOT_BE else shown(self.value)
        return str(MESSAGES[self.code]).format(value=value)
