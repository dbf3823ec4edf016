"""What the map shows: the month, what colours the districts, whose roll-out, which product, one district or all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from indicators.accounts.permissions import anybodys, may
from indicators.geography.models import OrgUnit
from indicators.pages.formats import period_text
from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definition import Definition
from indicators.registry.definitions import definition
from research.evaluations.measures import OUTCOMES
from research.evaluations.models import Evaluation
from research.evaluations.trends import PRINTED_SINCE
from research.medexis.models import Product
from research.medexis.reports.queries import months_on_record

PUBLIC = ("dtp1_coverage",)
"""What strangers read on the pages of the evaluations too; numbers of children are for whoever may read numbers."""


@dataclass(frozen=True)
class Chosen:
    """`months` are those offered, oldest first. `products` are those that the stock is about: `product`, or all tracers
    where it is None."""

    months: Sequence[Period]
    month: Period
    measure: Definition
    evaluation: Evaluation
    products: Sequence[Product]
    product: Product | None
    district: OrgUnit | None

    def query(self, **changed: str) -> str:
        """The same choice as a query string, with what is changed."""
        pairs = {"mois": self.month.id, "indicator": self.measure.code, "evaluation": self.evaluation.code}
        pairs |= {"product": str(self.product.pk)} if self.product else {}
        pairs |= {"district": str(self.district.pk)} if self.district else {}
        return urlencode(pairs | changed)


class MapForm(forms.Form):
    """Every field has a usual value: an address that asks for what does not exist shows the usual instead."""

    mois = forms.ChoiceField(label=_("Month"), required=False)
    indicator = forms.ChoiceField(label=_("Colour (districts)"), required=False)
    evaluation = forms.ChoiceField(label=_("Form (exposure to)"), required=False)
    product = forms.ChoiceField(label=_("Fill (stock of)"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)


def choose(
    asked: QueryDict, user: Any, country: OrgUnit, districts: Collection[OrgUnit]
) -> tuple[MapForm, Chosen | None]:
    """The form as it stands, and what it chooses; None before the study has an evaluation. At most eight queries.

    The usual month is the last with first doses in the country. One product is asked for by those who may read the
    stock of every site; the tracers together are what the evaluation publishes.
    """
    evaluations = {one.code: one for one in Evaluation.objects.order_by("order")}
    tracers = list(Product.objects.filter(tracer=True, active=True).order_by("order", "pk"))
    measures = {code: definition(code) for code in (OUTCOMES if may(user, "number.read") else PUBLIC)}
    products = {str(one.pk): one for one in tracers} if anybodys(user, "stock.read") else {}
    places = {str(one.pk): one for one in districts}
    months, usual = _months(country)
    now = {
        "mois": _offered(asked.get("mois"), [month.id for month in months], usual.id),
        "indicator": _offered(asked.get("indicator"), measures, next(iter(measures))),
        "evaluation": _offered(asked.get("evaluation"), evaluations, next(iter(evaluations), "")),
        "product": _offered(asked.get("product"), products, ""),
        "district": _offered(asked.get("district"), places, ""),
    }
    form = MapForm(initial=now)
    for name, options in {
        "mois": [(month.id, period_text(month)) for month in reversed(months)],
        "indicator": [(code, measure.name) for code, measure in measures.items()],
        "evaluation": [(code, one.name) for code, one in evaluations.items()],
        "product": [("", _("all tracers together")), *((pk, one.name) for pk, one in products.items())],
        "district": [("", _("all districts")), *((pk, one.name) for pk, one in places.items())],
    }.items():
        form.fields[name].choices = options  # type: ignore[attr-defined]
    if not evaluations:
        return form, None
    product = products.get(now["product"])
    return form, Chosen(
        months,
        Period.parse(now["mois"]),
        measures[now["indicator"]],
        evaluations[now["evaluation"]],
        [product] if product else tracers,
        product,
        places.get(now["district"]),
    )


def _months(country: OrgUnit) -> tuple[list[Period], Period]:
    """From the first month that the study prints to the last of which anything is reported, oldest first; and the usual
    one: the last with first doses, else the last."""
    present = Period.month_of(timezone.localdate())
    doses = last_period(["DTP1"], [country], Frequency.MONTH)
    known = [month for month in (doses, *months_on_record()[:1]) if month]
    last = min(max(known, default=present), present)
    first = min(PRINTED_SINCE.months()[0], last)
    return list(between(first, last)), min(doses or last, last)


def _offered(asked: str | None, offered: Collection[str], usual: str) -> str:
    return asked if asked is not None and asked in offered else usual
