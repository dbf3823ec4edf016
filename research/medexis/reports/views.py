import json
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import BadPeriod, Frequency, Period
from research.medexis import policies
from research.medexis.formulas.balance import LOSS_REASONS, Flag, lost_by_reason
from research.medexis.models import StockReport
from research.medexis.products.assumptions import assumption_of
from research.medexis.reports import queries
from research.medexis.reports.crosschecks import beside_cards, doses_given
from research.medexis.reports.filters import StockFilter
from research.medexis.reports.forms import MAIN, SiteMonthForm, StockForm
from research.medexis.reports.history import changes
from research.medexis.reports.limits import month_problem
from research.medexis.reports.questions import question, sentences
from research.revisions import Conflict, both_versions, new_uuid

PER_PAGE = 25


@require_GET
@never_cache
def stock_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = StockFilter(request.GET, queryset=queries.reports_for(request.user), request=request)
    page = Paginator(rows.qs.prefetch_related("lines__product"), PER_PAGE).get_page(request.GET.get("page"))
    asked = queries.open_questions(list(page))
    context = {
        "filter": rows,
        "page": page,
        "rows": [(report, asked[report.pk]) for report in page],
        "can_enter": policies.can_enter(request.user),
    }
    return render(request, "research/medexis/stock_list.html", context)


@require_GET
@never_cache
def stock_detail(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_read(request.user)
    report = get_object_or_404(queries.reports_for(request.user), pk=pk)
    period = Period.from_code(report.period)
    lines, labels = queries.checked_lines(report), queries.quantity_labels()
    context = {
        "report": report,
        "period": period,
        "columns": [labels[name] for name in MAIN],
        "reasons": [labels[name] for name in LOSS_REASONS],
        "lines": [(one, _numbers(one, MAIN)) for one in lines],
        "losses": [(one, _numbers(one, LOSS_REASONS)) for one in lines if lost_by_reason(one.line) is not None],
        "cards": [
            (one, [(labels[column.column], column) for column in one.columns]) for one in beside_cards(report, lines)
        ],
        "doses": doses_given(report, lines),
        "assumption": assumption_of(report.site_id, period.end),
        "questions": [(one.product, question(flag, one)) for one in lines for flag in one.flags],
        "can_enter": policies.can_enter(request.user),
        "draft_key": draft_key(request, report.site_id, period) if "envoi" in request.GET else "",
        "changes": changes(report) if policies.can_see_history(request.user) else None,
    }
    return render(request, "research/medexis/stock_detail.html", context)


def _numbers(one: queries.CheckedLine, names: tuple[str, ...]) -> list[int | None]:
    return [getattr(one.line, name) for name in names]


@require_http_methods(["GET", "POST"])
@never_cache
def stock_entry(request: HttpRequest) -> HttpResponse:
    """Chooses a site and a month; with `?site=&mois=` shows the grid of that month, filled in where it is reported.

    `&reprise=1` begins blank openings with where the month before closed.
    """
    user = cast(User, request.user)
    policies.check_enter(user)
    if "site" not in request.GET or "mois" not in request.GET:
        choice = SiteMonthForm(user=user, today=timezone.localdate())
        return render(request, "research/medexis/stock_choice.html", {"form": choice})
    site = _site(user, request.GET["site"])
    period = _month(request.GET["mois"])
    if site is None or period is None:
        choice = SiteMonthForm(request.GET, user=user, today=timezone.localdate())
        return render(request, "research/medexis/stock_choice.html", {"form": choice}, status=400)
    report = queries.report_of(site, period)
    form = StockForm(
        request.POST or None, user=user, site=site, period=period, report=report, carry="reprise" in request.GET
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        saved = form.save()
    except Conflict as conflict:
        return _conflict(request, form, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    _say_saved(request, saved)
    return redirect(f"{reverse('stock-detail', args=[saved.pk])}?envoi=1")


def _site(user: User, text: str) -> OrgUnit | None:
    """The site asked for; None where none was chosen. A site that is not the person's to enter does not exist."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Http404
    return get_object_or_404(queries.sites_to_enter(user), pk=text)


def _month(text: str) -> Period | None:
    """The month asked for; None where it cannot be reported."""
    try:
        period = Period.parse(text)
    except BadPeriod:
        return None
    possible = period.frequency is Frequency.MONTH and not month_problem(period, timezone.localdate())
    return period if possible else None


def _say_saved(request: HttpRequest, report: StockReport) -> None:
    open_questions = sum(flag is not Flag.INCOMPLETE for line in queries.checked_lines(report) for flag in line.flags)
    if open_questions:
        text = ngettext(
            "The month is saved as typed. One number raises a question; see below.",
            "The month is saved as typed. %(count)s points raise a question; see below.",
            open_questions,
        )
        messages.warning(request, text % {"count": open_questions})
    else:
        messages.success(request, _("The month is saved."))


def draft_key(request: HttpRequest, site: int, period: Period) -> str:
    """Under which the browser keeps a month that was typed and not sent."""
    return f"stock-{cast(User, request.user).pk}-{site}-{period.id}"


def _form(request: HttpRequest, form: StockForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "site_unit": form.site,
        "period": form.period,
        "report": form.report,
        "draft_key": draft_key(request, form.site.pk, form.period),
        "questions": json.dumps(sentences()),
        **more,
    }
    return render(request, "research/medexis/stock_form.html", context, status=status)


def _conflict(request: HttpRequest, form: StockForm, stored: StockReport) -> HttpResponse:
    """Both versions on one page: what is stored, and in the form all that was typed. Saving again replaces it."""
    if (stored.site_id, stored.period) != (form.site.pk, form.period.code):
        # The form of another month, sent again from an old page: these numbers become a record of their own.
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was used for another month before. Save again to store these numbers."))
        return _form(request, form, status=409)
    return _form(request, form, status=409, **both_versions(form, stored))
