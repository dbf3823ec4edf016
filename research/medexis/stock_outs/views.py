from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from research.medexis import policies
from research.medexis.models import StockOut
from research.medexis.stock_outs.actions import Details
from research.medexis.stock_outs.form import StockOutForm
from research.medexis.stock_outs.queries import stock_outs_for
from research.revisions import Conflict, both_versions, changes_of, new_uuid

FIELDS = ["product", "start", "end", *Details._fields]


@require_http_methods(["GET", "POST"])
@never_cache
def stock_out_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_enter(user)
    return _answer(request, StockOutForm(request.POST or None, user=user, site=request.GET.get("site", "")))


@require_http_methods(["GET", "POST"])
@never_cache
def stock_out_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The one stock-out to correct, or to end. 404 outside of the person's districts."""
    user = cast(User, request.user)
    policies.check_enter(user)
    row = get_object_or_404(stock_outs_for(user), pk=pk)
    return _answer(request, StockOutForm(request.POST or None, user=user, stock_out=row))


def _answer(request: HttpRequest, form: StockOutForm) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        saved = form.save()
    except Conflict as conflict:
        return _conflict(request, form, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, form)
    messages.success(request, _("The stock-out is saved. The days that follow from it are counted."))
    return redirect(f"{reverse('stock-out-list')}?site={saved.site_id}")


def _form(request: HttpRequest, form: StockOutForm, status: int = 200, **more: Any) -> HttpResponse:
    row = form.stock_out
    context = {"form": form, "stock_out": row, **more}
    if row and policies.can_see_history(request.user):
        context["changes"] = changes_of(row.history.select_related("product"), _label, FIELDS)
    return render(request, "research/medexis/stock_out_form.html", context, status=status)


def _label(_record: Any, field: str) -> str:
    return str(StockOut._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _conflict(request: HttpRequest, form: StockOutForm, stored: StockOut) -> HttpResponse:
    """Both versions on one page: what is stored, and in the form all that was typed. Saving again replaces it."""
    if form.stock_out is None:
        # A form sent again from an old page, with other content: it becomes a record of its own.
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was stored before. Save again to store this stock-out besides."))
        return _form(request, form, status=409)
    return _form(request, form, status=409, **both_versions(form, stored))
