"""Reading editions. What is published is read by everybody; nothing is drawn or computed here but restatements."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.accounts.models import User
from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.registry.definitions import definition
from research.editions import actions, policies
from research.editions.files.actions import TYPES
from research.editions.freezing import assembled
from research.editions.models import Edition, EditionFile
from research.editions.queries import is_intact, readable_by
from research.editions.reading import read, span_text
from research.editions.restated_words import named_places, why_text
from research.editions.restatements import restatements
from research.kept_files import download

PER_PAGE, ROWS_SHOWN = 20, 500


@login_not_required
@require_GET
@never_cache
def edition_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(readable_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, span_text(*one.span)) for one in page]
    context = {"page": page, "rows": rows, "can_write": policies.can_write(request.user)}
    return render(request, "research/editions/edition_list.html", context)


@login_not_required
@require_GET
@never_cache
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, found(request, pk))


@login_not_required
@require_GET
@never_cache
def edition_restatements(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known otherwise by now. A few queries for each indicator in the edition."""
    edition = found(request, pk)
    if not edition.frozen:
        raise Http404
    rows = restatements(edition)
    shown = rows[:ROWS_SHOWN]
    places = named_places(shown)
    context = {
        "edition": edition,
        "more": len(rows) - len(shown),
        "rows": [
            {
                "what": definition(one.code).short, "where": places[one.where][_language()],
                "when": period_text(one.period), "old": value_text(one.old, definition(one.code).unit),
                "new": value_text(one.new, definition(one.code).unit), "why": why_text(one),
                "label": one.label if isinstance(request.user, User) else "",
            }
            for one in shown
        ],
    }  # fmt: skip
    return render(request, "research/editions/edition_restatements.html", context)


@require_GET
@never_cache
def edition_content(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen content as it was fingerprinted, byte by byte: whoever has an account may check it."""
    edition = found(request, pk)
    if not edition.frozen:
        raise Http404
    answer = HttpResponse(edition.content.encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="edition-{edition.pk}.json"'
    return answer


@login_not_required
@require_GET
@never_cache
def edition_file(request: HttpRequest, pk: int) -> FileResponse:
    rows = EditionFile.objects.select_related("edition").filter(state=EditionFile.State.DONE)
    row = get_object_or_404(rows.filter(edition__in=readable_by(request.user).order_by().values("pk")), pk=pk)
    name = str(row.file.name).rpartition("/")[2]
    return download(row.file, name=name, content_type=TYPES[EditionFile.Format(row.format)])


def found(request: HttpRequest, pk: int) -> Edition:
    """The edition with its content, or 404."""
    return get_object_or_404(readable_by(request.user).defer(None), pk=pk)


def page(request: HttpRequest, edition: Edition, **more: Any) -> HttpResponse:
    """The page of an edition; `more` holds what was refused."""
    user = request.user
    content = json.loads(edition.content) if edition.frozen else assembled(edition)
    document = read(content, _language())
    can_edit = policies.can_edit(user, edition)
    versions = dict(edition.sections.values_list("kind", "version")) if can_edit else {}
    steps = actions.moves(edition, user) if policies.can_write(user) else []
    context = {
        "edition": edition,
        "document": document,
        "parts": [(part, part.kind in versions) for part in document.parts],
        "can_edit": can_edit,
        "can_publish": policies.can_publish(user, edition),
        "missing": actions.missing_of(edition) if can_edit else [],
        "steps": steps,
        "with_reason": {"return", "withdraw"} & {str(one) for one in steps},
        "worded": edition.state == Edition.State.SUBMITTED and policies.can_review(user) and "approve" not in steps,
        "intact": is_intact(edition),
        "files": list(edition.files.all()) if edition.frozen else [],
        "known": isinstance(user, User),
        **more,
    }
    return render(request, "research/editions/edition_detail.html", context)


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"
