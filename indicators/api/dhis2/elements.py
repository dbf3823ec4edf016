"""Data elements, data sets and option combinations: what is asked, as DHIS2's interface tells it."""

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.accounts.models import User
from indicators.api.dhis2.names import base_column, base_name, display_column, display_name, short, translations
from indicators.api.dhis2.resource import Property, Resource, Row
from indicators.api.dhis2.units import units_of
from indicators.registry.models import DataElement, DataSet, DataSetAssignment, OptionCombo

_Held = DataSet.elements.through


def _held(**which: Any) -> list[Any]:
    """Which data set asks for which element; each row has both."""
    reported = {"dataelement__derivation": DataElement.Derivation.REPORTED}
    rows = _Held._default_manager.filter(**which, **reported).select_related("dataset", "dataelement")
    return list(rows.order_by("dataset_id", "dataelement__name_fr", "dataelement_id"))


def _sets_of_elements(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for one in _held(dataelement__in=list(found)):
        found[one.dataelement_id].append(one)
    return found


def _elements_of_sets(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for one in _held(dataset__in=list(found)):
        found[one.dataset_id].append(one)
    return found


def _plain_sets(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    return {pk: [one.dataset for one in held] for pk, held in _sets_of_elements(rows, user).items()}


def _plain_elements(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    return {pk: [one.dataelement for one in held] for pk, held in _elements_of_sets(rows, user).items()}


def _units_of_sets(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    assigned = DataSetAssignment.objects.filter(data_set__in=list(found), unit__in=units_of(user).values("pk"))
    for one in assigned.select_related("unit").order_by("unit__path"):
        found[one.data_set_id].append(one.unit)
    return found


_NAMES = {
    "id": Property(lambda row: row.uid, lookup="uid"),
    "code": Property(lambda row: row.code or None, lookup="code"),
    "name": Property(base_name, lookup=base_column),
    "displayName": Property(display_name, lookup=display_column),
    "shortName": Property(short(base_name), lookup=base_column),
    "displayShortName": Property(short(display_name), lookup=display_column),
    "translations": Property(translations),
}

ELEMENTS = Resource(
    "dataElements",
    "DataElement",
    lambda user: DataElement.objects.filter(derivation=DataElement.Derivation.REPORTED),
    {
        **_NAMES,
        "formName": Property(base_name, lookup=base_column),
        "displayFormName": Property(display_name, lookup=display_column),
        "valueType": Property(lambda row: row.value_type, lookup="value_type"),
        "aggregationType": Property(lambda row: row.aggregation, lookup="aggregation"),
        "domainType": Property(lambda row: "AGGREGATE"),
        "dimensionItemType": Property(lambda row: "DATA_ELEMENT"),
        "zeroIsSignificant": Property(lambda row: True),
        "dataSetElements": Property(fetch=_sets_of_elements, of="dataSetElements"),
        "dataSets": Property(fetch=_plain_sets, of="dataSets", lookup="data_sets", listed=False),
    },
)

SETS = Resource(
    "dataSets",
    "DataSet",
    lambda user: DataSet.objects.all(),
    {
        **_NAMES,
        "periodType": Property(lambda row: row.frequency, lookup="frequency"),
        "timelyDays": Property(lambda row: row.timely_days, lookup="timely_days", kind=int),
        "formType": Property(lambda row: "DEFAULT"),
        "dataSetElements": Property(fetch=_elements_of_sets, of="dataSetElements"),
        "dataElements": Property(fetch=_plain_elements, of="dataElements", lookup="elements", listed=False),
        "organisationUnits": Property(fetch=_units_of_sets, of="organisationUnits", lookup="assignments__unit"),
    },
)

HELD = Resource(
    "dataSetElements",
    "DataSetElement",
    lambda user: [],
    {
        "dataSet": Property(fetch=lambda rows, user: {row.pk: row.dataset for row in rows}, of="dataSets"),
        "dataElement": Property(fetch=lambda rows, user: {row.pk: row.dataelement for row in rows}, of="dataElements"),
    },
)

COMBOS = Resource(
    "categoryOptionCombos",
    "CategoryOptionCombo",
    lambda user: OptionCombo.objects.all(),
    {
        "id": Property(lambda row: row.uid, lookup="uid"),
        "code": Property(lambda row: row.code or None, lookup="code"),
        "name": Property(lambda row: row.name, lookup="name"),
        "displayName": Property(lambda row: row.name, lookup="name"),
        "shortName": Property(short(display_name), lookup="name"),
    },
)
