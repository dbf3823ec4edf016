"""What a verification factor says, in a sentence."""

from django.utils.translation import gettext_lazy as _

from research.coach2pev.verification.factor import Kind

SAYS = {
    Kind.AGREES: _("Register and report agree in sum."),
    Kind.OVER_REPORTED: _("More was reported than the register shows."),
    Kind.UNDER_REPORTED: _("The register shows more than was reported."),
    Kind.NOT_FOUND: _("Doses were reported; the register shows none."),
    Kind.BOTH_ZERO: _("Both say 0: they agree, but there is no ratio."),
    Kind.NOT_REPORTED: _("0 was reported; the register shows doses. There is no ratio."),
    Kind.MISSING: _("No month has both a count and a report."),
}
