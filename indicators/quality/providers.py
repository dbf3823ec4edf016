"""Who uses which threshold: reviews and tools differ, and the same numbers pass in one and are flagged in another."""

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.quality import thresholds


class ProviderThreshold(NamedTuple):
    """`used`: whether it is the one that this board applies."""

    test: str
    provider: str
    threshold: str
    source: str
    used: bool


def provider_thresholds() -> list[ProviderThreshold]:
    """The published thresholds of the tests of the board, in the reader's language."""
    completeness, modified = _("reporting completeness"), _("modified z")
    sd = _("standard deviations from the mean")
    year, target = _("a year against those before it"), _("a target against another source")
    dhis2, who, countdown = "DHIS2", _("WHO, data quality review"), "Countdown 2030"
    data_suite = "datasuite.vercel.app/docs/framework/2-data-quality-assessment"
    rows = [
        (completeness, dhis2, _at_least(thresholds.COMPLETENESS_PERCENT, "%"), "data-quality-03-analysis", True),
        (completeness, countdown, _at_least(thresholds.COMPLETENESS_COUNTDOWN, "%"), data_suite, False),
        (modified, _("Sierra Leone, study of routine data"), _figure(thresholds.MODIFIED_Z), "BMC 06529-7", True),
        (modified, dhis2, _figure(thresholds.MODIFIED_Z_DHIS2), "data-validation", False),
        (
            _("median absolute deviations from the median"),
            countdown,
            _figure(thresholds.DEVIATIONS_COUNTDOWN),
            data_suite,
            False,
        ),
        (sd, who, f"{_figure(thresholds.SD_MODERATE)} / {_figure(thresholds.SD_EXTREME)}", "PMC6411115", True),
        (sd, dhis2, _figure(thresholds.SD_EXTREME), "data-validation", True),
        (year, who, f"± {_figure(thresholds.YEAR_RATIO_PERCENT)} %", "PMC6411115", True),
        (target, dhis2, f"± {_figure(thresholds.SOURCE_DIFFERENCE_PERCENT)} %", "data-quality-05-denominators", True),
        (
            _("a rate implied by targets against another source’s"),
            dhis2,
            f"± {_figure(thresholds.IMPLIED_RATE_PERCENT)} %",
            "data-quality-05-denominators",
            True,
        ),
    ]
    return [ProviderThreshold(*row) for row in rows]


def _at_least(value: float, unit: str) -> str:
    return f"≥ {_figure(value)} {unit}"


def _figure(value: float) -> str:
    return str(number_format(value, decimal_pos=0 if value.is_integer() else 1, use_l10n=True))
