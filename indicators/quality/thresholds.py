"""The thresholds of the quality rules, each named once, with who uses it. Pure."""

MODIFIED_Z = 3.5
"""Modified z-score above which a value is an outlier (as in Sierra Leone's study of routine data, BMC Health Services
Research 06529-7; DHIS2 takes 3.0 by default)."""

MODIFIED_Z_DHIS2 = 3.0
"""DHIS2's default for the modified z-score."""

MODIFIED_Z_POINTS = 6
"""Fewest values of a series for a modified z-score: this tool's own choice, half a year of months."""

MODIFIED_Z_SCALE = 0.6745
"""The 0.75 quantile of the normal distribution: makes the median absolute deviation comparable with an SD."""

DEVIATIONS_COUNTDOWN = 5.0
"""Countdown 2030: an outlier is more than five median absolute deviations from the median."""

SD_MODERATE = 2.0
SD_EXTREME = 3.0
"""WHO data quality review: moderate from 2, extreme from 3 standard deviations. 3 is also DHIS2's z-score."""

YEAR_RATIO_PERCENT = 33.0
"""WHO data quality review: a year against the mean of the years before it, either way."""

YEARS_BEFORE = 3
"""So many years before at most enter that mean (WHO data quality review; some reviews take two)."""

YEAR_CHANGE_PERCENT = 10.0
"""Change of a target population from one year to the next (DHIS2 guide to denominators)."""

SOURCE_DIFFERENCE_PERCENT = 10.0
"""Difference of a target population from another source's (the same guide)."""

IMPLIED_RATE_PERCENT = 20.0
"""Difference of a rate that two targets imply from what another source's imply (the same guide)."""

PUBLISHED_DIFFERENCE_POINTS = 10.0
"""Percentage points between routine coverage and one that a survey or an estimate gives (the same guide)."""

ROUNDING_PER_PART = 0.5
"""By how much each part of a sum may be off because children are whole."""

COMPLETENESS_PERCENT = 80.0
"""Below it the numbers may not be fully representative (DHIS2 guide to data quality)."""

COMPLETENESS_COUNTDOWN = 90.0
"""Countdown 2030's threshold of reporting completeness."""
