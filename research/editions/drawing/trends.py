"""Trends: first doses, the hub's districts beside the nation, zero-dose, and what others published."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.pages import breakdown
from indicators.pages.formats import period_text
from indicators.pages.numbers import unit_name, value_text
from indicators.pages.queries import published_figures
from indicators.pages.told_alone import told
from indicators.periods import Period
from indicators.registry.definitions import Definition, definition
from indicators.rollup.readings import Reading, readings
from research.agenda.models import Hub, StudyDistrict
from research.editions.drawing.blocks import Cell, Drawn, Text, both, paired, text
from research.editions.drawing.span import Span
from research.evaluations.trends import Level, level_groups, levels

PUBLISHED = ("dtp1_coverage", "dtp3_coverage", "zero_dose")
PUBLISHED_YEARS, SENTENCES = 5, 3


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    groups, periods = level_groups(), span.trend
    doses, coverage = definition("dtp1_doses"), definition("dtp1_coverage")
    compared = levels("dtp1_doses", hub.country, groups, periods)
    wheres: list[int | str] = [hub.country.pk, *(f"group:{group.key}" for group in groups)]
    names: list[Text] = [both(lambda: hub.country.name), *(paired(group, "name") for group in groups)]
    drawn.multiples(
        doses,
        lambda: (
            _("%(indicator)s: the nation, the Gavi-supported districts and the hub’s districts, each on its scale")
            % {"indicator": doses.name}
        ),
        lambda: _("%(unit)s by quarter") % {"unit": unit_name(doses.unit)},
        periods,
        [
            (name, [drawn.value(doses, where, one, level.readings[one]) for one in periods])
            for name, where, level in zip(names, wheres, compared, strict=True)
        ],
        shared=False,
    )
    for name, level in zip(names, compared, strict=True):
        _tell(drawn, doses, name, level, periods)
    _beside_the_nation(drawn, coverage, hub, periods)
    _zero_dose(drawn, hub, names, wheres, span.year)
    _published(drawn, hub, span)


def _tell(drawn: Drawn, measure: Definition, name: Text, level: Level, periods: Sequence[Period]) -> None:
    """The first sentences of what the series does, by the fixed rules of the pages."""

    def words() -> str:
        parts = [breakdown.part(measure, period_text(p), level.readings[p], 0, p, link=False) for p in periods]
        return " ".join(one.text for one in told(parts, measure, "quarter").sentences[:SENTENCES])

    said = both(words)
    if all(said.values()):
        found = {language: f"{name[language]}. {said[language]}" for language in said}
        drawn.blocks.append({"kind": "text", "text": found, "demonstration": level.demonstration})


def _beside_the_nation(drawn: Drawn, measure: Definition, hub: Hub, periods: Sequence[Period]) -> None:
    """Each study district and the country on one and the same axis."""
    districts = [one.unit for one in StudyDistrict.objects.filter(hub=hub).select_related("unit")]
    places: list[OrgUnit] = [hub.country, *districts]
    found = readings(measure.code, places, periods)
    drawn.multiples(
        measure,
        lambda: (
            _("%(indicator)s: the hub’s districts beside the nation, all on one scale") % {"indicator": measure.name}
        ),
        lambda: _("percent of the target, by quarter"),
        periods,
        [
            (
                both(lambda place: place.name, place),
                [drawn.value(measure, place.pk, p, found[place.pk, p]) for p in periods],
            )
            for place in places
        ],
        shared=True,
        reference=100,
    )


def _zero_dose(drawn: Drawn, hub: Hub, names: Sequence[Text], wheres: Sequence[int | str], year: Period) -> None:
    measure = definition("zero_dose")
    rows: list[list[Cell]] = []
    compared: list[Reading] = [
        level.readings[year] for level in levels(measure.code, hub.country, level_groups(), [year])
    ]
    for name, where, reading in zip(names, wheres, compared, strict=True):
        rows.append([{"text": name}, {"value": drawn.value(measure, where, year, reading)}])
    drawn.table(
        lambda: (
            _("Children without a first dose in %(year)s: surviving infants less first doses, with its sign")
            % {"year": year.year}
        ),
        [lambda: _("Level"), lambda: measure.short],
        rows,
        source=lambda: measure.source,
    )


def _published(drawn: Drawn, hub: Hub, span: Span) -> None:
    """What WHO and UNICEF and others printed of the country, as printed, never mixed with the numbers above."""
    until, since = span.last.end.year, span.last.end.year - PUBLISHED_YEARS + 1
    rows, sources = [], {}
    for figure in published_figures(PUBLISHED, [hub.country]).order_by("indicator", "period", "key"):
        period = Period.from_code(figure.period) if figure.period else None
        if period is None or not since <= period.year <= until or figure.value is None:
            continue
        unit = "percent" if figure.measure == "percent" else "children"
        sources[figure.source_id] = figure.source
        rows.append([
            text(lambda code, when: f"{definition(code).short}, {period_text(when)}", figure.indicator, period),
            text(value_text, figure.value, unit),
        ])  # fmt: skip
    drawn.table(
        lambda: _("What others published about the country"),
        [lambda: _("Indicator"), lambda: _("Value")],
        rows,
        source=lambda: " · ".join(str(one.title) for one in sources.values()),
    )
