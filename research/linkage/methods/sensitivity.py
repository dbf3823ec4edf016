"""The same method on the same panel with one thing changed at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

from research.linkage.methods.catalogue import METHODS
from research.linkage.methods.inputs import Panel, UnitSeries
from research.linkage.methods.result import Refused, Result


def variants(panel: Panel, method: str, options: Mapping[str, Any]) -> Iterator[tuple[str, Result | Refused]]:
    """(code, answer): `denominator_low` and `denominator_high` (targets ten per cent lower and higher),
    `without_flagged` where any value is flagged, `without_unit:<unit>` for each place where there are several."""
    run = METHODS[method].run
    for code, share in (("denominator_low", 0.9), ("denominator_high", 1.1)):
        yield code, run(_each(panel, lambda one, share=share: _scaled(one, share)), options)  # type: ignore[misc]
    if any(any(one.flagged) for one in panel.units):
        yield "without_flagged", run(_each(panel, _unflagged), options)
    if len(panel.units) > 1:
        for left_out in panel.units:
            rest = tuple(one for one in panel.units if one is not left_out)
            yield f"without_unit:{left_out.unit}", run(panel._replace(units=rest), options)


def _each(panel: Panel, change: Any) -> Panel:
    return panel._replace(units=tuple(change(one) for one in panel.units))


def _scaled(one: UnitSeries, share: float) -> UnitSeries:
    return one._replace(denominators=tuple(None if value is None else share * value for value in one.denominators))


def _unflagged(one: UnitSeries) -> UnitSeries:
    kept = one.flagged or (False,) * len(one.numerators)
    return one._replace(
        numerators=tuple(None if bad else value for value, bad in zip(one.numerators, kept, strict=True))
    )
