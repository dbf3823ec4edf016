"""Dated annotations: their list, one of them, and its form."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.linkage.annotations.actions import annotate, edit, withdraw
from research.linkage.annotations.forms import AnnotationFilter, AnnotationForm, WithdrawForm
from research.linkage.annotations.models import DatedAnnotation
from research.linkage.annotations.policies import can_annotate, can_change, check_annotate, check_change
from research.linkage.annotations.queries import places_to_choose, readable_by
from research.revisions import Conflict, both_versions, changes_of, new_uuid

PER_PAGE = 25


@require_GET
@never_cache
def annotation_list(request: HttpRequest) -> HttpResponse:
    rows = AnnotationFilter(request.GET, queryset=readable_by(request.user), request=request)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": rows, "page": page, "may_write": can_annotate(request.user)}
    return render(request, "research/linkage/annotation_list.html", context)


@require_GET
@never_cache
def annotation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(readable_by(request.user), pk=pk)
    context: dict[str, Any] = {"row": row, "may_change": can_change(request.user, row), "withdraw": WithdrawForm()}
    if can_annotate(request.user):
        names = list(AnnotationForm.written)
        context["changes"] = changes_of(
            DatedAnnotation.history.filter(id=row.pk), lambda record, name: str(_label(name)), names
        )
    return render(request, "research/linkage/annotation_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def annotation_create(request: HttpRequest) -> HttpResponse:
    """`?unit=` (primary key) fills in the place that one comes from."""
    check_annotate(request.user)
    form = AnnotationForm(request.POST or None, places=places_to_choose(), initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        try:
            user, sent = cast(User, request.user), form.values()
            row = annotate(by=user, client_uuid=form.cleaned_data["client_uuid"], values=sent)
            messages.success(request, _("Saved."))
            return redirect("annotation-detail", row.pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.rebase(client_uuid=new_uuid())
            form.add_error(None, _("This form was stored before. Save again to store this one besides."))
    return render(request, "research/linkage/annotation_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def annotation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(readable_by(request.user), pk=pk)
    check_change(request.user, row)
    form = AnnotationForm(request.POST or None, places=places_to_choose(), row=row)
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            edit(row, by=cast(User, request.user), version=version, values=form.values())
            messages.success(request, _("Saved."))
            return redirect("annotation-detail", row.pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict as conflict:
            context |= both_versions(form, conflict.stored)
    status = 409 if "stored" in context else 200
    return render(request, "research/linkage/annotation_form.html", context, status=status)


@require_POST
def annotation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(readable_by(request.user), pk=pk)
    try:
        withdraw(row, by=cast(User, request.user), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The annotation is withdrawn."))
    return redirect("annotation-detail", row.pk)


def _label(name: str) -> Any:
    field: Any = DatedAnnotation._meta.get_field(name)
    return field.verbose_name
