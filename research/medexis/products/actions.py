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
from research.medexis.models import Offer, Product, StockNorm, StockReport, VaccineAssumption
from research.medexis.policies import check_manage_products
from research.medexis.reports.limits import EARLIEST


@transaction.atomic
def save_assumption(*, by: User, site: OrgUnit, since: date, answer: str, basis: str) -> VaccineAssumption:
    """What is assumed of vaccines in Medexis at the site from that day on. Raises ValidationError by field, and
    PermissionDenied where the person is no lead."""
    check_manage_products(by)
    _check_day(since)
    content = {"answer": answer, "basis": _basis(basis)}
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
    row = Offer.objects.select_for_update().filter(site=site, product=product, since=since).order_by("pk").first()
    if row and all(getattr(row, name) == value for name, value in content.items()):
        return row
    stored = _store(row or Offer(site=site, product=product, since=since), content, by)
    _publish([site], by, since)
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
    there are published anew. Raises as above."""
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
    row = StockNorm.objects.select_for_update().filter(product=product, unit=unit).order_by("pk").first()
    if row and all(getattr(row, name) == value for name, value in content.items()):
        return row
    stored = _store(row or StockNorm(product=product, unit=unit), content, by)
    sites = OrgUnit.objects.filter(stock_reports__isnull=False).distinct()
    _publish(sites.filter(path__startswith=unit.path) if unit else sites, by)
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


def _publish(sites: Any, by: User, since: date | None = None) -> None:
    """The months that the sites reported, from that day on."""
    first = Period.month_of(since).code if since else 0
    reported = StockReport.objects.filter(site__in=sites, period__gte=first).order_by().values_list("site", "period")
    months = {(site, Period.from_code(code)) for site, code in reported}
    if since and not months:
        this = Period.month_of(timezone.localdate())
        months = {(site.pk, month) for site in sites for month in between(Period.month_of(since), this)}
    if months:
        publish_measures(months, by=by)
