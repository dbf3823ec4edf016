"""A small country with real-looking identifiers: two districts of two facilities, DTP1 and DTP3 of three months."""

from dataclasses import dataclass

from indicators.accounts.roles import Role
from indicators.models import (
    Batch,
    DataElement,
    DataSet,
    Denominator,
    OptionCombo,
    OrgUnit,
    OrgUnitGroup,
    OrgUnitGroupMembership,
    User,
)
from indicators.periods import Period
from indicators.rollup.actions import refresh_now
from indicators.values.actions import Reported, write_values
from tests.builders import a_data_set, a_source, a_unit, a_user, an_element, the_default_combo

PASSWORD = "a long test password"
DTP1 = {
    ("FacNorthAaa", 1): 10,
    ("FacNorthAaa", 2): 0,
    ("FacNorthBbb", 1): 5,
    ("FacSouthAaa", 1): 20,
    ("FacSouthBbb", 3): 7,
}
"""(facility, month of 2025) → doses; what is not here was not reported, and 0 was."""
DTP3 = {("FacNorthAaa", 1): 8, ("FacSouthAaa", 1): 25}


@dataclass
class Scene:
    country: OrgUnit
    north: OrgUnit
    south: OrgUnit
    facilities: dict[str, OrgUnit]
    dtp1: DataElement
    dtp3: DataElement
    data_set: DataSet
    group: OrgUnitGroup
    option: OptionCombo
    reader: User
    writer: User
    clerk: User


def a_scene() -> Scene:
    country = a_unit("Pays", uid="CountryAaaa", code="ML")
    north = a_unit("Nord", country, uid="DistNorthAa", code="ML-N")
    south = a_unit("Sud", country, uid="DistSouthAa", code="ML-S")
    facilities = {
        uid: a_unit(name, above, uid=uid)
        for uid, name, above in [
            ("FacNorthAaa", "Ségou Un", north),
            ("FacNorthBbb", "Ségou Deux", north),
            ("FacSouthAaa", "Bla Un", south),
            ("FacSouthBbb", "Bla Deux", south),
        ]
    }
    names = {"name_fr": "Doses DTC1", "name_en": "DTP1 doses"}
    dtp1 = an_element("DTP1", uid="ElementDtp1", code="DE_DTP1", **names)
    dtp3 = an_element("DTP3", uid="ElementDtp3", code="DE_DTP3", name_fr="Doses DTC3", name_en="DTP3 doses")
    data_set = a_data_set(
        [dtp1, dtp3],
        [*facilities.values()],
        uid="DataSetVacc",
        code="VAC",
        name_fr="Vaccination",
        name_en="Immunization",
    )
    group = OrgUnitGroup.objects.create(key="pilotes", name_fr="Sites pilotes", name_en="Pilot sites")
    for uid in ("FacNorthAaa", "FacSouthAaa"):
        OrgUnitGroupMembership.objects.create(group=group, unit=facilities[uid])
    source = a_source()
    for unit, children in ((country, 4800), (north, 1200), (south, 3600)):
        kind = Denominator.Kind.SURVIVING_INFANTS
        Denominator.objects.create(unit=unit, year=2025, kind=kind, value=children, source=source)
    option = the_default_combo()
    _report(facilities, {dtp1: DTP1, dtp3: DTP3}, option)
    return Scene(
        country,
        north,
        south,
        facilities,
        dtp1,
        dtp3,
        data_set,
        group,
        option,
        reader=a_user(Role.RESEARCHER, username="reader"),
        writer=a_user(Role.LEAD, username="writer"),
        clerk=a_user(Role.CLERK, districts=[north], username="clerk"),
    )


def a_month(number: int) -> Period:
    return Period.parse(f"2025{number:02d}")


def _report(
    facilities: dict[str, OrgUnit], numbers: dict[DataElement, dict[tuple[str, int], int]], option: OptionCombo
) -> None:
    batch = Batch.objects.create(origin="import", label="given")
    records = [
        Reported(
            element.pk, Period.parse(f"2025{month:02d}").code, facilities[uid].pk, option.pk, option.pk, float(value)
        )
        for element, values in numbers.items()
        for (uid, month), value in values.items()
    ]
    write_values(records, batch=batch)
    refresh_now()
