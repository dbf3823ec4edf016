from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.accounts.models import User
from indicators.periods import BadPeriod, Frequency, Period
from research.medexis import policies
from research.medexis.cards import reading
from research.medexis.cards.comparison import COLUMNS
from research.medexis.cards.filters import CardFilter
from research.medexis.cards.questions import questions
from research.medexis.reports.queries import quantity_labels

PER_PAGE, LINES_PER_PAGE = 25, 30


@require_GET
@never_cache
def card_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = CardFilter(request.GET, queryset=reading.cards_for(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "can_enter": policies.can_enter(request.user)}
    return render(request, "research/medexis/card_list.html", context)


@require_GET
@never_cache
def card_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """`?mois=` is the last month of the table of months, `?page=` the page of the lines, and `?envoi=1`
    says that lines have just been stored, so that the browser need not keep them."""
    policies.check_read(request.user)
    card = get_object_or_404(reading.cards_for(request.user), pk=pk)
    lines = reading.movements(card)
    lots, asked = reading.lots_left(lines), reading.asked(card)
    page = Paginator(reading.lines_newest_first(card), LINES_PER_PAGE).get_page(request.GET.get("page"))
    now = Period.month_of(timezone.localdate())
    last = _last_month(request, Period.month_of(lines[-1].day) if lines else now)
    labels = quantity_labels()
    context = {
        "card": card,
        "lots": lots,
        "usable": reading.usable_stock(lots) if lines else None,
        "asked": [(line, questions(line)) for line in asked.lines],
        "asked_more": asked.total - len(asked.lines),
        "columns": [labels[name] for name in COLUMNS],
        "months": reading.months(card, lines, last),
        "older": last.shift(-reading.MONTHS_SHOWN).id if lines and lines[0].day < _first_shown(last) else "",
        "newer": min(last.shift(reading.MONTHS_SHOWN), now).id if last < now else "",
        "page": page,
        "rows": [(line, questions(line)) for line in page],
        "draft_key": draft_key(request, card.site_id, card.product_id) if "envoi" in request.GET else "",
        "can_enter": policies.can_enter(request.user, card.site),
        "can_correct_lots": policies.can_correct_lots(request.user),
    }
    return render(request, "research/medexis/card_detail.html", context)


def _last_month(request: HttpRequest, usual: Period) -> Period:
    """The month asked for, else the usual one: that of the card's last line."""
    now = Period.month_of(timezone.localdate())
    try:
        month = Period.parse(request.GET.get("mois", ""))
    except BadPeriod:
        return usual
    return month if month.frequency is Frequency.MONTH and month <= now else usual


def _first_shown(last: Period) -> Any:
    return last.shift(1 - reading.MONTHS_SHOWN).start


def draft_key(request: HttpRequest, site: int, product: int) -> str:
    """Under which the browser keeps lines that were typed and not sent."""
    return f"card-{cast(User, request.user).pk}-{site}-{product}"
