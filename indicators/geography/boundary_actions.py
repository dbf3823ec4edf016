"""The writer of boundaries."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from indicators.geography.models import UnitBoundary
from indicators.geography.outlines import Outline
from indicators.geography.simplification import simplified
from indicators.sources.models import Source

USUAL_METRES = 50.0
"""By as much a border may be moved to need fewer corners: less than a map of a district shows."""
_AT_ONCE = 200


class Saved(NamedTuple):
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def save_boundaries(
    outlines: Mapping[int, Outline],
    *,
    source: Source | None,
    file_name: str,
    metres: float = USUAL_METRES,
    beside: Sequence[Outline] = (),
    demonstration: bool = False,
) -> Saved:
    """Unit id → where it lies, replacing what was known of these units; the others keep theirs.

    Outlines are simplified together, so that neighbours of one file keep their common borders; `beside` are its other
    places, which are not saved: borders with them come out the same once they are. A point does not replace an outline,
    for it says less, unless the outline is made up.
    """
    simpler = dict(zip(outlines, simplified([*outlines.values(), *beside], metres), strict=False))
    known = {row.unit_id: row for part in _parts(list(simpler)) for row in UnitBoundary.objects.filter(unit__in=part)}
    new, changed = [], []
    for unit, outline in simpler.items():
        row = known.get(unit) or UnitBoundary(unit_id=unit)
        if outline.point and row.pk and row.geometry["type"] != "Point" and not row.demonstration:
            continue
        before = row.geometry, row.source_id, row.demonstration
        row.geometry, row.source, row.demonstration = outline.as_geojson(), source, demonstration
        if not row.pk:
            new.append(row)
        elif before != (row.geometry, row.source_id, row.demonstration):
            changed.append(row)
        row.file_name, row.changed_at = file_name[:300], timezone.now()
    UnitBoundary.objects.bulk_create(new, batch_size=_AT_ONCE)
    fields = ["geometry", "source", "file_name", "demonstration", "changed_at"]
    UnitBoundary.objects.bulk_update(changed, fields, batch_size=_AT_ONCE)
    return Saved(len(new), len(changed), len(simpler) - len(new) - len(changed))


def _parts(keys: list[int]) -> list[list[int]]:
    return [keys[start : start + 500] for start in range(0, len(keys), 500)]
