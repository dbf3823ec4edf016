"""What lists can be asked for. The names are all there are; help texts become the description of the interface."""

from datetime import date
from typing import Any

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field

from indicators.api import parameters
from indicators.exchange.models import ImportRun
from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.periods import Frequency
from indicators.registry.models import DataElement
from indicators.values.models import Batch, DataValue, Denominator

_MOST = 2**31 - 1
_DAY = 100_000_000  # what follows the frequency in a period's code: yyyymmdd


class WholeFilter(df.NumberFilter):
    """A number that fits the column, else a clear 400."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra.update(min_value=0, max_value=_MOST)
        meaning = {"description": kwargs["help_text"]} if "help_text" in kwargs else {}
        extend_schema_field({"type": "integer", "minimum": 0, **meaning})(self)

    def get_max_validator(self) -> None:
        """The field has its own."""


class UnitFilter(df.CharFilter):
    """The unit with that uid and everything below it today."""

    def __init__(self, lookup: str = "", **kwargs: Any) -> None:
        super().__init__(help_text="Uid: that organisation unit and everything below it today.", **kwargs)
        self.path = f"{lookup}__path__startswith" if lookup else "path__startswith"

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        unit = parameters.unit_for(self.parent.request.user, value)
        return rows.filter(**{self.path: unit.path})


class OrgUnitFilters(df.FilterSet):
    org_unit = UnitFilter()
    level = WholeFilter(help_text="1 is the country.")
    group = df.CharFilter(
        field_name="unit_groups__key", distinct=True, help_text="Key of a group, today's or a former member."
    )
    code = df.CharFilter(help_text="The code, exactly.")
    name = df.CharFilter(lookup_expr="icontains", help_text="A part of the name.")
    open_on = df.DateFilter(method="filter_open_on", help_text="Units open on that day (yyyy-mm-dd).")

    class Meta:
        model = OrgUnit
        fields: list[str] = []

    def filter_open_on(self, rows: QuerySet[OrgUnit], _name: str, day: date) -> QuerySet[OrgUnit]:
        opened = Q(opening_date=None) | Q(opening_date__lte=day)
        return rows.filter(opened, Q(closed_date=None) | Q(closed_date__gte=day))


class GroupFilters(df.FilterSet):
    key = df.CharFilter(help_text="The key, exactly.")

    class Meta:
        model = OrgUnitGroup
        fields: list[str] = []


class ElementFilters(df.FilterSet):
    concept = df.CharFilter(help_text="For example DTP1.")
    code = df.CharFilter(help_text="The code, exactly.")
    name = df.CharFilter(method="filter_name", help_text="A part of the French or English name.")
    data_set = df.CharFilter(field_name="data_sets__uid", help_text="Uid of a data set that asks for it.")
    reported = df.BooleanFilter(
        field_name="derivation",
        lookup_expr="exact",
        method="filter_reported",
        help_text="false: those computed from others.",
    )

    class Meta:
        model = DataElement
        fields: list[str] = []

    def filter_name(self, rows: QuerySet[DataElement], _name: str, part: str) -> QuerySet[DataElement]:
        return rows.filter(Q(name_fr__icontains=part) | Q(name_en__icontains=part))

    def filter_reported(self, rows: QuerySet[DataElement], _name: str, wanted: bool) -> QuerySet[DataElement]:
        return rows.filter(derivation="") if wanted else rows.exclude(derivation="")


class ValueFilters(df.FilterSet):
    """`from` is no name for an attribute of a class: see the end of the file."""

    data_element = df.CharFilter(method="filter_element", help_text="Uids, with commas between.")
    org_unit = UnitFilter("unit")
    period = df.CharFilter(method="filter_period", help_text="Exactly that period: 202501, 2025Q1, 2025.")
    to = df.CharFilter(method="filter_to", help_text="Periods that begin no later than the last day of this one.")
    since_batch = WholeFilter(
        field_name="batch_id", lookup_expr="gt", help_text="Values set by a later batch than this: what changed since."
    )

    class Meta:
        model = DataValue
        fields: list[str] = []

    def filter_element(self, rows: QuerySet[DataValue], name: str, uids: str) -> QuerySet[DataValue]:
        return rows.filter(element_id__in=parameters.element_ids(uids, name))

    def filter_period(self, rows: QuerySet[DataValue], name: str, text: str) -> QuerySet[DataValue]:
        return rows.filter(period=parameters.period(text, name).code)

    def filter_from(self, rows: QuerySet[DataValue], name: str, text: str) -> QuerySet[DataValue]:
        first = parameters.period(text, name).start
        return rows.filter(_of_any_frequency(_day(first), _DAY - 1))

    def filter_to(self, rows: QuerySet[DataValue], name: str, text: str) -> QuerySet[DataValue]:
        return rows.filter(_of_any_frequency(0, _day(parameters.period(text, name).end)))


class DenominatorFilters(df.FilterSet):
    org_unit = UnitFilter("unit")
    year = WholeFilter()
    kind = df.ChoiceFilter(choices=Denominator.Kind.choices)
    preferred = df.BooleanFilter(help_text="true: those that enter coverage.")
    source = df.CharFilter(field_name="source__key", help_text="Key of the source.")

    class Meta:
        model = Denominator
        fields: list[str] = []


class BatchFilters(df.FilterSet):
    since = WholeFilter(field_name="pk", lookup_expr="gt", help_text="Batches after this one.")
    origin = df.ChoiceFilter(choices=Batch.Origin.choices)

    class Meta:
        model = Batch
        fields: list[str] = []


class ImportFilters(df.FilterSet):
    state = df.ChoiceFilter(choices=ImportRun.State.choices)
    sha256 = df.CharFilter(help_text="Of the file's bytes: was it taken in already?")

    class Meta:
        model = ImportRun
        fields: list[str] = []


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _of_any_frequency(low: int, high: int) -> Q:
    """Codes whose first day lies between: a range for each frequency, so that an index serves."""
    found = Q()
    for frequency in Frequency:
        found |= Q(period__range=(frequency * _DAY + low, frequency * _DAY + high))
    return found


def _with_from(filters: type[df.FilterSet]) -> None:
    begins = df.CharFilter(
        field_name="from", method="filter_from", help_text="Periods that begin no earlier than this one."
    )
    filters.declared_filters["from"] = filters.base_filters["from"] = begins


_with_from(ValueFilters)
