"""Tables of codes, and the passages behind them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from research.coding.models import Codebook
from research.coding.policies import can_code, check_code
from research.coding.queries import passages_beyond, passages_readable_by
from research.coding.tables.forms import PassageFilter, codebook_asked
from research.coding.tables.matrix import matrix
from research.coding.tables.pairs import MOST, SAME_OBSERVATION, SAME_PASSAGE, pairs

PER_PAGE = 25


@require_GET
@never_cache
def passage_list(request: HttpRequest) -> HttpResponse:
    """The passages that the person may read, and how many more match that they may not."""
    check_code(request.user)
    rows = passages_readable_by(request.user).order_by("-observation__observed_on", "observation", "start", "pk")
    rows = rows.select_related("code__parent", "code__codebook", "coder", "quote", "observation__site__parent")
    found = PassageFilter(request.GET, queryset=rows, request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    beyond = PassageFilter(request.GET, queryset=passages_beyond(request.user).order_by(), request=request)
    # What is looked for in words is not counted where it may not be read: the number would tell what is said there.
    hidden = 0 if request.GET.get("q") else beyond.qs.count()
    context = {"filter": found, "page": page, "hidden": hidden}
    return render(request, "research/coding/passage_list.html", context)


@require_GET
@never_cache
def code_matrix(request: HttpRequest) -> HttpResponse:
    """Numbers of observations are no secret: everybody with an account reads them. `?tout=1` shows the codes that
    nobody used, too."""
    codebook, form = codebook_asked(request, Codebook.objects.all())
    found = matrix(codebook) if codebook else None
    context: dict[str, Any] = {
        "form": form,
        "codebook": codebook,
        "matrix": found,
        "every": request.GET.get("tout") == "1",
    }
    if found:
        context["rows"] = [row for row in found.rows if row.total or context["every"]]
        context["unused"] = sum(not row.total and not row.code.groups_only for row in found.rows)
    return render(request, "research/coding/matrix.html", context | {"open_only": not can_code(request.user)})


@require_GET
@never_cache
def code_pairs(request: HttpRequest) -> HttpResponse:
    """`?dans=passage` compares passages that overlap; `?code=` (primary key) keeps the pairs with one code."""
    codebook, form = codebook_asked(request, Codebook.objects.all())
    within = SAME_PASSAGE if request.GET.get("dans") == SAME_PASSAGE else SAME_OBSERVATION
    asked = request.GET.get("code", "")
    code = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    found = pairs(codebook, within, code) if codebook else None
    context = {"form": form, "codebook": codebook, "found": found, "within": within, "code": code, "most": MOST}
    return render(request, "research/coding/pairs.html", context | {"open_only": not can_code(request.user)})
