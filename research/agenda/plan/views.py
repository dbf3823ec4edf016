"""Lists, pages and forms of the plan; one view serves the four kinds."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from research.agenda.models import LearningQuestion, LearningResource
from research.agenda.plan.actions import plan, replan
from research.agenda.plan.filters import PlanFilter
from research.agenda.plan.forms import PlanForm
from research.agenda.plan.kinds import KINDS, Kind
from research.agenda.plan.queries import planned
from research.agenda.policies import can_plan, can_read_documents, check_plan
from research.kept_files import download
from research.revisions import Change, Conflict, changes_of, new_uuid

PER_PAGE = 25


@require_GET
@never_cache
def plan_list(request: HttpRequest, kind: str) -> HttpResponse:
    of = _kind(kind)
    rows = PlanFilter(request.GET, queryset=of.rows(), request=request, kind=of)
    page = Paginator(rows.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"kind": of, "kinds": KINDS.values(), "filter": rows, "page": page, "rows": planned(of, list(page))}
    return render(request, "research/agenda/plan_list.html", context | {"can_plan": can_plan(request.user)})


@require_GET
@never_cache
def plan_detail(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    of, row = _row(kind, pk)
    context: dict[str, Any] = {
        "kind": of,
        "planned": planned(of, [row])[0],
        "row": row,
        "facts": _facts(of, row),
        "questions": row.questions.all() if hasattr(row, "questions") else [row.question],
        "can_plan": can_plan(request.user),
        "can_download": bool(getattr(row, "file", None)) and can_read_documents(request.user),
        "uses": list(row.uses.select_related("finding")) if hasattr(row, "uses") else None,
        "findings": row.findings.filter(state="approved") if hasattr(row, "findings") else None,
    }
    if can_plan(request.user):
        context["changes"] = _changes(of, row)
    return render(request, "research/agenda/plan_detail.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def plan_create(request: HttpRequest, kind: str) -> HttpResponse:
    """`?question=` (its number) fills in the question that one comes from."""
    check_plan(request.user)
    of, number = _kind(kind), request.GET.get("question", "")
    question = (
        LearningQuestion.objects.filter(number=number).first() if number.isdecimal() and len(number) < 6 else None
    )
    return _answer(request, of, of.form(*_sent(request), question=question), None)


@require_http_methods(["GET", "POST"])
@never_cache
def plan_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    check_plan(request.user)
    of, row = _row(kind, pk)
    return _answer(request, of, of.form(*_sent(request), row=row), row)


@require_GET
@never_cache
def plan_file(request: HttpRequest, pk: int) -> FileResponse:
    """The document that is kept with a resource."""
    if not can_read_documents(request.user):
        raise PermissionDenied
    row = get_object_or_404(LearningResource.objects.exclude(file=""), pk=pk)
    kind = "application/pdf" if row.file_name.endswith(".pdf") else "application/octet-stream"
    return download(row.file, name=row.file_name, content_type=kind)


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _row(slug: str, pk: int) -> tuple[Kind, Any]:
    kind = _kind(slug)
    return kind, get_object_or_404(kind.rows(), pk=pk)


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _answer(request: HttpRequest, kind: Kind, form: PlanForm, row: Any) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return _form(request, kind, form, row)
    user, sent = cast(User, request.user), form.cleaned_data
    try:
        if row is None:
            model: Any = kind.model
            saved = plan(model, by=user, client_uuid=sent["client_uuid"], values=form.values())
        else:
            saved = replan(row, by=user, version=sent["version"] or 0, values=form.values())
    except Conflict as conflict:
        return _conflict(request, kind, form, row, conflict.stored)
    except ValidationError as error:
        form.refuse(error)
        return _form(request, kind, form, row)
    messages.success(request, _("Saved."))
    return redirect("plan-detail", kind.slug, saved.pk)


def _form(request: HttpRequest, kind: Kind, form: PlanForm, row: Any, status: int = 200, **more: Any) -> HttpResponse:
    context = {"kind": kind, "form": form, "row": row, **more}
    return render(request, "research/agenda/plan_form.html", context, status=status)


def _conflict(request: HttpRequest, kind: Kind, form: PlanForm, row: Any, stored: Any) -> HttpResponse:
    """Both versions on one page. Saving again replaces what is stored; for a new row it is stored besides."""
    if row is None:
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was stored before. Save again to store this one besides."))
        return _form(request, kind, form, row, status=409)
    form.rebase(version=stored.version)
    last = stored.history.select_related("history_user").first()
    more = {"stored": stored, "changed_by": last.history_user if last else None}
    return _form(request, kind, form, row, status=409, differences=form.differences(stored), **more)


def _facts(kind: Kind, row: Any) -> list[tuple[str, Any]]:
    """What is known of the row, by the form's own labels; the words of both languages, and what is blank left out."""
    found = []
    for name in kind.form.written:
        if name in {"question", "questions", "file", "url"} or getattr(row, name) in (None, ""):
            continue
        display = getattr(row, f"get_{name}_display", None)
        field: Any = kind.model._meta.get_field(name)
        found.append((str(field.verbose_name).capitalize(), display() if display else getattr(row, name)))
    return found


def _changes(kind: Kind, row: Any) -> list[Change]:
    def named(_record: Any, field: str) -> str:
        return str(cast(Any, kind.model._meta.get_field(field)).verbose_name)

    fields = [name for name in kind.form.written if name not in {"questions", "file"}]
    return changes_of(row.history.all(), named, [*fields, "file_name"] if hasattr(row, "file_name") else fields)
