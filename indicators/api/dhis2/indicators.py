"""Indicators: the definitions of this product, rivals included, and those taken over from another DHIS2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.accounts.models import User
from indicators.api.dhis2.names import (
    base_name,
    display_name,
    indicator_type_uid,
    indicator_uid,
    short,
    translations,
)
from indicators.api.dhis2.resource import Property, Resource, Row
from indicators.bilingual import Bilingual
from indicators.registry.definition import Definition
from indicators.registry.definitions import definitions, rival_definitions
from indicators.registry.models import ImportedIndicator


@dataclass(frozen=True)
class Indicator:
    """One indicator. Of a definition, `numerator` and `denominator` are written over concepts, which stand for the data
    elements that carry them; of an imported one they are DHIS2's expressions as they came."""

    pk: str
    code: str | None
    name_fr: str
    name_en: str
    description_fr: str
    description_en: str
    numerator: str
    denominator: str
    factor: float
    annualised: bool
    definition: Definition | None = None
    imported: ImportedIndicator | None = None

    name = Bilingual("name")
    description = Bilingual("description")

    @classmethod
    def of_definition(cls, rule: Definition) -> "Indicator":
        return cls(
            pk=indicator_uid(rule.code),
            code=rule.code,
            name_fr=rule.name_fr,
            name_en=rule.name_en,
            description_fr=rule.note_fr,
            description_en=rule.note_en,
            numerator=_signed(rule.numerator),
            denominator=_signed(rule.denominator) or "1",
            factor=rule.factor,
            annualised=rule.annualisation == "days",
            definition=rule,
        )

    @classmethod
    def of_imported(cls, one: ImportedIndicator) -> "Indicator":
        return cls(
            pk=one.uid,
            code=one.code or None,
            name_fr=one.name_fr,
            name_en=one.name_en,
            description_fr="",
            description_en="",
            numerator=one.numerator,
            denominator=one.denominator,
            factor=one.factor,
            annualised=one.annualised,
            imported=one,
        )


@dataclass(frozen=True)
class IndicatorType:
    """What the quotient is multiplied by."""

    factor: float

    @property
    def pk(self) -> float:
        return self.factor

    @property
    def name(self) -> str:
        return {1: "Number", 100: "Percent"}.get(int(self.factor), f"× {self.factor:g}")


def every_indicator() -> list[Any]:
    """All of them. One query."""
    rules = [*definitions().values(), *rival_definitions().values()]
    imported = ImportedIndicator.objects.order_by("name_fr", "uid")
    return [*map(Indicator.of_definition, rules), *map(Indicator.of_imported, imported)]


def _types(rows: Sequence[Row], user: User) -> Mapping[Any, Any]:
    return {row.pk: IndicatorType(row.factor) for row in rows}


def _signed(terms: Mapping[str, int]) -> str:
    text = " ".join(f"{'-' if sign < 0 else '+'} {term}" for term, sign in terms.items())
    return text.removeprefix("+ ")


INDICATORS = Resource(
    "indicators",
    "Indicator",
    lambda user: every_indicator(),
    {
        "id": Property(lambda row: row.pk),
        "code": Property(lambda row: row.code),
        "name": Property(base_name),
        "displayName": Property(display_name),
        "shortName": Property(short(base_name)),
        "displayShortName": Property(short(display_name)),
        "description": Property(lambda row: row.description or None),
        "translations": Property(translations),
        "numerator": Property(lambda row: row.numerator),
        "denominator": Property(lambda row: row.denominator),
        "annualized": Property(lambda row: row.annualised, kind=bool),
        "dimensionItemType": Property(lambda row: "INDICATOR"),
        "indicatorType": Property(fetch=_types, of="indicatorTypes"),
    },
)

TYPES = Resource(
    "indicatorTypes",
    "IndicatorType",
    lambda user: [IndicatorType(factor) for factor in sorted({one.factor for one in every_indicator()})],
    {
        "id": Property(lambda row: indicator_type_uid(row.factor)),
        "name": Property(display_name),
        "displayName": Property(display_name),
        "factor": Property(lambda row: int(row.factor) if float(row.factor).is_integer() else row.factor),
    },
)
