"""Writes the made-up doses as data values, beside whatever was really reported."""

from indicators.models import Batch, DataElement, DataValue, OptionCombo, OrgUnit, Source
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported
from research.study.demonstration.doses import SEED, monthly_doses
from research.study.demonstration.places import demonstration_places


def ensure_doses(units: dict[str, OrgUnit]) -> int:
    """How many values were written now. A cell that holds any value already is left alone, a real one above all."""
    elements = dict(DataElement.objects.filter(code__in=["DTP1", "DTP3"]).values_list("code", "pk"))
    default = OptionCombo.objects.get(uid=OptionCombo.DEFAULT_UID).pk
    stored = set(
        DataValue.objects.filter(element__in=elements.values(), unit__in=units.values())
        .values_list("element_id", "period", "unit_id")
    )  # fmt: skip
    records = []
    for place in demonstration_places():
        unit = units[place.key].pk
        for month, doses in monthly_doses(place).items():
            for code, value in (("DTP1", doses.dtp1), ("DTP3", doses.dtp3)):
                if value is not None and (elements[code], month.code, unit) not in stored:
                    records.append(Reported(elements[code], month.code, unit, default, default, value))
    if records:
        record_values(
            records,
            origin=Batch.Origin.DEMONSTRATION,
            label=f"DTP1, DTP3 ({SEED})",
            by=None,
            source=Source.objects.get(key="demonstration"),
            demonstration=True,
        )
    return len(records)
