"""A file of REFI-QDA is sent, looked at, and brought in; a codebook is taken out."""

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.coding.codebooks.queries import shown_to
from research.coding.policies import can_publish, check_code
from research.coding.qda import actions, codebook_import, codebook_xml, package, words
from research.coding.qda.codes import nodes, set_of
from research.coding.qda.forms import CodebookForm, ProjectForm, UploadForm
from research.coding.qda.plan import Plan
from research.coding.qda.planning import plan_of
from research.coding.qda.records import Book, Unreadable, every
from research.revisions import Conflict
from research.sent_files import Kept, drop, keep, kept

SHOWN = 200


@require_GET
@never_cache
def codebook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The codebook as a file of REFI-QDA (.qdc). It holds nothing about people."""
    codebook = get_object_or_404(shown_to(request.user), pk=pk)
    codes = list(codebook.codes.order_by("order", "pk"))
    tree = nodes(codes, lambda code: code.guid, {})
    content = codebook_xml.write(Book(tree, (set_of(codebook, [code.guid for code in codes]),), "CAPEV"))
    answer = HttpResponse(content, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{codebook.key}-v{codebook.edition}.qdc"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
def qda_import(request: HttpRequest) -> HttpResponse:
    check_code(request.user)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        waiting = keep(form.cleaned_data["file"], by=cast(User, request.user))
        return redirect(f"{reverse('qda-check')}?fichier={waiting.word}")
    return render(request, "research/coding/qda_import.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def qda_check(request: HttpRequest) -> HttpResponse:
    """What the file would bring in, and what is asked (GET); brought in with one yes (POST). `?guide=`: only the codes
    of a project that are unknown here, as a draft."""
    check_code(request.user)
    data = request.POST if request.method == "POST" else request.GET
    waiting = kept(data.get("fichier", ""), by=cast(User, request.user))
    if waiting is None:
        messages.warning(request, _("This file is not kept any more: it was brought in already, or waited for a day."))
        return redirect("qda-import")
    try:
        if not package.is_package(waiting.path):
            return _codebook(request, waiting, codebook_xml.read(_content(waiting)))
        plan = plan_of(waiting.path, request.user)
    except (BadFile, Unreadable) as error:
        said = error.problem.message if isinstance(error, BadFile) else words.refused(error.code, error.value)
        context = {"form": UploadForm(), "refused": said, "name": waiting.name}
        return render(request, "research/coding/qda_import.html", context)
    if "guide" in data:
        return _codebook(request, waiting, plan.new_codes, only_codes=True)
    return _project(request, waiting, plan)


def _codebook(request: HttpRequest, waiting: Kept, book: Book, *, only_codes: bool = False) -> HttpResponse:
    known = None if only_codes else codebook_import.known_codebook(book)
    form = CodebookForm(request.POST if request.method == "POST" else None, book=book, known=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = codebook_import.bring_in(
                book, by=cast(User, request.user), language=form.told_language, key=said.get("key", ""),
                name=said.get("name", ""), known=known,
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        else:
            drop(waiting)
            messages.success(request, _("The codes are a draft now. An evaluation lead puts it in use."))
            return redirect("codebook-detail", row.pk)
    found = codebook_import.changes(known, book) if known else None
    context = {
        "form": form, "word": waiting.word, "name": waiting.name, "book": book, "known": known, "changes": found,
        "codes": _codes(book), "problems": codebook_import.problems(book), "only_codes": only_codes,
        "untold": _untold(book.untold),
    }  # fmt: skip
    return render(request, "research/coding/qda_codebook.html", context)


def _project(request: HttpRequest, waiting: Kept, plan: Plan) -> HttpResponse:
    user = cast(User, request.user)
    form = ProjectForm(request.POST if request.method == "POST" else None, plan=plan, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            report = actions.bring_in(plan, by=user, answers=form.answers())
        except ValidationError as error:
            form.refuse(error)
        except Conflict:
            form.add_error(None, _("A text was changed meanwhile. Look at the file once more."))
        else:
            drop(waiting)
            left_out, untold = _left_out(report.left_out), _untold(report.untold)
            context = {"report": report, "name": waiting.name, "left_out": left_out, "untold": untold}
            return render(request, "research/coding/qda_report.html", context)
    problems = codebook_import.problems(plan.new_codes) if plan.new_codes.codes else []
    context = {
        "form": form, "word": waiting.word, "name": waiting.name, "plan": plan, "codes": _codes(plan.new_codes),
        "may_publish": can_publish(user), "problems": problems, "left_out": _left_out(plan.left_out),
        "untold": _untold(plan.untold), "texts": plan.texts[:SHOWN],
        "can_bring_in": not plan.nothing and not (problems and can_publish(user)),
    }  # fmt: skip
    return render(request, "research/coding/qda_project.html", context)


def _content(waiting: Kept) -> bytes:
    with waiting.path.open("rb") as stream:
        return stream.read(package.LARGEST_XML + 1)


def _codes(book: Book) -> list[tuple[int, Any]]:
    """Depth and code, as far as they are shown."""
    depth: dict[Any, int] = {}
    found = []
    for node, above in every(book.codes):
        depth[node.guid] = depth[above.guid] + 1 if above else 0
        found.append((depth[node.guid], node))
    return found[:SHOWN]


def _left_out(counts: Counter[tuple[str, str]]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Reason → what and how many, in the order of the reasons."""
    found: dict[str, list[tuple[str, int]]] = {}
    for (code, name), count in counts.items():
        found.setdefault(code, []).append((name, count))
    return [(str(words.LEFT_OUT[code]), found[code]) for code in words.LEFT_OUT if code in found]


def _untold(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items())[:SHOWN]
