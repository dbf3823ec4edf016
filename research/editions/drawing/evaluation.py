"""An evaluation: planned and done by site, how the innovation is carried out, before and after go-live, first doses."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text, period_text
from indicators.registry.definitions import definition
from research.editions.drawing.blocks import Drawn, Text, text
from research.editions.drawing.places import names_told
from research.editions.drawing.span import Span
from research.evaluations.before_after import before_after
from research.evaluations.measures import PROCESS
from research.evaluations.models import Evaluation, EvaluationSite
from research.evaluations.progress import progress, quotient
from research.evaluations.queries import Followed, Window, evaluations, followed, sites_of, window
from research.evaluations.sums import summed
from research.evaluations.trends import site_trend
from research.evaluations.views.records import records_of, words

SITES_DRAWN = 12
"""Sites with a small chart of their own; the sums are of all."""


def draw(drawn: Drawn, code: str, span: Span) -> None:
    evaluation = evaluations().filter(code=code).first()
    if evaluation is None:
        drawn.say(lambda: _("This evaluation is not on record."))
        return
    everywhere = followed(evaluation)
    units = [site.unit_id for site in everywhere]
    sites = list(sites_of(evaluation)[:SITES_DRAWN])
    names = names_told([site.unit for site in sites])
    _planned_and_done(drawn, evaluation, everywhere, sites, names, span)
    _carried_out(drawn, code, units, span)
    _before_after(drawn, code, everywhere)
    measure = definition("dtp1_coverage")
    trend = site_trend(measure.code, list(names), span.trend)
    drawn.multiples(
        measure,
        lambda: _("%(indicator)s of the sites followed, all on one scale") % {"indicator": measure.name},
        lambda: _("percent of the target, by quarter"),
        span.trend,
        [
            (name, [drawn.value(measure, unit, one, trend.found[unit, one]) for one in span.trend])
            for unit, name in names.items()
        ],
        shared=True,
        reference=100,
    )


def _planned_and_done(
    drawn: Drawn, evaluation: Evaluation, everywhere: Sequence[Followed], sites: Sequence[EvaluationSite],
    names: Mapping[int, Text], span: Span,
) -> None:  # fmt: skip
    months = window(everywhere, span.last.end)
    first, last = span.months
    asked = Window(max(first, months.first), min(last, months.last)) if months else None
    if asked is None or asked.last < asked.first:
        drawn.say(lambda: _("Nothing was expected of any site in these months."))
        return
    records = records_of(evaluation, everywhere, asked)
    found = progress(sites, {unit: name["fr"] for unit, name in names.items()}, records, asked)
    rows = [
        [
            {"text": names[row.site.unit_id]},
            text(lambda row: number_text(row.planned), row),
            text(lambda row: number_text(row.done), row),
        ]
        for row in found.rows
    ]
    rows.append([
        text(lambda: _("All sites")),
        text(lambda: number_text(found.planned)),
        text(lambda: number_text(found.done)),
    ])  # fmt: skip
    drawn.table(
        lambda: words(evaluation.code)["counted"],
        [lambda: _("Site"), lambda: _("Planned or expected"), lambda: _("Done or received")],
        rows,
        source=lambda: words(evaluation.code)["rule"],
        demonstration=found.made_up,
    )


def _carried_out(drawn: Drawn, code: str, units: Sequence[int], span: Span) -> None:
    """The process measures of all sites together: sums over sums."""
    measures = [definition(one) for one in PROCESS.get(code, ())]
    found = summed(measures, units, span.quarters)
    rows = []
    for measure in measures:
        sides = [found.by_measure[measure.code][one] for one in span.quarters]
        if any(one.known for one in sides):
            values = [quotient(measure, one.above, one.below) if one.known else None for one in sides]
            keys = [
                drawn.summed(measure, f"evaluation:{code}", period, value, one, found.demonstration)
                for period, value, one in zip(span.quarters, values, sides, strict=True)
            ]
            rows.append([text(lambda m: m.short, measure), *({"value": key} for key in keys)])
    drawn.table(
        lambda: _("How it is carried out, all sites together"),
        [lambda: _("Measure"), *(partial(period_text, period) for period in span.quarters)],
        rows,
        demonstration=found.demonstration,
    )


def _before_after(drawn: Drawn, code: str, sites: Sequence[Followed]) -> None:
    found = before_after(code, sites)
    if found is None:
        return
    rows = [
        [text(lambda r: r.definition.short, row), *(text(lambda s: s.text, side) for side in row.sides)]
        for row in found.rows
    ]
    drawn.table(
        lambda: _("Before and after go-live: site-months on both sides, described and not tested"),
        [
            lambda: _("Measure"), lambda: _("Live, before"), lambda: _("Live, after"), lambda: _("Not live, before"),
            lambda: _("Not live, after"),
        ],
        rows,
        demonstration=found.demonstration,
    )  # fmt: skip
