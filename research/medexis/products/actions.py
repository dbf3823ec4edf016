"""The only writer of assumptions, offers and norms: leads, with the basis of what they say.

Each is one row for its place and day; entered again for the same, it is corrected, and its history kept.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.medexis.measures.actions import publish_measures
from research.medexis.measures.later import publish_later
from research.medexis.models import Offer, Product, StockNorm, VaccineAssumption
from research.medexis.policies import check_manage_products
from research.medexis.reports.limits import EARLIEST
from research.revisions import hold


@transaction.atomic
def save_assumption(*, by: User, site: OrgUnit, since: date, answer: str, basis: str) -> VaccineAssumption:
    """What is assumed of vaccines in Medexis at the site from that day on. Raises ValidationError by field, and
    PermissionDenied where the person is no lead."""
    check_manage_products(by)
    _check_day(since)
    content = {"answer": answer, "basis": _basis(basis)}
    hold(site)
    row = VaccineAssumption.objects.select_for_update().filter(site=site, since=since).order_by("pk").first()
    if row and all(getattr(row, name) == value for name, value in content.items()):
        return row
    if row is None:
        row = VaccineAssumption(site=site, since=since, created_by=by)
    else:
        row.version += 1
    return _store(row, content, by)


@transaction.atomic
def save_offer(*, by: User, site: OrgUnit, product: Product, since: date, offered: bool, basis: str) -> Offer:
    """Whether the site offers the product from that day on; its measures are published anew. Raises as above."""
    check_manage_products(by)
    _check_day(since)
    content = {"offered": offered, "basis": _basis(basis)}
    hold(site)
    row = Offer.objects.select_for_update().filter(site=site, product=product, since=since).order_by("pk").first()
    if row and all(getattr(row, name) == value for name, value in content.items()):
        return row
    stored = _store(row or Offer(site=site, product=product, since=since), content, by)
    # Cards and stock-outs tell of months that were never reported, and the offer decides whether they count.
    months = between(Period.month_of(since), Period.month_of(timezone.localdate()))
    publish_measures({(site, month) for month in months}, by=by)
    return stored


@transaction.atomic
def save_norm(
    *,
    by: User,
    product: Product,
    unit: OrgUnit | None,
    minimum: Decimal,
    maximum: Decimal,
    interval: Decimal | None,
    basis_fr: str,
    basis_en: str,
) -> StockNorm:
    """How many months of stock there should be, everywhere (`unit` None) or below a unit; the measures of the sites
    there are published anew afterwards, by a worker. Raises as above."""
    check_manage_products(by)
    found = {}
    if minimum < 0:
        found["minimum"] = _("The minimum cannot lie below zero.")
    if maximum <= minimum:
        found["maximum"] = _("The maximum must be more than the minimum.")
    if interval is not None and interval <= 0:
        found["interval"] = _("Leave this blank, or write more than zero.")
    if found:
        raise ValidationError(found)  # type: ignore[arg-type]
    content = {
        "minimum": minimum, "maximum": maximum, "interval": interval,
        "basis_fr": _basis(basis_fr, "basis_fr"), "basis_en": _basis(basis_en, "basis_en"),
    }  # fmt: skip
    hold(product)
    row = StockNorm.objects.select_for_update().filter(product=product, unit=unit).order_by("pk").first()
    if row and all(getattr(row, name) == value for name, value in content.items()):
        return row
    stored = _store(row or StockNorm(product=product, unit=unit), content, by)
    if product.tracer:
        publish_later(product=product, unit=unit, by=by)
    return stored


def _store(row: Any, content: dict[str, Any], by: User) -> Any:
    for name, value in content.items():
        setattr(row, name, value)
    row._history_user = by
    row.save()
    return row


def _check_day(since: date) -> None:
    if since > timezone.localdate():
        raise ValidationError({"since": _("This day is still to come.")})
    if since.year < EARLIEST:
        raise ValidationError({"since": _("This is too long ago. Check the year.")})


def _basis(text: str, field: str = "basis") -> str:
    if not text.strip():
        raise ValidationError({field: _("Say where this was read, or who said so (role).")})
    return text.strip()
