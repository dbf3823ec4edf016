"""The definitions that are of a district's sites together."""

from django.utils.translation import gettext as _

from research.medexis.definitions.availability import whole_month
from research.medexis.definitions.inputs import District, Inputs, Months, was_out
from research.medexis.definitions.rival import NOT_ASKED, Group, Rival, rival, share, word
from research.medexis.formulas.availability import district_event, out_on_the_day, rate_at_any_time
from research.medexis.formulas.ratios import Ratio, summed
from research.medexis.formulas.reporting import consistent


def of_district(of: Inputs, district: District) -> list[Group]:
    """Who is out, and who reports."""
    return [_out(of, district), _reporting(of, district)]


def _out(of: Inputs, district: District) -> Group:
    def on_the_day(months: Months) -> str:
        closings = [[site.get(month) for site in district.closings.values()] for month in months]
        return share(summed(map(out_on_the_day, closings)))

    def at_any_time(months: Months) -> str:
        return share(rate_at_any_time([was_out(cells, months) for cells in district.cells.values()]))

    def whole(months: Months) -> str:
        return share(rate_at_any_time([[whole_month(cells, months)] for cells in district.cells.values()]))

    def any_vaccine(months: Months) -> str:
        out: dict[str, bool | None] = {}
        for key, sites in district.vaccines.items():
            told = [one for cells in sites for one in was_out(cells, months) if one is not None]
            out[key] = any(told) if told else None
        return word(district_event(out))

    return Group(
        _("Out of stock in the district: %(district)s") % {"district": district.name},
        [
            rival(of, _("Out on the last day"), "D4I",
                  _("sites out by the ending balance / sites that reported and offer it, summed over the months"),
                  on_the_day),
            rival(of, _("Out at any time"), "D4I",
                  _("sites with a stock-out in any of the months / sites of which it is known"), at_any_time),
            rival(of, _("Out for a whole month"), "GVAP/JRF",
                  _("sites out on every day of a month / sites of which it is known"), whole),
            rival(of, _("District event"), "IA2030 (6101)",
                  _("any vaccine, at any site, at any time; made for a year; what nobody says is left out"),
                  any_vaccine),
        ],
        demonstration=district.demonstration,
    )  # fmt: skip


def _reporting(of: Inputs, district: District) -> Group:
    expected = [Ratio(came, due) if due else None for came, due in zip(district.came, district.expected, strict=True)]
    return Group(
        _("Reporting in the district: %(district)s") % {"district": district.name},
        [
            Rival(_("Reporting rate"), _("WHO EPI package"), _("reports that came / reports expected by the plan"),
                  share(expected[0]), share(expected[1])),
            Rival(_("Consistent reporting"), _("DHIS2 data quality toolkit"),
                  _("sites that reported every month / sites that reported any"), NOT_ASKED,
                  share(consistent(district.reports, of.months))),
        ],
        demonstration=district.demonstration,
    )  # fmt: skip
