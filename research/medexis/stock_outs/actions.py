"""The only writer of stock-outs. The days that follow from them are published in the same transaction."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.episodes.days import months_of
from research.medexis.measures.actions import publish_measures
from research.medexis.models import Product, StockOut, StockOutEpisode
from research.medexis.policies import check_enter
from research.medexis.reports.limits import EARLIEST
from research.medexis.stock_outs.queries import overlapping
from research.revisions import Conflict, create_once, hold, lock


class Details(NamedTuple):
    """What may be known besides the dates. Blank or None: not known."""

    level: str = ""
    cause: str = ""
    sessions_cancelled: int | None = None
    children_turned_away: int | None = None
    note: str = ""


NOTHING_MORE = Details()
MONTHS_KEPT_UP = 12
"""How many of its latest months a stock-out that goes on is counted in anew: nights may have been missed."""


@transaction.atomic
def save_stock_out(
    *,
    by: User,
    client_uuid: UUID,
    site: OrgUnit,
    product: Product,
    start: date,
    end: date | None,
    details: Details = NOTHING_MORE,
) -> StockOut:
    """Stores a stock-out and returns it; `end` None where the product is still missing.

    Sent again with the same `client_uuid` the stored one is returned; Conflict where that form was stored with other
    content or by somebody else. Raises ValidationError by field, PermissionDenied where the person may not enter there.
    """
    check_enter(by, site)
    hold(site)  # else two could overlap unseen
    stored = StockOut.objects.filter(client_uuid=client_uuid).first()
    if stored is None:
        _check(site, product, start, end)
        told = {"site": site, "product": product, "start": start, "end": end} | details._asdict()
        row = StockOut(client_uuid=client_uuid, created_by=by, **told)
        row._history_user = by  # type: ignore[attr-defined]
        stored, new = create_once(row, find=lambda: StockOut.objects.filter(client_uuid=client_uuid).first())
        if new:
            publish_measures(months_touched(stored), by=by)
            return stored
    own = stored.created_by_id == by.pk and stored.site_id == site.pk
    if not own or _content(stored) != (product.pk, start, end, details):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_stock_out(
    stock_out: StockOut,
    *,
    by: User,
    version: int,
    product: Product,
    start: date,
    end: date | None,
    details: Details = NOTHING_MORE,
) -> StockOut:
    """Stores the corrected dates and returns the stock-out, one version higher; unchanged where nothing differs.

    Raises Conflict where `version` is not the stored one any more, else as `save_stock_out`.
    """
    stored = lock(stock_out, version=version)
    check_enter(by, stored.site)
    hold(stored.site)
    _check(stored.site, product, start, end, besides=stored)
    if _content(stored) != (product.pk, start, end, details):
        before = months_touched(stored)
        stored.product, stored.start, stored.end = product, start, end
        for name, value in details._asdict().items():
            setattr(stored, name, value)
        stored.version += 1
        stored._history_user = by  # type: ignore[attr-defined]
        stored._change_reason = f"version {stored.version}"  # type: ignore[attr-defined]
        stored.save()
        publish_measures(before | months_touched(stored), by=by)
    return stored


@transaction.atomic
def publish_ongoing() -> int:
    """Counts the stock-outs that go on up to today, in their `MONTHS_KEPT_UP` latest months; returns how many there
    are. Run again it changes nothing; all of them are counted, or none."""
    today = timezone.localdate()
    going_on = StockOutEpisode.objects.filter(end=None).values_list("site", "start")
    pairs = {(site, month) for site, start in going_on for month in months_of(start, None, today)[-MONTHS_KEPT_UP:]}
    publish_measures(pairs, by=None)
    return len(going_on)


def months_touched(stock_out: StockOut) -> set[tuple[int, Period]]:
    """The site-months whose measures the stock-out enters."""
    months = months_of(stock_out.start, stock_out.end, timezone.localdate())
    return {(stock_out.site_id, month) for month in months}


def _content(row: StockOut) -> tuple[int, date, date | None, Details]:
    return (row.product_id, row.start, row.end, Details(*(getattr(row, name) for name in Details._fields)))


def _check(site: OrgUnit, product: Product, start: date, end: date | None, besides: StockOut | None = None) -> None:
    today = timezone.localdate()
    found: dict[str, str] = {}
    if start > today:
        found["start"] = _("A stock-out cannot begin on a day to come.")
    elif start.year < EARLIEST:
        found["start"] = _("This is too long ago. Check the year.")
    if end and end < start:
        found["end"] = _("The last day without stock lies before the first one.")
    elif end and end > today:
        found["end"] = _("This day is still to come. Leave it blank while the product is missing.")
    if not found and (other := overlapping(site, product, start, end, besides=besides)):
        found["start"] = _already(other)
    if found:
        raise ValidationError(found)  # type: ignore[arg-type]


def _already(other: StockOut) -> str:
    words = {
        "product": other.product.name,
        "start": date_format(other.start),
        "end": date_format(other.end or other.start),
    }
    if other.end is None:
        return _("%(product)s is out of stock here since %(start)s already. Correct that stock-out instead.") % words
    return _("%(product)s was out of stock here from %(start)s to %(end)s already. Correct that stock-out.") % words
