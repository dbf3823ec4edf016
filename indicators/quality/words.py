"""The quality rules in words: their names, thresholds and sources, and why something could not be tested."""

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.quality import thresholds
from indicators.registry.definitions import definition
from indicators.values.models import Denominator


class RuleWords(NamedTuple):
    """`name` heads a column; `rule` says what is flagged, with the threshold; `columns` name the three figures of a
    flag, empty where the rule has none."""

    code: str
    name: str
    rule: str
    source: str
    columns: tuple[str, str, str]

    @property
    def shown_columns(self) -> list[str]:
        return [column for column in self.columns if column]


def rule_words(code: str) -> RuleWords:
    """The words of a rule in the reader's language; KeyError for an unknown code."""
    return _all()[code]


def all_words() -> dict[str, RuleWords]:
    """The words of every rule by its code."""
    return _all()


def subject_name(subject: str) -> str:
    """The short name of an indicator, or the kind of population."""
    if subject in Denominator.Kind.values:
        return str(Denominator.Kind(subject).label)
    return definition(subject).short


def reason_text(code: str) -> str:
    """Why values could not be tested, as a clause; KeyError for an unknown code."""
    return {
        "too_few": _("too few months were reported in the range for this test to find anything"),
        "mad_zero": _("more than half of the months are the same (the median deviation is 0)"),
        "no_spread": _("every month is the same"),
        "one_missing": _("only one of the two doses was reported"),
        "month_missing": _("in a month of the quarter one of the two doses was not reported"),
        "no_denominator": _("no target population is known"),
        "zero_denominator": _("the denominator is zero"),
        "no_year_before": _("no target is known for the year before"),
        "zero_before": _("the figure to compare with is zero"),
        "part_missing": _("one of the parts has no target"),
        "parts_moved": _("places moved to it or from it since"),
        "one_kind": _("only one of surviving infants and live births is known"),
        "one_source": _("only one source is known"),
        "no_preferred": _("no source is marked as preferred"),
        "zero_births": _("the number of live births is zero"),
        "no_data_set": _("no data set says which reports are expected"),
        "no_dates": _("the files do not say on which day the reports of the month came"),
        "reports_beside": _("places below report as well, and the target is that of all together"),
        "window_incomplete": _("a month of the last twelve was not reported"),
        "no_years_before": _("none of the three years before was reported in all these months"),
        "not_published": _("nobody published a coverage of that place and year"),
        "no_coverage": _("the doses or the target of the year are not known"),
        "year_incomplete": _("in some month of the year nothing was reported"),
    }[code]


