"""What the layouts of a file and the questions that its lines raise are called."""

from django.utils.translation import gettext_lazy as _

from research.medexis.formulas.balance import Flag
from research.medexis.intake.known import CIV, OPENLMIS, OWN

LAYOUTS = {
    OWN: _("table with the headers of this site"),
    CIV: _("logistics table of Côte d’Ivoire"),
    OPENLMIS: _("stock cards of OpenLMIS"),
}
FLAGS = {
    Flag.IMBALANCE: _("the stock on hand is not what the movements lead to"),
    Flag.MORE_OUT_THAN_IN: _("the movements lead below zero"),
    Flag.USED_MORE_THAN_THERE_WAS: _("more was used than there was"),
    Flag.OPENING_DIFFERS: _("the opening stock is not what the month before closed with"),
    Flag.ZERO_WITHOUT_DAYS_OUT: _("nothing on hand at the end, and 0 days out of stock"),
    Flag.IMPOSSIBLE_DAYS: _("more days out of stock than the month has"),
    Flag.OUT_YET_USED: _("out of stock all month, and yet something was used"),
    Flag.LOSS_REASONS_DIFFER: _("the losses by reason do not add up to what was lost"),
    Flag.MORE_GIVEN_THAN_USED: _("more doses administered than used"),
}
