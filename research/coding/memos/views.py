"""Memos: their list, and the form of one."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.agenda.models import LearningQuestion
from research.coding.memos.actions import Thing, edit_memo, remove_memo, write_memo
from research.coding.memos.forms import MemoFilter, MemoForm
from research.coding.memos.queries import memos_readable_by
from research.coding.models import Code
from research.coding.policies import check_code
from research.coding.queries import passages_readable_by
from research.observations.queries import readable_by
from research.revisions import Conflict, new_uuid

PER_PAGE = 25


@require_GET
@never_cache
def memo_list(request: HttpRequest) -> HttpResponse:
    check_code(request.user)
    rows = MemoFilter(request.GET, queryset=memos_readable_by(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "research/coding/memo_list.html", {"filter": rows, "page": page})


@require_http_methods(["GET", "POST"])
@never_cache
def memo_create(request: HttpRequest) -> HttpResponse:
    """On what, the address says: `?code=`, `?passage=`, `?observation=` (primary keys) or `?question=` (number)."""
    check_code(request.user)
    thing = _thing(request)
    form = MemoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, sent = cast(User, request.user), form.values()
            memo = write_memo(thing, by=user, client_uuid=form.cleaned_data["client_uuid"], **sent)
            return redirect(f"{reverse('memo-list')}?memo={memo.pk}")
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.rebase(client_uuid=new_uuid())
            form.add_error(None, _("This form was stored before. Save again to store this one besides."))
    return render(request, "research/coding/memo_form.html", {"form": form, "thing": thing})


@require_http_methods(["GET", "POST"])
@never_cache
def memo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    check_code(request.user)
    memo = get_object_or_404(memos_readable_by(request.user), pk=pk, created_by=request.user)
    form = MemoForm(request.POST or None, row=memo)
    context: dict[str, Any] = {"form": form, "memo": memo}
    if request.method == "POST" and form.is_valid():
        try:
            edit_memo(memo, by=cast(User, request.user), version=form.cleaned_data["version"] or 0, **form.values())
            return redirect(f"{reverse('memo-list')}?memo={memo.pk}")
        except ValidationError as error:
            form.refuse(error)
        except Conflict as conflict:
            form.rebase(version=conflict.stored.version)
            context |= {"stored": conflict.stored, "differences": form.differences(conflict.stored)}
    return render(request, "research/coding/memo_form.html", context, status=409 if "stored" in context else 200)


@require_POST
def memo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    check_code(request.user)
    memo = get_object_or_404(memos_readable_by(request.user), pk=pk, created_by=request.user)
    remove_memo(memo, by=cast(User, request.user))
    return redirect("memo-list")


def _thing(request: HttpRequest) -> Thing:
    for name, rows, field in (
        ("code", Code.objects.select_related("codebook"), "pk"),
        ("passage", passages_readable_by(request.user).select_related("code", "observation__site"), "pk"),
        ("observation", readable_by(request.user), "pk"),
        ("question", LearningQuestion.objects.all(), "number"),
    ):
        asked = request.GET.get(name, "")
        if asked.isdecimal() and len(asked) < 10:
            found: Any = get_object_or_404(cast(Any, rows), **{field: int(asked)})
            return cast(Thing, found)
    raise Http404
