"""Which values a `GET /api/dataValueSets` asks for: its parameters, checked, as one query and four lists of names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.api.dhis2.answers import conflict, flag, one, several
from indicators.api.dhis2.metadata_views import number
from indicators.api.dhis2.value_names import called, check_all_known, input_column
from indicators.api.dhis2.value_times import times_asked
from indicators.api.dhis2.value_units import units_asked
from indicators.periods import Period
from indicators.registry.models import DataElement, DataSet, OptionCombo
from indicators.values.models import DataValue, ValueChange, ValueComment

AT_ONCE = 5_000


class Written(NamedTuple):
    """One value, with the identifiers asked for; `value` None: it was deleted."""

    element: str
    period: str
    unit: str
    option: str
    attribute: str
    value: float | None
    at: datetime
    comment: str | None = None
    demonstration: bool = False


@dataclass
class Asked:
    """`units`, `elements` and `options`: row → how it is called in the answer. Units not in it are not shown."""

    elements: Mapping[int, str]
    units: Mapping[int, str]
    options: Mapping[int, str]
    attributes: Mapping[int, str]
    where: Q
    ends_by: date | None
    limit: int | None
    with_deleted: bool = False

    def __iter__(self) -> Iterator[Written]:
        """In order of element, period and unit, deleted ones last; memory does not grow with their number."""
        left = self.limit
        periods: dict[int, str | None] = {}
        for element, code, unit, option, attribute, *rest in self._rows():
            if left == 0:
                return
            if code not in periods:
                periods[code] = self._period(code)
            period, place = periods[code], self.units.get(unit)
            names = self.options.get(option), self.attributes.get(attribute)
            if period is None or place is None or names[0] is None or names[1] is None:
                continue
            left = left - 1 if left is not None else None
            yield Written(self.elements[element], period, place, names[0], names[1], *rest)

    def _rows(self) -> Iterator[Any]:
        key = ("element_id", "period", "unit_id", "option_id", "attribute_id")
        rows: QuerySet[Any] = DataValue.objects.filter(self.where, element__in=list(self.elements)).order_by(*key)
        if ValueComment.objects.exists():
            same = {name: OuterRef(name) for name in key}
            rows = rows.annotate(said=Subquery(ValueComment.objects.filter(**same).values("text")[:1]))
        else:
            rows = rows.annotate(said=Value(None, output_field=CharField()))
        yield from rows.values_list(*key, "value", "batch__at", "said", "batch__demonstration").iterator(AT_ONCE)
        if self.with_deleted:
            gone = ValueChange.objects.filter(self.where, after=None, element__in=list(self.elements))
            stands = DataValue.objects.filter(**{name: OuterRef(name) for name in key})
            rows = (
                gone.filter(~Exists(stands)).values(*key).annotate(none=Value(None, FloatField()), at=Max("batch__at"))
            )
            yield from rows.order_by(*key).values_list(*key, "none", "at").iterator(AT_ONCE)

    def _period(self, code: int) -> str | None:
        """DHIS2's id of the period; None where it ends after the last day asked for."""
        period = Period.from_code(code)
        return None if self.ends_by and period.end > self.ends_by else period.id


def asked(params: QueryDict, user: User) -> Asked:
    """What the parameters ask for. Raises Refused with DHIS2's codes (409) for what it would refuse."""
    elements = _elements(params)
    when, ends_by = times_asked(params)
    units, of_units = units_asked(params, user)
    options = list(OptionCombo.objects.all())
    where = when & of_units
    if wanted := several(params, "attributeOptionCombo"):
        where &= Q(attribute__in=[option.pk for option in options if option.uid in wanted])
    limit = one(params, "limit")
    return Asked(
        elements={row.pk: called(row, params, "dataElementIdScheme") for row in elements},
        units=units,
        options={row.pk: called(row, params, "categoryOptionComboIdScheme") for row in options},
        attributes={row.pk: called(row, params, "attributeOptionComboIdScheme") for row in options},
        where=where,
        ends_by=ends_by,
        limit=number(limit, "limit") if limit else None,
        with_deleted=flag(params, "includeDeleted"),
    )


def _elements(params: QueryDict) -> list[DataElement]:
    sets, named = several(params, "dataSet"), several(params, "dataElement")
    if several(params, "dataElementGroup"):
        raise conflict("not_supported", _("There are no groups of data elements here."), "dataElementGroup")
    if not sets and not named:
        raise conflict("E2001", _("At least one data set or data element must be named."), "dataSet")
    by = input_column(params, "inputDataSetIdScheme")
    known = {getattr(row, by): row for row in DataSet.objects.filter(**{f"{by}__in": sets})}
    check_all_known(sets, known, "dataSet")
    found = DataElement.objects.filter(derivation=DataElement.Derivation.REPORTED)
    own = {row.uid: row for row in found.filter(uid__in=named)}
    check_all_known(named, own, "dataElement")
    of_sets = found.filter(data_sets__in=known.values()).distinct()
    return list({row.pk: row for row in [*of_sets, *own.values()]}.values())
