"""Which periods a request for values means, and since when they were written."""

import re
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.api.dhis2.answers import conflict, one, several
from indicators.periods import BadPeriod, Frequency, Period

_DURATION = re.compile(r"([0-9]{1,6})([dhms])")
_STEPS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def times_asked(params: QueryDict) -> tuple[Q, date | None]:
    """A condition on periods and on when values were written, and the last day that a period may reach."""
    named, ends_by = several(params, "period"), None
    first, last = one(params, "startDate"), one(params, "endDate")
    since = one(params, "lastUpdated"), one(params, "lastUpdatedDuration")
    where = Q()
    if named:
        try:
            where = Q(period__in=[Period.parse(text).code for text in named])
        except BadPeriod as error:
            message = str(_("“{value}” is no period.")).format(value=str(error)[:40])
            raise conflict("bad_period", message, "period") from None
    elif first and last:
        begin, ends_by = _day(first, "startDate"), _day(last, "endDate")
        if ends_by < begin:
            raise conflict("E2004", _("The first day lies after the last."), "startDate")
        span = [day.year * 10_000 + day.month * 100 + day.day for day in (begin, ends_by)]
        spans = (Q(period__range=[kind * 100_000_000 + day for day in span]) for kind in Frequency)
        where = reduce(or_, spans)
    elif not any(since):
        raise conflict("E2002", _("Name periods, a first and a last day, or since when values were changed."), "period")
    if any(since):
        where &= Q(batch__at__gte=_moment(*since))
    return where, ends_by


def _moment(text: str, duration: str) -> datetime:
    if duration:
        match = _DURATION.fullmatch(duration)
        if not match:
            raise conflict("E2005", _("A duration is written as 10d, 6h, 30m or 90s."), "lastUpdatedDuration")
        return timezone.now() - timedelta(**{_STEPS[match[2]]: int(match[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise conflict("bad_date", _("This is no date."), "lastUpdated") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise conflict("bad_date", _("This is no date."), field) from None