def _all() -> dict[str, RuleWords]:
    doses, first, third = _("doses"), subject_name("dtp1_doses"), subject_name("dtp3_doses")
    rules = [
        RuleWords(
            "not_received",
            _("Reports not received"),
            _(
                "A report of a data set that asks for these doses, expected of a place that was open and did not come. "
                "Below %(limit)s percent received, the numbers may not be fully representative."
            )
            % {"limit": _figure(thresholds.COMPLETENESS_PERCENT)},
            "DHIS2, data-quality-03-analysis",
            ("", "", ""),
        ),
        RuleWords(
            "late",
            _("Reports not on time"),
            _("A report that came, but was not declared complete within the days that its data set allows."),
            "WHO DQR (PMC6411115)",
            ("", "", ""),
        ),
        RuleWords(
            "missing",
            _("Missing values"),
            _(
                "A month without a number of doses, where a data set asks the place for it. Where no data set says so: "
                "where the place ever reported these doses and was open throughout the month."
            ),
            "WHO DQR (PMC6411115)",
            ("", "", ""),
        ),
        RuleWords(
            "irregular",
            _("Not in every month"),
            _("A place that reported these doses in some of the months in which it was open, but not in all of them."),
            "WHO DQR (PMC6411115)",
            (_("months reported"), _("months open"), _("difference")),
        ),
        RuleWords(
            "beside",
            _("Reports beside those below"),
            _(
                "A place that reports doses in a month in which places below it report them too: the same children may "
                "be counted twice."
            ),
            _("this tool"),
            (_("own doses"), _("doses below"), ""),
        ),
        RuleWords(
            "dtp3_over_dtp1",
            _("DTP3 above DTP1"),
            _("More third than first doses in the same place and month."),
            "WHO DQR (PMC6411115)",
            (third, first, _("difference")),
        ),
        RuleWords(
            "negative_dropout",
            _("Negative dropout"),
            _("More third than first doses in a quarter of which every month was reported."),
            "WHO DQR (PMC6411115)",
            (third, first, _("dropout, %")),
        ),
        RuleWords(
            "over_100",
            _("Above 100%"),
            _("DTP1 or DTP3 coverage above 100 percent in a whole quarter. Kept as reported."),
            "Stashko 2019 (PLoS ONE 0216933)",
            (doses, _("target"), _("coverage, %")),
        ),
        RuleWords(
            "modified_z",
            _("Outlier: modified z"),
            _(
                "0.6745 × (value − median) ÷ MAD of %(limit)s or more either way, within the months of one place. "
                "Needs %(points)s months at least, and months that differ."
            )
            % {"limit": _figure(thresholds.MODIFIED_Z), "points": thresholds.MODIFIED_Z_POINTS},
            "BMC Health Services Research 06529-7",
            (doses, _("median"), _("modified z")),
        ),
        RuleWords(
            "sd_moderate",
            _("Moderate outlier: 2 SD"),
            _(
                "From %(low)s to below %(high)s standard deviations (population SD) from the mean of the place’s "
                "months. Needs 5 months: with n months no value can be further than √(n−1)."
            )
            % {"low": _figure(thresholds.SD_MODERATE), "high": _figure(thresholds.SD_EXTREME)},
            "WHO DQR (PMC6411115)",
            (doses, _("mean"), "z"),
        ),
        RuleWords(
            "sd_extreme",
            _("Extreme outlier: 3 SD"),
            _(
                "%(limit)s or more standard deviations (population SD) from the mean of the place’s months. "
                "Needs 10 months: with n months no value can be further than √(n−1)."
            )
            % {"limit": _figure(thresholds.SD_EXTREME)},
            "WHO DQR (PMC6411115); DHIS2",
            (doses, _("mean"), "z"),
        ),
        RuleWords(
            "year_ratio",
            _("Against earlier years"),
            _(
                "The doses of the last twelve months %(limit)s percent or more above or below the mean of the same "
                "months one to %(years)s years earlier. Only complete years are compared."
            )
            % {"limit": _figure(thresholds.YEAR_RATIO_PERCENT), "years": thresholds.YEARS_BEFORE},
            "WHO DQR (PMC6411115)",
            (doses, _("mean of earlier years"), _("difference, %")),
        ),
        RuleWords(
            "published",
            _("Against published coverage"),
            _(
                "DTP1 or DTP3 coverage of a calendar year that is %(limit)s percentage points or more above or below "
                "the one that a survey or an estimate gives for the same place and year."
            )
            % {"limit": _figure(thresholds.PUBLISHED_DIFFERENCE_POINTS)},
            "DHIS2, data-quality-05-denominators",
            (_("coverage, %"), _("published, %"), _("difference, points")),
        ),
        RuleWords(
            "target_change",
            _("Change from year to year"),
            _("A target %(limit)s%% or more above or below that of the year before.")
            % {"limit": _figure(thresholds.YEAR_CHANGE_PERCENT)},
            "DHIS2, data-quality-05-denominators",
            (_("target"), _("year before"), _("change, %")),
        ),
        RuleWords(
            "target_parts",
            _("Whole and parts"),
            _("A target that is not the sum of those right below it, beyond rounding (half a child for each part)."),
            "DHIS2, data-quality-05-denominators",
            (_("target"), _("sum of the parts"), _("difference")),
        ),
        RuleWords(
            "target_kinds",
            _("Survivors above births"),
            _("More surviving infants than live births: infant mortality would be negative."),
            "Stashko 2019 (PLoS ONE 0216933)",
            (_("surviving infants"), _("live births"), _("implied mortality, %")),
        ),
        RuleWords(
            "target_sources",
            _("Sources apart"),
            _("A target that another source puts %(limit)s%% or more above or below the preferred one.")
            % {"limit": _figure(thresholds.SOURCE_DIFFERENCE_PERCENT)},
            "DHIS2, data-quality-05-denominators",
            (_("other source"), _("preferred source"), _("difference, %")),
        ),
        RuleWords(
            "target_rates",
            _("Implied mortality"),
            _(
                "The infant mortality that births and surviving infants imply, %(limit)s percent or more above or "
                "below the one that another source’s figures imply."
            )
            % {"limit": _figure(thresholds.IMPLIED_RATE_PERCENT)},
            "DHIS2, data-quality-05-denominators",
            (_("implied mortality, %"), _("by the other source, %"), _("difference, %")),
        ),
    ]
    return {rule.code: rule for rule in rules}


def _figure(value: float) -> str:
    return str(number_format(value, decimal_pos=0 if value.is_integer() else 1, use_l10n=True))
