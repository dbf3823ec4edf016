"""Data elements and option combinations as another system gives them. Pure."""

from typing import NamedTuple


class ElementRecord(NamedTuple):
    uid: str
    code: str | None
    name_fr: str
    name_en: str
    value_type: str
    aggregation: str


class IndicatorRecord(NamedTuple):
    uid: str
    code: str
    name_fr: str
    name_en: str
    numerator: str
    denominator: str
    factor: float
    annualised: bool


class ConstantRecord(NamedTuple):
    uid: str
    name_fr: str
    name_en: str
    value: float


class ComboRecord(NamedTuple):
    uid: str
    code: str
    name: str


class DataSetRecord(NamedTuple):
    """`elements` and `units` are uids; empty where the file says nothing of them. `frequency` as DHIS2 names it."""

    uid: str
    code: str
    name_fr: str
    name_en: str
    frequency: str
    timely_days: int
    elements: tuple[str, ...]
    units: tuple[str, ...]
