from typing import cast

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from research.exports.actions import take_out, take_out_coded
from research.exports.forms import CodedTextsForm, ExportForm
from research.exports.policies import can_export_whole, check_export, records_for

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@never_cache
def export_list(request: HttpRequest) -> HttpResponse | FileResponse:
    """What was taken out, by whom and why; and the form by which one takes it out."""
    user = cast(User, request.user)
    check_export(user, whole=False)
    form = ExportForm(request.POST if request.method == "POST" else None, may_take_whole=can_export_whole(user))
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            taken = take_out(
                by=user, whole=sent.get("whole", False), with_quotes=sent["with_quotes"], reason=sent.get("reason", "")
            )
        except ValidationError as error:
            form.add_error("reason", error.message_dict["reason"])
        else:
            return FileResponse(taken.file, as_attachment=True, filename=taken.name, content_type="application/zip")
    page = Paginator(records_for(user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "research/exports/export_list.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
@never_cache
def coded_texts_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Texts with their codes for other programs (REFI-QDA), as one file. `?guide=`: primary key of the codebook."""
    user = cast(User, request.user)
    check_export(user, whole=False)
    data = request.POST if request.method == "POST" else None
    initial = {"codebook": request.GET.get("guide", "")}
    form = CodedTextsForm(data, may_take_whole=can_export_whole(user), initial=initial)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            taken = take_out_coded(
                by=user, whole=sent.get("whole", False), codebook=sent["codebook"], reason=sent.get("reason", "")
            )
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                form.add_error(field, sentences)
        else:
            return FileResponse(taken.file, as_attachment=True, filename=taken.name, content_type="application/zip")
    return render(request, "research/exports/coded_texts.html", {"form": form})
