"""From readings to figures. Titles state what is seen; nothing here reads the database."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.charts import Chart, Series, SmallMultiples, line_chart, small_multiples
from indicators.pages.formats import number_text, period_text
from indicators.pages.numbers import unit_name
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.values.models import PublishedFigure
from research.evaluations.trends import Level, Trend


def level_doses(levels: Sequence[Level]) -> SmallMultiples:
    """First doses by quarter of each level on its own scale, so that the hub's districts are not flattened."""
    measure = definition("dtp1_doses")
    return small_multiples(
        [_level_series(level) for level in levels],
        title=_change_title(levels[-1]) if levels else measure.name,
        unit=_("%(unit)s by quarter") % {"unit": unit_name(measure.unit)},
        source=measure.source,
        key="levels-doses",
    )


def level_coverage(levels: Sequence[Level]) -> Chart:
    """First-dose coverage of the levels on one scale."""
    measure = definition("dtp1_coverage")
    return line_chart(
        [_level_series(level) for level in levels],
        title=_("%(indicator)s by level and quarter") % {"indicator": measure.name},
        unit="%",
        source=measure.source,
        reference=100,
        reference_label="100 %",
        key="levels-coverage",
    )


def site_coverage(trend: Trend, names: Mapping[int, str]) -> SmallMultiples:
    """Coverage of each site by quarter, all on the same scale; values above 100 % are marked, gaps stay gaps."""
    measure = definition(trend.code)
    series = [unit_series(trend, unit, name) for unit, name in names.items()]
    over = sum(any(value is not None and value > 100 for value in one.values) for one in series)
    title = ngettext(
        "%(indicator)s: %(over)s of %(sites)s site above 100%% at least once",
        "%(indicator)s: %(over)s of %(sites)s sites above 100%% at least once",
        len(series),
    ) % {"indicator": measure.short, "over": number_text(over), "sites": number_text(len(series))}
    return small_multiples(
        series,
        title=title,
        unit=_("percent of the target, by quarter"),
        source=measure.source,
        reference=100,
        shared=True,
        key="site-coverage",
    )


def one_site(trend: Trend, unit: int, name: str, title: str) -> Chart:
    """An indicator of one site by quarter."""
    measure = definition(trend.code)
    percent = measure.unit == "percent"
    return line_chart(
        [unit_series(trend, unit, name)],
        title=title,
        unit=_("%(unit)s by quarter") % {"unit": unit_name(measure.unit)},
        source=measure.source,
        reference=100 if percent else None,
        reference_label="100 %" if percent else "",
        key=f"site-{trend.code}",
    )


def unit_series(trend: Trend, unit: int, name: str) -> Series:
    """The readings of a unit as a line; a missing reading is a gap."""
    found = [trend.found[unit, quarter] for quarter in trend.quarters]
    points = [(period_text(q), reading.value) for q, reading in zip(trend.quarters, found, strict=True)]
    return Series(name, points, demonstration=any(reading.demonstration for reading in found))


def published_estimates(figures: Sequence[PublishedFigure], years: Sequence[Period]) -> Chart | None:
    """National coverage as WHO and UNICEF estimate it, one line per vaccine; None without figures.

    Never on one drawing with the routine reports: two methods, two charts.
    """
    by_code: dict[str, dict[int | None, float | None]] = {}
    for figure in figures:
        by_code.setdefault(figure.indicator, {})[figure.period] = figure.value
    if not by_code or not years:
        return None
    series = [
        Series(definition(code).short, [(str(year.year), values.get(year.code)) for year in years])
        for code, values in sorted(by_code.items())
    ]
    return line_chart(
        series,
        title=_("National coverage as estimated by WHO and UNICEF"),
        unit=_("percent of surviving infants, by year"),
        source=figures[0].source.title,
        reference=100,
        key="published-coverage",
    )


def _level_series(level: Level) -> Series:
    points = [(period_text(period), reading.value) for period, reading in level.readings.items()]
    return Series(level.name, points, demonstration=level.demonstration)


def _change_title(level: Level) -> str:
    """«… : 5 210 doses in Q4 2025, 4 870 a year before», for the last quarter with a value of its own year before."""
    known = {period: reading.value for period, reading in level.readings.items() if reading.value is not None}
    last = max((period for period in known if _year_before(period) in known), default=None)
    if last is None:
        return definition("dtp1_doses").name
    words = {"place": level.name, "value": number_text(known[last]), "period": period_text(last)}
    return _("%(place)s: %(value)s first doses in %(period)s, %(before)s a year before") % {
        **words,
        "before": number_text(known[_year_before(last)]),
    }


def _year_before(period: Period) -> Period:
    return Period(period.frequency, period.year - 1, period.number)
