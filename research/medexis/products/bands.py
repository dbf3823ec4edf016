"""The bands of months of stock, in words."""

from django.utils.translation import gettext_lazy as _

from research.medexis.formulas.stock import Band

BANDS = {
    Band.OUT: (_("out of stock"), "late"),
    Band.UNDER: (_("below the minimum"), "warn"),
    Band.ADEQUATE: (_("within the norm"), "ok"),
    Band.OVER: (_("above the maximum"), "warn"),
    Band.INVALID: (_("cannot be right"), "warn"),
    Band.UNKNOWN: (_("not known"), ""),
}
"""Band → its name, and the tag that it is shown with."""
