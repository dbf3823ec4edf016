"""Codebooks to read, and their drafts to write."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.accounts.models import User
from research.coding.codebooks import actions
from research.coding.codebooks.forms import CodebookForm, CodeForm
from research.coding.codebooks.queries import shown_to
from research.coding.models import Code, Codebook
from research.coding.policies import can_code, can_publish, check_code
from research.coding.queries import tree
from research.revisions import Conflict, changes_of, new_uuid

DRAFT = Codebook.State.DRAFT
_TOLD = ["name_fr", "name_en", "state", "description_fr", "description_en", "citation"]


@require_GET
@never_cache
def codebook_list(request: HttpRequest) -> HttpResponse:
    """The versions in use, drafts for those who code, and what is out of use."""
    rows = shown_to(request.user).annotate(codes_applied=Count("codes", filter=Q(codes__groups_only=False)))
    coder = can_code(request.user)
    context = {"codebooks": rows, "can_code": coder, "open_only": not coder}
    return render(request, "research/coding/codebook_list.html", context)


@require_GET
@never_cache
def codebook_detail(request: HttpRequest, pk: int) -> HttpResponse:
    codebook = get_object_or_404(shown_to(request.user), pk=pk)
    context: dict[str, Any] = {
        "codebook": codebook,
        "codes": tree(codebook),
        "versions": shown_to(request.user).filter(key=codebook.key).order_by("-edition"),
        "edits": codebook.state == DRAFT and can_code(request.user),
        "can_code": can_code(request.user),
        "open_only": not can_code(request.user),
        "can_publish": can_publish(request.user),
    }
    if can_code(request.user):
        context["changes"] = changes_of(codebook.history.all(), _name, _TOLD)
    return render(request, "research/coding/codebook_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def codebook_create(request: HttpRequest) -> HttpResponse:
    check_code(request.user)
    form = CodebookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = cast(User, request.user)
            row = actions.create_codebook(by=user, client_uuid=form.cleaned_data["client_uuid"], values=form.values())
            return redirect("codebook-detail", row.pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.rebase(client_uuid=new_uuid())
            form.add_error(None, _("This form was stored before. Save again to store this one besides."))
    return render(request, "research/coding/codebook_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def codebook_edit(request: HttpRequest, pk: int) -> HttpResponse:
    check_code(request.user)
    codebook = get_object_or_404(Codebook, pk=pk)
    form = CodebookForm(request.POST or None, row=codebook)
    context: dict[str, Any] = {"form": form, "codebook": codebook}
    if request.method == "POST" and form.is_valid():
        try:
            user, version = cast(User, request.user), form.cleaned_data["version"] or 0
            actions.edit_codebook(codebook, by=user, version=version, values=form.values())
            return redirect("codebook-detail", pk)
        except ValidationError as error:
            form.refuse(error)
        except Conflict as conflict:
            form.rebase(version=conflict.stored.version)
            context |= {"stored": conflict.stored, "differences": form.differences(conflict.stored)}
    return render(request, "research/coding/codebook_form.html", context, status=409 if "stored" in context else 200)


@require_POST
def codebook_step(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: publish, retire, edition (a new version), or delete."""
    check_code(request.user)
    codebook, by = get_object_or_404(shown_to(request.user), pk=pk), cast(User, request.user)
    try:
        match request.POST.get("do"):
            case "publish":
                actions.publish(codebook, by=by)
                messages.success(request, _("This version is in use from now on."))
            case "retire":
                actions.retire(codebook, by=by)
            case "edition":
                return redirect("codebook-detail", actions.new_edition(codebook, by=by).pk)
            case "delete":
                actions.delete_draft(codebook, by=by)
                messages.success(request, _("The draft is deleted."))
                return redirect("codebook-list")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("codebook-detail", pk)


@require_http_methods(["GET", "POST"])
@never_cache
def code_create(request: HttpRequest, pk: int) -> HttpResponse:
    """`?sous=` (primary key of a code) fills in the code under which it stands."""
    check_code(request.user)
    codebook = get_object_or_404(Codebook, pk=pk)
    above = request.GET.get("sous", "")
    initial = {"parent": int(above)} if above.isdecimal() and len(above) < 10 else {}
    return _code(request, Code(codebook=codebook), initial)


@require_http_methods(["GET", "POST"])
@never_cache
def code_edit(request: HttpRequest, pk: int) -> HttpResponse:
    check_code(request.user)
    return _code(request, get_object_or_404(Code.objects.select_related("codebook"), pk=pk), {})


@require_POST
def code_step(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: up, down, or remove."""
    check_code(request.user)
    code, by = get_object_or_404(Code.objects.select_related("codebook"), pk=pk), cast(User, request.user)
    try:
        match request.POST.get("do"):
            case "up" | "down" as way:
                actions.move_code(code, by=by, up=way == "up")
            case "remove":
                actions.remove_code(code, by=by)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("codebook-detail", code.codebook_id)


def _code(request: HttpRequest, code: Code, initial: dict[str, Any]) -> HttpResponse:
    if code.codebook.state != DRAFT:
        messages.error(request, _("This version is or was in use and stays as it is. Make a new version."))
        return redirect("codebook-detail", code.codebook_id)
    form = CodeForm(request.POST or None, instance=code, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_code(form.instance, by=cast(User, request.user))
            return redirect("codebook-detail", code.codebook_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "codebook": code.codebook, "code": code}
    return render(request, "research/coding/code_form.html", context)


def _name(_record: Any, field: str) -> str:
    return str(Codebook._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
