"""The sites and products that a file may name."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from indicators.exchange.files.lines import normalised
from indicators.geography.matching import Known, UnitIndex
from indicators.geography.models import OrgUnit, OrgUnitAlias
from indicators.geography.scopes import limit_to_scope
from research.evaluations.models import Evaluation
from research.medexis.intake import problems
from research.medexis.models import Product, ProductCode, StockCard, StockReport

OWN, CIV, OPENLMIS = "own", "civ", "openlmis"
SCHEMES = {OWN: "medexis", CIV: CIV, OPENLMIS: OPENLMIS}
"""Under which system's codes (`ProductCode.scheme`) each layout names products."""


@dataclass(frozen=True)
class Sites:
    """All sites whose stock is followed, by whatever they are called; `mine`: those of the person (None: all)."""

    units: UnitIndex
    mine: frozenset[int] | None

    def find(self, text: str) -> int | str:
        """The primary key, or the code of what is wrong."""
        found = self.units.find(uid=text, code=text, name=text)
        if found == "ambiguous":
            return problems.AMBIGUOUS_SITE
        if not isinstance(found, int):
            return problems.UNKNOWN_SITE
        return found if self.mine is None or found in self.mine else problems.NOT_YOUR_DISTRICT


def sites(by: Any) -> Sites:
    """Sites of the evaluation, and those that left it but have reports or cards. `by` None for commands."""
    wanted = Q(pk__in=OrgUnit.objects.filter(evaluation_sites__evaluation__code=Evaluation.MEDEXIS).values("pk"))
    wanted |= Q(pk__in=StockReport.objects.values("site")) | Q(pk__in=StockCard.objects.values("site"))
    units = OrgUnit.objects.filter(wanted).order_by()
    known = [Known(pk, uid, code or "", name, level) for pk, uid, code, name, level in units.values_list(
        "pk", "uid", "code", "name", "level")]  # fmt: skip
    aliases = dict(OrgUnitAlias.objects.values_list("normalised", "unit_id"))
    mine = None if by is None else frozenset(limit_to_scope(units, by).values_list("pk", flat=True))
    return Sites(UnitIndex(known, aliases), mine)


def products(layout: str) -> dict[str, int]:
    """Primary key by code of the layout's system; for our own tables by key and by name too, where one is so called."""
    codes = ProductCode.objects.filter(scheme=SCHEMES[layout]).values_list("code", "product")
    if layout != OWN:
        return dict(codes)
    named: dict[str, set[int]] = {}
    for pk, *names in Product.objects.values_list("pk", "key", "name_fr", "name_en"):
        for name in names:
            named.setdefault(normalised(name), set()).add(pk)
    for code, pk in codes:
        named.setdefault(normalised(code), set()).add(pk)
    return {name: keys.pop() for name, keys in named.items() if len(keys) == 1}


def product_key(layout: str, text: str) -> str:
    """How `products` calls it."""
    return normalised(text) if layout == OWN else text
