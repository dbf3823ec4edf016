"""A stored result as a page tells it: estimates with their threshold, diagnostics, sensitivity, chart, sentences.

Nothing is computed here: everything was, by the worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.formats import period_text
from indicators.pages.numbers import unit_name
from research.linkage.methods.result import Estimate, Refused, Result, from_json
from research.linkage.plans.code_words import (
    curve_label,
    diagnostic_label,
    diagnostic_verdict,
    limits,
    refusal,
    variant_words,
    warning,
)
from research.linkage.plans.details import EventTime, event_times, sentences
from research.linkage.plans.facts import indicator_name, measure_of
from research.linkage.plans.models import AnalysisRun, PlanVersion
from research.linkage.plans.scales import estimate_text, interval_text, p_text
from research.linkage.plans.thresholds import verdict
from research.linkage.plans.words import (
    estimate_label,
    main_sentence,
    prespecified_text,
    sensitivity_summary,
    threshold_text,
    variant_label,
)

SHOWN_CURVES = ("observed", "fitted", "counterfactual", "comparison", "lower", "upper")


class Read(NamedTuple):
    """A result in one line. `refused`: the method gave none, and `sentence` says why."""

    refused: bool
    sentence: str
    estimate: str = ""
    interval: str = ""


class Told(NamedTuple):
    """A row of the table of estimates."""

    label: str
    estimate: str
    interval: str
    p: str


class Checked(NamedTuple):
    label: str
    value: float | None
    verdict: str


class Varied(NamedTuple):
    """A row of the table of sensitivity: the main estimate in one variant, or why there is none."""

    label: str
    estimate: str
    interval: str
    refused: str = ""


@dataclass(frozen=True)
class Whole:
    """Everything that the page of a result shows."""

    short: Read
    sentences: Sequence[str]
    threshold: str
    estimates: Sequence[Told]
    diagnostics: Sequence[Checked]
    warnings: Sequence[str]
    sensitivity: Sequence[Varied]
    limits: Sequence[str]
    details: Sequence[str]
    event_times: Sequence[EventTime]
    chart: Chart | None
    variant: str
    points: int


def read_run(run: AnalysisRun, version: PlanVersion) -> Read | None:
    """The result in one line; None where there is none yet."""
    if run.result is None:
        return None
    found = from_json(run.result)
    if isinstance(found, Refused):
        return Read(True, refusal(found.reason, found.detail))
    main = found.estimates[0] if found.estimates else None
    if main is None:
        return Read(True, _("The method gave no estimate."))
    unit = _unit(version.outcome)
    return Read(
        False,
        main_sentence(version, main, unit),
        estimate_text(main.value, main.scale, unit),
        interval_text(main, unit),
    )


def read_whole(run: AnalysisRun) -> Whole:
    """A run that is done, whole."""
    version, found = run.version, from_json(run.result or {})
    short = read_run(run, version) or Read(True, "")
    if isinstance(found, Refused):
        told = [short.sentence, prespecified_text(version)]
        details = sentences(found, version)
        return Whole(short, told, "", (), (), (), (), limits(version.method), details, (), None, "", 0)
    unit = _unit(version.outcome)
    main = found.estimates[0] if found.estimates else None
    varied = [(one["code"], from_json(one["found"])) for one in run.sensitivity]
    threshold = threshold_text(verdict(main, version.threshold), version.threshold, main, unit) if main else ""
    others = [_main(other) for _code, other in varied]
    told = [
        short.sentence, threshold, sensitivity_summary(main, others, unit) if main else "", prespecified_text(version)
    ]  # fmt: skip
    return Whole(
        short=short,
        sentences=[one for one in told if one],
        threshold=threshold,
        estimates=[_told(one, unit) for one in found.estimates],
        diagnostics=[
            Checked(diagnostic_label(d.name), d.value, diagnostic_verdict(d.verdict)) for d in found.diagnostics
        ],
        warnings=[warning(code) for code in found.warnings],
        sensitivity=[_varied(code, other, version, unit) for code, other in varied],
        limits=limits(version.method),
        details=sentences(found, version),
        event_times=event_times(found, unit),
        chart=chart_of(run, found),
        variant=variant_words(found.variant),
        points=found.points,
    )


def chart_of(run: AnalysisRun, found: Result) -> Chart | None:
    """What was observed, what was fitted, and how it would have gone on without the change; None without curves."""
    version = run.version
    labels = [period_text(period) for period in _periods(run)]
    series = [
        Series(
            curve_label(version.method, code), list(zip(labels, found.curves[code], strict=True)),
            kind="line" if code == "observed" else "guide", demonstration=run.demonstration,
        )
        for code in SHOWN_CURVES
        if code in found.curves and len(found.curves[code]) == len(labels)
    ]  # fmt: skip
    if not series:
        return None
    measure = measure_of(version.outcome)
    return line_chart(
        series,
        title=_("%(indicator)s, and its course without the change") % {"indicator": indicator_name(version.outcome)},
        unit=unit_name(_unit(version.outcome)),
        source=str(measure.source) if measure else "",
        y_from_zero=False,
        key="counterfactual",
        note=_("The course without the change is computed from the periods before; it was observed by nobody."),
    )


def _periods(run: AnalysisRun) -> list[str]:
    """The periods of the panel, in order, from the inputs that the run kept."""
    return list(dict.fromkeys(row[3] for row in run.manifest["inputs"]))


def _unit(code: str) -> str:
    measure = measure_of(code)
    return measure.unit if measure else ""


def _main(found: Result | Refused) -> Estimate | None:
    return found.estimates[0] if isinstance(found, Result) and found.estimates else None


def _told(one: Estimate, unit: str) -> Told:
    label = estimate_label(one.name)
    return Told(label, estimate_text(one.value, one.scale, unit), interval_text(one, unit), p_text(one.p))


def _varied(code: str, found: Result | Refused, version: PlanVersion, unit: str) -> Varied:
    label = variant_label(code, version)
    if isinstance(found, Refused):
        return Varied(label, "", "", refusal(found.reason, found.detail))
    main = _main(found)
    if main is None:
        return Varied(label, "", "", _("The method gave no estimate."))
    return Varied(label, estimate_text(main.value, main.scale, unit), interval_text(main, unit))
